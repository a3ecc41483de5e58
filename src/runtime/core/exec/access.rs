//! Loads and stores in memory 0 with 32-bit addresses. All others go through
//! [`rare`](super::rare).
//!
//! Instructions hold where an access ends, from its address on: its offset and its
//! size. One addition and one comparison tell then whether it is inside.

use super::operand::{A, Destination, One, Operand, S, Target, ToAcc, ToCell};
use super::regs::{Cell, Dispatch, Handler, Regs, handlers};
use crate::error::Trap;

/// Where an operand of an access is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// In a cell.
    S,
    /// In the accumulator.
    A,
    /// In the instruction.
    I,
    /// Of an address alone: the sum of a cell and of a word behind the others.
    SumS,
    /// The sum of the accumulator and of that word.
    SumA,
    /// The sum of a cell and of the cell that the word names.
    SumSS,
    /// The sum of the accumulator and of that cell.
    SumAS,
    /// Of a load: as `SumS`, and the sum is written to a cell. The word's halves are
    /// what is added, and that cell.
    TeeS,
}

impl From<One> for Place {
    fn from(one: One) -> Self {
        match one {
            One::S => Self::S,
            One::A => Self::A,
        }
    }
}

/// An immediate: for an address it is part of the offset, for a value it is the
/// third word.
pub(super) struct I;

/// Sums, as [`Place`] has them.
pub(super) struct SumS;
pub(super) struct SumA;
pub(super) struct SumSS;
pub(super) struct SumAS;
pub(super) struct TeeS;

/// What an address can be.
pub(super) trait Address: 'static {
    /// How many words of its own it takes, the first of which is `word`.
    const WORDS: usize;
    unsafe fn address(r: Regs, slot: usize, word: usize) -> u64;
}

/// What a value can be.
pub(super) trait Access: 'static {
    /// How many words behind the second a value of this kind takes.
    const WORDS: usize;
    unsafe fn value<T: Cell>(r: Regs, slot: usize) -> T;
}

macro_rules! addresses {
    ($($name:ident $words:literal |$r:ident, $slot:ident, $word:ident| $address:expr;)*) => {$(
        impl Address for $name {
            const WORDS: usize = $words;
            #[inline(always)]
            #[allow(unused_variables, reason = "not every address has all parts")]
            unsafe fn address($r: Regs, $slot: usize, $word: usize) -> u64 {
                // SAFETY: the instruction has an operand of this shape.
                unsafe { u64::from($address) }
            }
        }
    )*};
}

addresses! {
    S 0 |r, slot, word| <S as Operand>::get::<u32>(r, slot);
    A 0 |r, slot, word| <A as Operand>::get::<u32>(r, slot);
    I 0 |r, slot, word| 0_u32;
    SumS 1 |r, slot, word| <S as Operand>::get::<u32>(r, slot).wrapping_add(r.word(word) as u32);
    SumA 1 |r, slot, word| <A as Operand>::get::<u32>(r, slot).wrapping_add(r.word(word) as u32);
    SumSS 1 |r, slot, word| <S as Operand>::get::<u32>(r, slot).wrapping_add(r.get(r.word(word) as usize));
    SumAS 1 |r, slot, word| <A as Operand>::get::<u32>(r, slot).wrapping_add(r.get(r.word(word) as usize));
    TeeS 1 |r, slot, word| {
        let added = r.word(word);
        let sum = <S as Operand>::get::<u32>(r, slot).wrapping_add(added as u32);
        r.set((added >> 32) as usize, u64::from(sum));
        sum
    };
}

macro_rules! access {
    ($($name:ident $words:literal |$r:ident, $slot:ident, $t:ident| $value:expr;)*) => {$(
        impl Access for $name {
            const WORDS: usize = $words;
            #[inline(always)]
            #[allow(unused_variables, reason = "an immediate is in no cell")]
            unsafe fn value<$t: Cell>($r: Regs, $slot: usize) -> $t {
                // SAFETY: the instruction has an operand of this shape.
                unsafe { $value }
            }
        }
    )*};
}

access! {
    S 0 |r, slot, T| <S as Operand>::get::<T>(r, slot);
    A 0 |r, slot, T| <A as Operand>::get::<T>(r, slot);
    I 1 |r, slot, T| T::from_bits(r.word(2));
}

/// A load as a type.
pub(super) trait LoadOp: 'static {
    type M: Copy;
    type R: Cell;
    fn widen(raw: Self::M) -> Self::R;
}

/// A store as a type.
pub(super) trait StoreOp: 'static {
    type M: Copy;
    type V: Cell;
    fn narrow(value: Self::V) -> Self::M;
}

