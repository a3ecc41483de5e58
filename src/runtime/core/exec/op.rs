//! The instruction set: every instruction by what it does and where its operands
//! are, and the handler of each.

use super::access::{self, Load, Place, Store};
use super::argument::Argument;
use super::binary::{self, Binary};
use super::call::{self, Ways};
use super::compare::{self, Compare};
use super::exception;
use super::flow;
use super::fused::{self, Bound, Index, Loaded, Order};
use super::leave;
use super::object::{self, Kept};
use super::operand::{A, One, Pair, S, Target};
use super::regs::{Dispatch, Exit, Handler, Native, Regs};
use super::unary::{self, Unary};
use super::vector::{self, Vector};
use crate::engine::Engine;

/// An instruction. The handlers tell what its words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Copy,
    CopyTwo,
    AddTwo,
    CopyV128,
    CopyFromFar,
    CopyToFar,
    Constant,
    ConstantV128,
    Select(One),
    SelectFloat(One),
    SelectV128(One),
    Branch,
    BranchIf(One, bool),
    BranchCompare(Compare, Pair, bool),
    BranchAdd(Compare, Bound),
    BranchMask(One, bool),
    BranchTable(One),
    BranchTableLoaded(Index, One),
    BranchTableNext(Index, Order),
    BranchCopy,
    BranchSum,
    BranchSums,
    Unreachable,
    GlobalGet,
    GlobalGetFloat,
    GlobalGetV128,
    GlobalSet(One),
    GlobalSetV128,
    Binary(Binary, Pair, Target),
    AddShifted(One, Target),
    Bits(One, Target),
    Compare(Compare, Pair, Target),
    Unary(Unary, One, Target),
    BinaryLoaded(Loaded, Order, One, Place, Target),
    Load(Load, Place, Target),
    Store(Store, Place, Place),
    VectorLoad(Place),
    VectorStore(Place),
    Vector(Vector),
    Call(Argument),
    CallImport,
    CallIndirect,
    TailCall,
    TailCallIndirect,
    CallRef,
    TailCallRef,
    CheckNull,
    StructGet(Kept),
    StructSet(Kept),
    ArrayGet(Kept),
    ArraySet(Kept),
    ArrayLength,
    I31New,
    I31Get,
    RefTest,
    RefCast,
    Throw,
    ThrowRef,
    /// The link, if it is near.
    Leave(Option<u8>),
    /// The result, whether it has a fraction, the link, if it is near.
    LeaveWith(One, bool, Option<u8>),
    LeaveWithConstant,
    LeaveWithMany,
    Zero,
    ZeroFour,
    ZeroEight,
    Rare,
    Fuel,
    Poll,
    Count,
    Watch,
}

impl Op {
    /// Whether the word `nth` behind the second is an address of the host.
    pub(crate) fn is_address(self, nth: usize) -> bool {
        match self {
            Self::Call(_)
            | Self::CallImport
            | Self::TailCall
            | Self::CallIndirect
            | Self::TailCallIndirect
            | Self::GlobalGet
            | Self::GlobalGetFloat
            | Self::GlobalGetV128
            | Self::GlobalSet(_)
            | Self::GlobalSetV128
            | Self::Throw
            | Self::Count => nth == 0,
            // What it does and what it is done to.
            Self::Rare => true,
            _ => false,
        }
    }
}

/// One of the two ways to run code.
pub(crate) struct Backend {
    /// The address of an instruction's handler.
    pub(crate) handler: fn(Op) -> u64,
    pub(crate) run: unsafe fn(Regs) -> Exit,
    ways: fn() -> Ways,
}

impl Backend {
    /// The one that an engine's code is made for.
    pub(crate) fn of(engine: &Engine) -> Self {
        #[cfg(feature = "oracle")]
        if engine.config().looped {
            return Self::new::<super::regs::Looped>();
        }
        let _ = engine;
        Self::new::<Native>()
    }

    fn new<B: Dispatch>() -> Self {
        Self {
            handler: address::<B>,
            run: B::run,
            ways: ways::<B>,
        }
    }

    pub(crate) fn ways(&self) -> Ways {
        (self.ways)()
    }
}

fn address<B: Dispatch>(op: Op) -> u64 {
    (handler::<B>(op) as *const ()).expose_provenance() as u64
}

fn ways<B: Dispatch>() -> Ways {
    let word = |handler: Handler| [(handler as *const ()).expose_provenance() as u64];
    Ways {
        exit: word(call::exit::<B>),
        back: word(call::back::<B>),
        lazy: word(call::lazy::<B>),
        host: word(call::host::<B>),
    }
}

impl Ways {
    /// Where a function begins that is not translated yet.
    pub(crate) fn lazy(ways: *const Self) -> *const u64 {
        // SAFETY: the store keeps its ways.
        unsafe { (&raw const (*ways).lazy).cast() }
    }
}

