//! The code that is being made: instructions, labels, and what the accumulators
//! hold.

use crate::error::Error;
use crate::exec::{Compare, Load, One, Op, Pair, Place};
use crate::technique::{Technique, Techniques};

/// A branch whose target is not known yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fixup {
    /// The instruction's first word.
    instruction: usize,
    /// The word that gets the distance.
    word: usize,
    /// Whether the word's upper half gets it, or all of it.
    upper: bool,
}

/// The last instruction, as long as nothing came after it and no branch leads
/// behind it: it can still be changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last {
    pub(super) start: usize,
    /// The cell that gets the result.
    pub(super) slot: u16,
    /// The same, with the result in the accumulator alone.
    pub(super) to_acc: Option<Op>,
    /// If it is a comparison: what is compared, to make a branch of it.
    pub(super) compare: Option<Compared>,
    /// Where it begins that which compares, if that is more than one instruction.
    compares_from: Option<Mark>,
    accs: Accs,
    /// What came right before it.
    prior: Option<Prior>,
}

/// A place in the code that it can be taken back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    start: usize,
    accs: Accs,
    prior: Option<Prior>,
}

/// The last instruction, as long as it can become part of the next one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prior {
    start: usize,
    end: usize,
    accs: Accs,
    pub(super) what: What,
    /// The two additions before it, if it is a load.
    counts: Option<Counts>,
}

/// Two additions of constants to cells, as long as they can become part of the
/// next instruction but one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    start: usize,
    accs: Accs,
    pub(super) cells: u64,
    pub(super) constants: u64,
}

/// What an instruction does that can become part of the next one. Its result is
/// in the cell `to`.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// `i32.add` of a constant.
    Add {
        to: u16,
        one: One,
        slot: u16,
        constant: u32,
    },
    /// `i32.add` of two cells, or of the accumulator and a cell.
    Sum { to: u16, one: One, a: u16, b: u16 },
    /// `i32.shl` or `i32.shr_u` by a constant.
    Shift {
        to: u16,
        one: One,
        slot: u16,
        left: bool,
        amount: u16,
    },
    /// `i32.and` with a constant.
    Mask {
        to: u16,
        one: One,
        slot: u16,
        mask: u32,
    },
    /// A load.
    Load {
        to: u16,
        op: Load,
        place: Place,
        slot: u16,
        /// Where it ends, from its address on.
        end: u32,
    },
    /// Two additions of constants to cells.
    AddTwo { cells: u64, constants: u64 },
    /// A copy of a cell; `small` says that it holds an integer of 32 bits.
    Copy { to: u16, from: u16, small: bool },
}

impl Prior {
    fn counts_before(&self) -> Option<Counts> {
        match self.what {
            What::AddTwo { cells, constants } => Some(Counts {
                start: self.start,
                accs: self.accs,
                cells,
                constants,
            }),
            _ => None,
        }
    }
}

impl What {
    /// As an addition of a constant to a cell, if it is one, or could be.
    fn as_addition(self) -> Option<[u32; 3]> {
        match self {
            Self::Add {
                to,
                one: One::S,
                slot,
                constant,
            } => Some([u32::from(to), u32::from(slot), constant]),
            Self::Copy {
                to,
                from,
                small: true,
            } => Some([u32::from(to), u32::from(from), 0]),
            _ => None,
        }
    }
}

/// Where the two operands of an instruction are: `a` and `b` are their cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operands {
    pub(super) pair: Pair,
    pub(super) a: u16,
    pub(super) b: u16,
    pub(super) immediate: u64,
}

