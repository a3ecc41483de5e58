//! Where in the frame locals are.

use wasmparser::FunctionBody;

use super::emit::{Emitter, with_upper};
use crate::error::Error;
use crate::exec::Op;
use crate::module;
use crate::types::{FuncType, ValType};

/// Instructions name cells with 16 bits. Locals from here on are far: they are
/// behind the temporaries, and copied to one before they are used.
const NEAR: u32 = 1 << 15;

/// Where far locals begin.
const FAR: u32 = 1 << 16;

pub(super) struct Locals {
    types: Vec<ValType>,
    cells: Vec<u32>,
    link: u32,
    /// The first cell behind the parameters and the link.
    first: u32,
    /// The first cell behind the near locals.
    near_end: u32,
    /// The first cell behind the far locals, if there are any.
    far_end: Option<u32>,
}

impl Locals {
    pub(super) fn read(
        module: &module::Inner,
        ty: &FuncType,
        body: &FunctionBody<'_>,
    ) -> Result<Self, Error> {
        let mut this = Self {
            types: Vec::new(),
            cells: Vec::new(),
            link: ty.link(),
            first: ty.link() + 2,
            near_end: 0,
            far_end: None,
        };
        let mut cell = 0;
        for &param in ty.params() {
            this.types.push(param);
            this.cells.push(cell);
            cell += param.cells();
        }
        this.near_end = this.first;
        let reader = body.get_locals_reader().map_err(super::unreadable)?;
        for local in reader {
            let (count, ty) = local.map_err(super::unreadable)?;
            let ty = module.val_type(ty);
            for _ in 0..count {
                this.add(ty);
            }
        }
        Ok(this)
    }

    fn add(&mut self, ty: ValType) {
        let end = match &mut self.far_end {
            Some(end) => end,
            None if self.near_end + 2 < NEAR => &mut self.near_end,
            none => none.insert(FAR),
        };
        self.types.push(ty);
        self.cells.push(*end);
        *end += ty.cells();
    }

    pub(super) fn ty(&self, local: u32) -> Option<ValType> {
        self.types.get(local as usize).copied()
    }

    /// The cell of a local, if it is near, else an error with it.
    pub(super) fn cell(&self, local: u32) -> Result<u16, u32> {
        let cell = self.cells.get(local as usize).copied().unwrap_or(0);
        if cell >= FAR {
            Err(cell)
        } else {
            Ok(cell as u16)
        }
    }

    /// Where the way back is.
    pub(super) fn link(&self) -> u16 {
        self.link as u16
    }

    pub(super) fn first_temporary(&self) -> u32 {
        self.near_end
    }

    /// How many near cells are set to zero: a few more than there are locals, where
    /// that is quicker.
    fn zeroed(&self) -> u32 {
        match self.near_end - self.first {
            2..=4 => 4,
            5..=8 => 8,
            exactly => exactly,
        }
    }

    /// Sets all but the parameters to zero.
    pub(super) fn zero(&self, out: &mut Emitter) {
        let first = u64::from(self.first);
        match self.zeroed() {
            0 => {}
            1 => drop(out.emit(Op::Constant, &[first, 0])),
            4 => drop(out.emit(Op::ZeroFour, &[first])),
            8 => drop(out.emit(Op::ZeroEight, &[first])),
            near => drop(out.emit(Op::Zero, &[with_upper(self.first as u16, 0, near)])),
        }
        if let Some(end) = self.far_end {
            let zero = self.near_end as u16;
            out.emit(Op::Constant, &[u64::from(zero), 0]);
            for cell in FAR..end {
                out.emit(Op::CopyToFar, &[with_upper(zero, 0, cell)]);
            }
        }
    }

    /// The cells of the frame, when temporaries end at `highest`.
    pub(super) fn frame(&self, highest: u32) -> Result<u32, Error> {
        if highest > FAR {
            return Err(Error::limit("a function needs too many temporary values"));
        }
        let zeroed = self.first + self.zeroed();
        Ok(self.far_end.unwrap_or(highest).max(highest).max(zeroed))
    }
}