impl Regs {
    /// The host's address of the `size` bytes before `end`, if they are all there.
    /// `end` is the sum of an address and of an offset that has the size in it
    /// already, so that nothing is left to be added. It does not overflow: both have
    /// 32 bits.
    #[inline(always)]
    pub(super) unsafe fn bytes(self, end: u64, size: usize) -> Option<*mut u8> {
        if end <= self.len as u64 {
            // SAFETY: just checked, and the offset is not less than the size.
            Some(unsafe { self.mem.add(end as usize).sub(size) })
        } else {
            None
        }
    }
}

handlers! {
    load[O: LoadOp, X: Address, D: Destination] |r| {
        let end = X::address(r, r.half(1), 2) + u64::from(r.upper());
        match r.bytes(end, size_of::<O::M>()) {
            Some(from) => {
                let value = O::widen(from.cast::<O::M>().read_unaligned());
                B::next(D::put(r, value).skip(2 + X::WORDS))
            }
            None => r.trap(Trap::MemoryOutOfBounds),
        }
    }

    store[O: StoreOp, X: Address, Y: Access] |r| {
        let end = X::address(r, r.half(0), 2 + Y::WORDS) + u64::from(r.upper());
        match r.bytes(end, size_of::<O::M>()) {
            Some(to) => {
                let value = O::narrow(Y::value::<O::V>(r, r.half(1)));
                to.cast::<O::M>().write_unaligned(value);
                B::next(r.skip(2 + Y::WORDS + X::WORDS))
            }
            None => r.trap(Trap::MemoryOutOfBounds),
        }
    }

    load_v128[X: Address] |r| {
        let end = X::address(r, r.half(1), 2) + u64::from(r.upper());
        match r.bytes(end, 16) {
            Some(from) => {
                r.set_v128(r.half(0), from.cast::<[u8; 16]>().read_unaligned());
                B::next(r.skip(2 + X::WORDS))
            }
            None => r.trap(Trap::MemoryOutOfBounds),
        }
    }

    store_v128[X: Address] |r| {
        let end = X::address(r, r.half(0), 2) + u64::from(r.upper());
        match r.bytes(end, 16) {
            Some(to) => {
                to.cast::<[u8; 16]>().write_unaligned(r.get_v128(r.half(1)));
                B::next(r.skip(2 + X::WORDS))
            }
            None => r.trap(Trap::MemoryOutOfBounds),
        }
    }
}

fn pick_load<B: Dispatch, O: LoadOp>(place: Place, target: Target) -> Handler {
    macro_rules! of {
        ($($x:ident)*) => {
            match (place, target) {
                $(
                    (Place::$x, Target::Cell) => load::<B, O, $x, ToCell>,
                    (Place::$x, Target::Acc) => load::<B, O, $x, ToAcc>,
                )*
            }
        };
    }
    of!(S A I SumS SumA SumSS SumAS TeeS)
}

fn pick_store<B: Dispatch, O: StoreOp>(address: Place, value: Place) -> Handler {
    macro_rules! of {
        ($($x:ident)*) => {
            match (address, value) {
                $(
                    (Place::$x, Place::A) => store::<B, O, $x, A>,
                    (Place::$x, Place::I) => store::<B, O, $x, I>,
                    (Place::$x, _) => store::<B, O, $x, S>,
                )*
                // No store writes its address.
                (Place::TeeS, _) => super::flow::unreachable::<B>,
            }
        };
    }
    of!(S A I SumS SumA SumSS SumAS)
}

