//! Returns.

use super::operand::{A, One, Operand, S};
use super::regs::{Cell, Dispatch, Handler, Regs, handlers};

impl Regs {
    /// The way back that is in the cells at `link`.
    #[inline(always)]
    pub(super) unsafe fn leave(mut self, link: usize) -> Self {
        // SAFETY: the call wrote it.
        unsafe {
            let frame = self.fp.add(link);
            self.ip = std::ptr::with_exposed_provenance(*frame as usize);
            self.fp = std::ptr::with_exposed_provenance_mut(*frame.add(1) as usize);
            self
        }
    }
}

/// Where the way back is: a constant where it is near. Else the instruction tells,
/// and has to be read before the next one is known.
pub(super) trait Link: 'static {
    unsafe fn of(r: Regs) -> usize;
}

struct Near<const LINK: usize>;
struct Far;

impl<const LINK: usize> Link for Near<LINK> {
    #[inline(always)]
    unsafe fn of(_: Regs) -> usize {
        LINK
    }
}

impl Link for Far {
    #[inline(always)]
    unsafe fn of(r: Regs) -> usize {
        // SAFETY: the translator wrote it.
        unsafe { r.half(0) }
    }
}

pub(super) fn leaves<B: Dispatch>(link: Option<u8>) -> Handler {
    match link {
        Some(0) => leave::<B, Near<0>>,
        Some(1) => leave::<B, Near<1>>,
        Some(2) => leave::<B, Near<2>>,
        Some(3) => leave::<B, Near<3>>,
        Some(4) => leave::<B, Near<4>>,
        _ => leave::<B, Far>,
    }
}

pub(super) fn leaves_with<B: Dispatch>(one: One, float: bool, link: Option<u8>) -> Handler {
    fn of<B: Dispatch, L: Link>(one: One, float: bool) -> Handler {
        match (one, float) {
            (One::S, false) => leave_with::<B, S, u64, L>,
            (One::S, true) => leave_with::<B, S, f64, L>,
            (One::A, false) => leave_with::<B, A, u64, L>,
            (One::A, true) => leave_with::<B, A, f64, L>,
        }
    }
    // Results take the place of parameters: with one, no link is at 0.
    match link {
        Some(1) => of::<B, Near<1>>(one, float),
        Some(2) => of::<B, Near<2>>(one, float),
        Some(3) => of::<B, Near<3>>(one, float),
        Some(4) => of::<B, Near<4>>(one, float),
        _ => of::<B, Far>(one, float),
    }
}

handlers! {
    /// Half 0 is the link, if it is a far one.
    leave[L: Link] |r| { B::next(r.leave(L::of(r))) }

    leave_with[X: Operand, T: Cell, L: Link] |r| {
        let value = X::get::<T>(r, r.half(1));
        *r.fp = value.bits();
        B::next(r.accumulate(value).leave(L::of(r)))
    }

    leave_with_constant[] |r| {
        let value = r.word(2);
        *r.fp = value;
        r.acc = value;
        r.facc = f64::from_bits(value);
        B::next(r.leave(r.half(0)))
    }

    /// As many cells as the upper half says, from half 1 on.
    leave_with_many[] |r| {
        std::ptr::copy(r.fp.add(r.half(1)), r.fp, r.upper() as usize);
        B::next(r.leave(r.half(0)))
    }
}
