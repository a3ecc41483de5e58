//! One instruction of two: what the last ones do, and how they become part of the
//! next.

use super::emit::{Emitter, Fixup, halves};
use super::recent::{Compared, Counts, Last, Mark, Prior, What};
use crate::exec::{One, Op};
use crate::technique::Technique;

impl Emitter {
    /// Notes what the last instruction does, so that it can become part of the
    /// next one.
    pub(super) fn note(&mut self, what: What) {
        let fusion = self.techniques.has(Technique::Fusion);
        let Some(last) = self.last.filter(|_| fusion) else {
            return;
        };
        let counts = match (what, last.prior) {
            (What::Load { .. }, Some(before)) => before.counts_before(),
            _ => None,
        };
        self.prior = Some(Prior {
            start: last.start,
            end: self.code.len(),
            accs: last.accs,
            what,
            counts,
        });
    }

    /// Takes back a load and the two additions before it, to make them a part of the
    /// next instruction. Returns where the load began.
    pub(super) fn take_counts(&mut self) -> Option<(usize, Counts)> {
        let prior = self.current()?;
        let counts = prior.counts?;
        self.take_prior();
        self.take_back(counts.start);
        self.accs = counts.accs;
        Some((prior.start, counts))
    }

    /// The two additions before the last instruction, if that is a load.
    pub(super) fn counts(&self) -> Option<Counts> {
        self.current()?.counts
    }

    /// What the last instruction does, if it was noted.
    pub(super) fn prior(&self) -> Option<What> {
        self.current().map(|prior| prior.what)
    }

    fn current(&self) -> Option<Prior> {
        self.prior.filter(|prior| prior.end == self.code.len())
    }

    /// Takes back all instructions from one on.
    fn take_back(&mut self, start: usize) {
        self.code.truncate(start);
        if let Some(listed) = &mut self.listed {
            while listed.pop_if(|(at, _)| *at >= start).is_some() {}
        }
    }

    /// Takes back the last instruction, which was noted, to make it a part of the
    /// next, which begins where it began.
    pub(super) fn take_prior(&mut self) {
        if let Some(prior) = self.prior.take() {
            self.take_back(prior.start);
            self.accs = prior.accs;
            self.last = None;
        }
    }

    /// Copies a cell; `small` says that it holds an integer of 32 bits.
    pub(super) fn copy(&mut self, to: u16, from: u16, small: bool) {
        let accs = self.accs;
        let what = What::Copy { to, from, small };
        let start = match self.prior() {
            Some(first @ What::Add { one: One::S, .. }) if small => {
                self.take_prior();
                self.two_additions(first, what);
                return;
            }
            Some(What::Copy { to: a, from: b, .. }) => {
                self.take_prior();
                // Not what was just written: the machine would wait for it.
                let from = if from == a { b } else { from };
                self.emit(Op::CopyTwo, &[halves(a, b, to, from)]);
                self.wrote(a);
                None
            }
            _ => Some(self.emit(Op::Copy, &[halves(to, from, 0, 0)])),
        };
        self.wrote(to);
        let fusion = self.techniques.has(Technique::Fusion);
        self.prior = start.filter(|_| fusion).map(|start| Prior {
            start,
            end: self.code.len(),
            accs,
            what,
            counts: None,
        });
    }

    /// Has the last instruction write to another cell than `from`, if it can.
    pub(super) fn redirect(&mut self, from: u16, to: u16) -> bool {
        let Some(last) = self.last.filter(|_| self.gives(from)) else {
            return false;
        };
        match &mut self.prior {
            Some(Prior {
                what: What::Add { to: own, .. },
                ..
            }) => *own = to,
            prior => *prior = None,
        }
        let word = &mut self.code[last.start + 1];
        *word = *word & !0xffff | u64::from(to);
        self.wrote(to);
        for acc in [&mut self.accs.integer, &mut self.accs.float] {
            if *acc == Some(from) {
                *acc = Some(to);
            }
        }
        self.last = None;
        self.add_twice(&last);
        true
    }

    /// Makes one instruction of two that add a constant to a cell.
    fn add_twice(&mut self, last: &Last) {
        let (Some(Prior { what: second, .. }), Some(first)) = (self.prior, last.prior) else {
            return;
        };
        if second.as_addition().is_none() || first.what.as_addition().is_none() {
            return;
        }
        self.take_back(first.start);
        self.accs = first.accs;
        self.two_additions(first.what, second);
    }