macro_rules! access_ops {
    (
        loads { $($load:ident $load_text:literal $lm:ty => $lr:ty, |$raw:ident| $widen:expr;)* }
        stores { $($store:ident $store_text:literal $sv:ty => $sm:ty, |$value:ident| $narrow:expr;)* }
    ) => {
        /// Loads of numbers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(clippy::enum_variant_names, reason = "they are called as their operators are")]
        pub(crate) enum Load { $(#[doc = $load_text] $load,)* }

        /// Stores of numbers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(clippy::enum_variant_names, reason = "they are called as their operators are")]
        pub(crate) enum Store { $(#[doc = $store_text] $store,)* }

        impl Load {
            pub(crate) const ALL: &[Self] = &[$(Self::$load,)*];

            /// How many bytes it reads.
            pub(crate) fn size(self) -> u64 {
                match self { $(Self::$load => size_of::<$lm>() as u64,)* }
            }

            /// The number at the start of `bytes`, as a cell; none if they are
            /// too few.
            pub(crate) fn read(self, bytes: &[u8]) -> Option<u64> {
                match self { $(Self::$load => {
                    let $raw = <$lm>::from_le_bytes(*bytes.first_chunk()?);
                    let value: $lr = $widen;
                    Some(Cell::bits(value))
                })* }
            }
        }

        impl Store {
            pub(crate) const ALL: &[Self] = &[$(Self::$store,)*];

            /// How many bytes it writes.
            pub(crate) fn size(self) -> u64 {
                match self { $(Self::$store => size_of::<$sm>() as u64,)* }
            }

            /// Writes the number in a cell to the start of `bytes`; none if they
            /// are too few.
            pub(crate) fn write(self, bytes: &mut [u8], cell: u64) -> Option<()> {
                match self { $(Self::$store => {
                    let $value: $sv = Cell::from_bits(cell);
                    let raw: $sm = $narrow;
                    *bytes.first_chunk_mut()? = raw.to_le_bytes();
                    Some(())
                })* }
            }
        }

        mod load_types { $(pub(super) struct $load;)* }
        mod store_types { $(pub(super) struct $store;)* }

        $(
            impl LoadOp for load_types::$load {
                type M = $lm;
                type R = $lr;
                #[inline(always)]
                fn widen($raw: $lm) -> $lr { $widen }
            }
        )*
        $(
            impl StoreOp for store_types::$store {
                type M = $sm;
                type V = $sv;
                #[inline(always)]
                fn narrow($value: $sv) -> $sm { $narrow }
            }
        )*

        pub(crate) fn loads<B: Dispatch>(op: Load, place: Place, target: Target) -> Handler {
            match op { $(Load::$load => pick_load::<B, load_types::$load>(place, target),)* }
        }

        pub(crate) fn stores<B: Dispatch>(op: Store, address: Place, value: Place) -> Handler {
            match op { $(Store::$store => pick_store::<B, store_types::$store>(address, value),)* }
        }
    };
}

access_ops! {
    loads {
    I32Load "i32.load" u32 => u32, |raw| raw;
    I64Load "i64.load" u64 => u64, |raw| raw;
    F32Load "f32.load" u32 => f32, |raw| f32::from_bits(raw);
    F64Load "f64.load" u64 => f64, |raw| f64::from_bits(raw);
    I32Load8S "i32.load8_s" i8 => i32, |raw| i32::from(raw);
    I32Load8U "i32.load8_u" u8 => u32, |raw| u32::from(raw);
    I32Load16S "i32.load16_s" i16 => i32, |raw| i32::from(raw);
    I32Load16U "i32.load16_u" u16 => u32, |raw| u32::from(raw);
    I64Load8S "i64.load8_s" i8 => i64, |raw| i64::from(raw);
    I64Load8U "i64.load8_u" u8 => u64, |raw| u64::from(raw);
    I64Load16S "i64.load16_s" i16 => i64, |raw| i64::from(raw);
    I64Load16U "i64.load16_u" u16 => u64, |raw| u64::from(raw);
    I64Load32S "i64.load32_s" i32 => i64, |raw| i64::from(raw);
    I64Load32U "i64.load32_u" u32 => u64, |raw| u64::from(raw);
    }
    stores {
    I32Store "i32.store" u32 => u32, |value| value;
    I64Store "i64.store" u64 => u64, |value| value;
    F32Store "f32.store" f32 => u32, |value| value.to_bits();
    F64Store "f64.store" f64 => u64, |value| value.to_bits();
    I32Store8 "i32.store8" u32 => u8, |value| value as u8;
    I32Store16 "i32.store16" u32 => u16, |value| value as u16;
    I64Store8 "i64.store8" u64 => u8, |value| value as u8;
    I64Store16 "i64.store16" u64 => u16, |value| value as u16;
    I64Store32 "i64.store32" u64 => u32, |value| value as u32;
    }
}

pub(crate) fn vector_load<B: Dispatch>(place: Place) -> Handler {
    match place {
        Place::S => load_v128::<B, S>,
        Place::A => load_v128::<B, A>,
        Place::I => load_v128::<B, I>,
        Place::SumS => load_v128::<B, SumS>,
        Place::SumA => load_v128::<B, SumA>,
        Place::SumSS => load_v128::<B, SumSS>,
        Place::SumAS => load_v128::<B, SumAS>,
        Place::TeeS => load_v128::<B, TeeS>,
    }
}

pub(crate) fn vector_store<B: Dispatch>(place: Place) -> Handler {
    match place {
        Place::S => store_v128::<B, S>,
        Place::A => store_v128::<B, A>,
        Place::I => store_v128::<B, I>,
        Place::SumS => store_v128::<B, SumS>,
        Place::SumA => store_v128::<B, SumA>,
        Place::SumSS => store_v128::<B, SumSS>,
        Place::SumAS => store_v128::<B, SumAS>,
        // No store writes its address.
        Place::TeeS => super::flow::unreachable::<B>,
    }
}
