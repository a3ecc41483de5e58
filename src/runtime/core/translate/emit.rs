//! The code that is being made: instructions, labels, and what the accumulators
//! hold.

use super::recent::{Accs, Compared, Last, Prior};
use crate::error::Error;
use crate::exec::Op;
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

pub(super) struct Emitter {
    pub(super) code: Vec<u64>,
    handler: fn(Op) -> u64,
    pub(super) techniques: Techniques,
    pub(super) last: Option<Last>,
    pub(super) accs: Accs,
    pub(super) prior: Option<Prior>,
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

    pub(super) fn acc(&mut self, float: bool) -> &mut Option<u16> {
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