impl Operands {
    /// The same, exchanged.
    pub(super) fn exchanged(self) -> Self {
        Self {
            pair: self.pair.exchanged(),
            a: self.b,
            b: self.a,
            immediate: self.immediate,
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    pub(super) op: Compare,
    pub(super) operands: Operands,
    /// Whether the result is the opposite, where no other comparison gives that.
    pub(super) negated: bool,
}

impl Compared {
    pub(super) fn new(op: Compare, operands: Operands) -> Self {
        let negated = false;
        Self {
            op,
            operands,
            negated,
        }
    }
}

/// The cells whose values the accumulators hold.
#[derive(Debug, Clone, Copy, Default)]
struct Accs {
    integer: Option<u16>,
    float: Option<u16>,
}

pub(super) struct Emitter {
    pub(super) code: Vec<u64>,
    handler: fn(Op) -> u64,
    pub(super) techniques: Techniques,
    pub(super) last: Option<Last>,
    accs: Accs,
    prior: Option<Prior>,
    /// Where an instruction begins that an earlier one became part of, if it is the
    /// later one that can trap.
    pub(super) moved: Option<usize>,
    /// What each instruction is, if it is to be listed.
    pub(super) listed: Option<Vec<(usize, Op)>>,
}

/// Four halves as a word.
pub(super) fn halves(a: u16, b: u16, c: u16, d: u16) -> u64 {
    u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32 | u64::from(d) << 48
}

/// Two halves and an upper half of 32 bits as a word.
pub(super) fn with_upper(a: u16, b: u16, upper: u32) -> u64 {
    u64::from(a) | u64::from(b) << 16 | u64::from(upper) << 32
}

impl Emitter {
    pub(super) fn new(handler: fn(Op) -> u64, techniques: Techniques) -> Self {
        Self {
            code: Vec::new(),
            handler,
            techniques,
            last: None,
            accs: Accs::default(),
            prior: None,
            moved: None,
            listed: None,
        }
    }

    /// Adds an instruction, and returns where it begins.
    pub(super) fn emit(&mut self, op: Op, words: &[u64]) -> usize {
        let at = self.code.len();
        if let Some(listed) = &mut self.listed {
            listed.push((at, op));
        }
        self.code.push((self.handler)(op));
        self.code.extend_from_slice(words);
        self.last = None;
        self.prior = None;
        at
    }

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
        let prior = self.prior.filter(|prior| prior.end == self.code.len())?;
        let counts = prior.counts?;
        self.take_prior();
        self.code.truncate(counts.start);
        if let Some(listed) = &mut self.listed {
            listed.pop();
        }
        self.accs = counts.accs;
        Some((prior.start, counts))
    }

    /// The two additions before the last instruction, if that is a load.
    pub(super) fn counts(&self) -> Option<Counts> {
        let prior = self.prior.filter(|prior| prior.end == self.code.len())?;
        prior.counts
    }

    /// What the last instruction does, if it was noted.
    pub(super) fn prior(&self) -> Option<What> {
        let prior = self.prior.filter(|prior| prior.end == self.code.len());
        prior.map(|prior| prior.what)
    }

    /// Takes back the last instruction, which was noted, to make it a part of the
    /// next, which begins where it began.
    pub(super) fn take_prior(&mut self) {
        if let Some(prior) = self.prior.take() {
            self.code.truncate(prior.start);
            if let Some(listed) = &mut self.listed {
                listed.pop();
            }
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

    /// Adds an instruction whose result goes into `slot` and an accumulator.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is one property of the result"
    )]
    pub(super) fn produce(
        &mut self,
        op: Op,
        words: &[u64],
        slot: u16,
        float: bool,
        to_acc: Option<Op>,
        compare: Option<Compared>,
    ) {
        let (accs, prior) = (self.accs, self.prior);
        let start = self.emit(op, words);
        self.last = Some(Last {
            prior: prior.filter(|prior| prior.end == start),
            start,
            slot,
            to_acc,
            compare,
            compares_from: None,
            accs,
        });
        self.wrote(slot);
        *self.acc(float) = Some(slot);
    }

    fn acc(&mut self, float: bool) -> &mut Option<u16> {
        if float {
            &mut self.accs.float
        } else {
            &mut self.accs.integer
        }
    }

    /// Notes that a cell has a new value that is in no accumulator.
    pub(super) fn wrote(&mut self, slot: u16) {
        for acc in [&mut self.accs.integer, &mut self.accs.float] {
            if *acc == Some(slot) {
                *acc = None;
            }
        }
    }

    /// Notes that the accumulators hold nothing that is known, and that the last
    /// instruction has to stay as it is.
    pub(super) fn forget(&mut self) {
        self.accs = Accs::default();
        self.last = None;
        self.prior = None;
    }

    /// Notes that an accumulator holds what a cell holds.
    pub(super) fn hold(&mut self, slot: u16, float: bool) {
        *self.acc(float) = Some(slot);
    }

    /// Whether an accumulator holds what a cell holds. If the cell is `temporary`,
    /// it is read this once, and need not be written any more.
    pub(super) fn take_from_acc(&mut self, slot: u16, float: bool, temporary: bool) -> bool {
        if *self.acc(float) != Some(slot) || !self.techniques.has(Technique::Accumulators) {
            return false;
        }
        if let Some(last) = self.last.filter(|last| last.slot == slot && temporary)
            && let Some(op) = last.to_acc
        {
            self.code[last.start] = (self.handler)(op);
            if let Some(listed) = self.listed.as_mut().and_then(|listed| listed.last_mut()) {
                listed.1 = op;
            }
            self.last = None;
        }
        true
    }

    /// Has the last instruction write to another cell than `from`, if it can.
    pub(super) fn redirect(&mut self, from: u16, to: u16) -> bool {
        let targets = self.techniques.has(Technique::Targets);
        let Some(last) = self.last.filter(|last| targets && last.slot == from) else {
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
        self.code.truncate(first.start);
        if let Some(listed) = &mut self.listed {
            listed.pop();
            listed.pop();
        }
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
        self.code.truncate(mark.start);
        if let Some(listed) = &mut self.listed {
            listed.retain(|(at, _)| *at < mark.start);
        }
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

    /// Copies a cell before the last instruction, which reads and writes neither
    /// `to` nor, as it stands, `from`: it can be told to write `from` then.
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

    /// Where the next instruction begins, for branches to it.
    pub(super) fn label(&mut self) -> usize {
        self.forget();
        self.code.len()
    }

    /// A branch with its distance in the upper half of the second word.
    pub(super) fn branch(&mut self, op: Op, words: &[u64]) -> Fixup {
        let accs = self.accs;
        let instruction = self.emit(op, words);
        // It changes nothing for what comes behind it.
        self.accs = accs;
        Fixup {
            instruction,
            word: instruction + 1,
            upper: true,
        }
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

    /// An instruction that looks at a cell and changes nothing.
    pub(super) fn check(&mut self, op: Op, slot: u16) {
        self.emit(op, &[u64::from(slot)]);
    }

    /// A distance that is a word of its own behind the second, the first of all or
    /// the `nth` behind it.
    pub(super) fn entry(instruction: usize, nth: usize) -> Fixup {
        Fixup {
            instruction,
            word: instruction + 2 + nth,
            upper: false,
        }
    }

    /// Lets a branch lead to `target`.
    pub(super) fn fix(&mut self, fixup: Fixup, target: usize) -> Result<(), Error> {
        let distance = i32::try_from(target as i64 - fixup.instruction as i64)
            .map_err(|_| Error::limit("a function is too large to be translated"))?;
        let distance = u64::from(distance.cast_unsigned());
        let word = &mut self.code[fixup.word];
        *word = if fixup.upper {
            *word & 0xffff_ffff | distance << 32
        } else {
            distance
        };
        Ok(())
    }
}