fn handler<B: Dispatch>(op: Op) -> Handler {
    match op {
        Op::Copy => flow::copy::<B>,
        Op::CopyTwo => fused::copy_two::<B>,
        Op::AddTwo => fused::add_two::<B>,
        Op::CopyV128 => flow::copy_v128::<B>,
        Op::CopyFromFar => flow::copy_from_far::<B>,
        Op::CopyToFar => flow::copy_to_far::<B>,
        Op::Constant => flow::constant::<B>,
        Op::ConstantV128 => flow::constant_v128::<B>,
        Op::Select(One::S) => flow::select::<B, S>,
        Op::Select(One::A) => flow::select::<B, A>,
        Op::SelectFloat(One::S) => flow::select_float::<B, S>,
        Op::SelectFloat(One::A) => flow::select_float::<B, A>,
        Op::SelectV128(One::S) => flow::select_v128::<B, S>,
        Op::SelectV128(One::A) => flow::select_v128::<B, A>,
        Op::Branch => flow::branch::<B>,
        Op::BranchIf(one, taken_if) => flow::branch_on::<B>(one, taken_if),
        Op::BranchCompare(op, pair, taken_if) => compare::branches::<B>(op, pair, taken_if),
        Op::BranchAdd(op, bound) => compare::branch_adds::<B>(op, bound),
        Op::BranchMask(one, taken_if) => fused::branch_masks::<B>(one, taken_if),
        Op::BranchTableLoaded(index, one) => fused::tables_loaded::<B>(index, one),
        Op::BranchTableNext(index, address) => fused::tables_next::<B>(index, address),
        Op::BranchCopy => fused::branch_copy::<B>,
        Op::BranchSum => fused::branch_sum::<B>,
        Op::BranchSums => fused::branch_sums::<B>,
        Op::BranchTable(One::S) => flow::branch_table::<B, S>,
        Op::BranchTable(One::A) => flow::branch_table::<B, A>,
        Op::Unreachable => flow::unreachable::<B>,
        Op::GlobalGet => flow::global_get::<B>,
        Op::GlobalGetFloat => flow::global_get_float::<B>,
        Op::GlobalGetV128 => flow::global_get_v128::<B>,
        Op::GlobalSet(One::S) => flow::global_set::<B, S>,
        Op::GlobalSet(One::A) => flow::global_set::<B, A>,
        Op::GlobalSetV128 => flow::global_set_v128::<B>,
        Op::Binary(op, pair, target) => binary::table::<B>(op, pair, target),
        Op::AddShifted(one, target) => fused::adds_shifted::<B>(one, target),
        Op::Bits(one, target) => fused::bits_of::<B>(one, target),
        Op::Compare(op, pair, target) => compare::table::<B>(op, pair, target),
        Op::Unary(op, one, target) => unary::table::<B>(op, one, target),
        Op::BinaryLoaded(op, order, one, at, target) => {
            fused::binary_loadeds::<B>(op, order, one, at, target)
        }
        Op::Load(op, place, target) => access::loads::<B>(op, place, target),
        Op::Store(op, address, value) => access::stores::<B>(op, address, value),
        Op::VectorLoad(place) => access::vector_load::<B>(place),
        Op::VectorStore(place) => access::vector_store::<B>(place),
        Op::Vector(op) => vector::table::<B>(op),
        Op::Call(argument) => call::calls::<B>(argument),
        Op::CallImport => call::call_import::<B>,
        Op::CallIndirect => call::call_indirect::<B>,
        Op::TailCall => call::tail_call::<B>,
        Op::TailCallIndirect => call::tail_call_indirect::<B>,
        Op::CallRef => call::call_ref::<B>,
        Op::TailCallRef => call::tail_call_ref::<B>,
        Op::CheckNull => call::check_null::<B>,
        Op::StructGet(kept) => object::struct_gets::<B>(kept),
        Op::StructSet(kept) => object::struct_sets::<B>(kept),
        Op::ArrayGet(kept) => object::array_gets::<B>(kept),
        Op::ArraySet(kept) => object::array_sets::<B>(kept),
        Op::ArrayLength => object::array_length::<B>,
        Op::I31New => object::i31_new::<B>,
        Op::I31Get => object::i31_get::<B>,
        Op::RefTest => object::ref_test::<B>,
        Op::RefCast => object::ref_cast::<B>,
        Op::Throw => exception::throw::<B>,
        Op::ThrowRef => exception::throw_ref::<B>,
        Op::Leave(link) => leave::leaves::<B>(link),
        Op::LeaveWith(one, float, link) => leave::leaves_with::<B>(one, float, link),
        Op::LeaveWithConstant => leave::leave_with_constant::<B>,
        Op::LeaveWithMany => leave::leave_with_many::<B>,
        Op::Zero => call::zero::<B>,
        Op::ZeroFour => call::zero_four::<B>,
        Op::ZeroEight => call::zero_eight::<B>,
        Op::Rare => call::rare::<B>,
        Op::Fuel => call::fuel::<B>,
        Op::Poll => call::poll::<B>,
        Op::Count => call::count::<B>,
        Op::Watch => call::watch::<B>,
    }
}
