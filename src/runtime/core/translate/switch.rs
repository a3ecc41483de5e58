//! Branches to one of many places.

use super::Translator;
use super::emit::Emitter;
use super::recent::{Counts, What};
use crate::error::Error;
use crate::exec::{Index, Load, One, Op, Order, Place};

impl Translator<'_> {
    /// The instruction for a table of so many distances, and its words before them.
    /// If the index was loaded right before, it does that too.
    fn table_op(&mut self, one: One, index: u16, count: usize) -> (Op, Vec<u64>) {
        let count = (count as u64) << 32;
        let plain = (Op::BranchTable(one), vec![u64::from(index) | count]);
        let Some(What::Load {
            to,
            op: op @ (Load::I32Load | Load::I32Load8U),
            place: place @ (Place::S | Place::A),
            slot,
            end,
        }) = self.out.prior()
        else {
            return plain;
        };
        if one != One::A || to != index {
            return plain;
        }
        let index = match op {
            Load::I32Load => Index::Word,
            _ => Index::Byte,
        };
        if let Some((address, counts)) = self.counted_index(slot) {
            let words = vec![counts.cells, counts.constants, u64::from(end) | count];
            return (Op::BranchTableNext(index, address), words);
        }
        self.out.take_prior();
        let one = if place == Place::S { One::S } else { One::A };
        let words = vec![u64::from(slot) | count, u64::from(end)];
        (Op::BranchTableLoaded(index, one), words)
    }

    /// The two additions before a load whose address is in `slot`, if they give
    /// that: an interpreter takes its next operator. They are taken back.
    fn counted_index(&mut self, slot: u16) -> Option<(Order, Counts)> {
        let cells = self.out.counts()?.cells;
        let address = match slot {
            slot if slot == (cells >> 32) as u16 => Order::Second,
            slot if slot == cells as u16 => Order::First,
            _ => return None,
        };
        let (load, counts) = self.out.take_counts()?;
        // It is the load that can trap.
        let here = self.out.code.len();
        let places = self.positions.iter_mut().flatten().rev();
        if let Some((word, _)) = { places }.find(|(word, _)| *word == load) {
            *word = here;
        }
        Some((address, counts))
    }

    pub(super) fn branch_table(&mut self, targets: &wasmparser::BrTable<'_>) -> Result<(), Error> {
        let index = self.pop()?;
        let (one, index) = self.one(index)?;
        let mut depths = Vec::new();
        for depth in targets.targets() {
            depths.push(depth.map_err(super::unreadable)?);
        }
        depths.push(targets.default());
        let count = depths.len();
        let (op, mut words) = self.table_op(one, index, count);
        let first = words.len() - 1;
        words.resize(1 + first + count, 0);
        let at = self.out.emit(op, &words);
        self.out.forget();
        // Targets that values have to be moved for get a piece of code each.
        let mut pieces: Vec<(u32, usize)> = Vec::new();
        for (entry, depth) in depths.into_iter().enumerate() {
            let fixup = Emitter::entry(at, first + entry);
            let nth = self.target(depth)?;
            let moves = self.moves(nth, self.controls[nth].carried())?;
            if moves.is_empty() {
                self.lead(fixup, nth)?;
                continue;
            }
            let known = pieces.iter().find(|(known, _)| *known == depth);
            if let Some((_, start)) = known {
                self.out.fix(fixup, *start)?;
                continue;
            }
            let start = self.out.label();
            pieces.push((depth, start));
            self.out.fix(fixup, start)?;
            self.take_along(moves)?;
            let branch = self.out.go();
            self.lead(branch, nth)?;
        }
        self.stop();
        Ok(())
    }
}