    /// Adds an instruction that adds a constant to a cell twice.
    fn two_additions(&mut self, first: What, second: What) {
        let (Some([a, b, x]), Some([c, d, y])) = (first.as_addition(), second.as_addition()) else {
            return;
        };
        // Both read what was there before. The sum of two constants wraps as those
        // of the operators do.
        let (d, y) = if d == a {
            (b, x.wrapping_add(y))
        } else {
            (d, y)
        };
        let words = [
            halves(a as u16, b as u16, c as u16, d as u16),
            u64::from(x) | u64::from(y) << 32,
        ];
        let accs = self.accs;
        let start = self.emit(Op::AddTwo, &words);
        self.wrote(a as u16);
        self.wrote(c as u16);
        self.hold(c as u16, false);
        let [cells, constants] = words;
        self.prior = Some(Prior {
            start,
            end: self.code.len(),
            accs,
            what: What::AddTwo { cells, constants },
            counts: None,
        });
    }

    /// Takes the last instruction back if it is a comparison for `slot`, to make
    /// something else of it.
    pub(super) fn take_comparison(&mut self, slot: u16) -> Option<Compared> {
        let branches = self.techniques.has(Technique::Branches);
        let last = self.last.filter(|last| branches && last.slot == slot)?;
        let compared = last.compare?;
        let own = Mark {
            start: last.start,
            accs: last.accs,
            prior: last.prior,
        };
        let mark = last.compares_from.unwrap_or(own);
        self.take_back(mark.start);
        self.accs = mark.accs;
        self.last = None;
        self.prior = mark.prior;
        Some(compared)
    }

    /// Where the code ends now.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            start: self.code.len(),
            accs: self.accs,
            prior: self.prior,
        }
    }

    /// Notes that what was added since `mark` is a comparison.
    pub(super) fn compares(&mut self, mark: Mark, compared: Compared) {
        if let Some(last) = &mut self.last {
            last.compare = Some(compared);
            last.compares_from = Some(mark);
        }
    }

    /// Whether the last instruction gives what is in `slot`, and could write it
    /// elsewhere.
    pub(super) fn gives(&self, slot: u16) -> bool {
        let targets = self.techniques.has(Technique::Targets);
        targets && self.last.is_some_and(|last| last.slot == slot)
    }

    /// Copies a cell before the last instruction, which neither reads nor writes
    /// `to`, and does not write `from`: it can be told to do that then.
    pub(super) fn copy_before_last(&mut self, to: u16, from: u16, small: bool) {
        let Some(last) = self.last else {
            return;
        };
        let (after, what) = (self.accs, self.prior());
        let words = self.code.split_off(last.start);
        let listed = self.listed.as_mut().and_then(Vec::pop);
        (self.accs, self.prior) = (last.accs, last.prior);
        // Not as a part of an addition: that would leave its sum in an accumulator.
        if !matches!(self.prior(), Some(What::Copy { .. })) {
            self.prior = None;
        }
        self.copy(to, from, small);
        let (accs, prior) = (self.accs, self.prior);
        let start = self.code.len();
        self.code.extend(words);
        if let (Some(all), Some((_, op))) = (&mut self.listed, listed) {
            all.push((start, op));
        }
        self.accs = after;
        self.wrote(to);
        self.last = Some(Last {
            start,
            accs,
            prior: prior.filter(|prior| prior.end == start),
            compare: None,
            compares_from: None,
            ..last
        });
        self.prior = what.map(|what| Prior {
            start,
            end: self.code.len(),
            accs,
            what,
            counts: None,
        });
    }

    /// A branch that is always taken. Where a loop or an arm ends by counting or
    /// copying, it does that too.
    pub(super) fn go(&mut self) -> Fixup {
        let prior = self.prior();
        if matches!(
            prior,
            Some(What::Copy { .. } | What::Add { one: One::S, .. } | What::AddTwo { .. })
        ) {
            self.take_prior();
        }
        match prior {
            Some(What::Copy { to, from, .. }) => {
                self.branch(Op::BranchCopy, &[halves(to, from, 0, 0)])
            }
            Some(What::Add {
                to,
                one: One::S,
                slot,
                constant,
            }) => self.branch(
                Op::BranchSum,
                &[halves(to, slot, 0, 0), u64::from(constant)],
            ),
            Some(What::AddTwo { cells, constants }) => {
                Self::entry(self.emit(Op::BranchSums, &[cells, constants, 0]), 1)
            }
            _ => self.branch(Op::Branch, &[0]),
        }
    }
}
