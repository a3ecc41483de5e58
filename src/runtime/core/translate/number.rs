//! The table of operators on numbers: which instruction each is, and what it
//! gives.

use wasmparser::Operator;

use super::Translator;
use crate::error::Error;
use crate::exec::{Binary, Compare, Load, Store, Unary};
use crate::types::ValType;

macro_rules! numbers {
    (
        binary { $($binary:ident $binary_ty:ident,)* }
        compare { $($compare:ident,)* }
        unary { $($unary:ident $unary_ty:ident,)* }
        load { $($load:ident $load_ty:ident,)* }
        store { $($store:ident,)* }
    ) => {
        /// Operators on numbers.
        pub(super) fn number(translator: &mut Translator<'_>, operator: &Operator<'_>) -> Result<(), Error> {
            match *operator {
                $(Operator::$binary => translator.binary(Binary::$binary, ValType::$binary_ty),)*
                $(Operator::$compare => translator.compare(Compare::$compare),)*
                $(Operator::$unary => translator.unary(Unary::$unary, ValType::$unary_ty),)*
                $(Operator::$load { memarg } => translator.load(Load::$load, ValType::$load_ty, memarg),)*
                $(Operator::$store { memarg } => translator.store_number(Store::$store, memarg),)*
                _ => Err(Error::limit(format!("this operator is not supported: {operator:?}"))),
            }
        }
    };
}

numbers! {
    binary {
    I32Add I32, I32Sub I32, I32Mul I32, I32DivS I32, I32DivU I32, I32RemS I32, I32RemU I32,
    I32And I32, I32Or I32, I32Xor I32, I32Shl I32, I32ShrS I32, I32ShrU I32, I32Rotl I32, I32Rotr I32,
    I64Add I64, I64Sub I64, I64Mul I64, I64DivS I64, I64DivU I64, I64RemS I64, I64RemU I64,
    I64And I64, I64Or I64, I64Xor I64, I64Shl I64, I64ShrS I64, I64ShrU I64, I64Rotl I64, I64Rotr I64,
    F32Add F32, F32Sub F32, F32Mul F32, F32Div F32, F32Min F32, F32Max F32, F32Copysign F32,
    F64Add F64, F64Sub F64, F64Mul F64, F64Div F64, F64Min F64, F64Max F64, F64Copysign F64,
    }
    compare {
    I32Eq, I32Ne, I32LtS, I32LtU, I32GtS, I32GtU, I32LeS, I32LeU, I32GeS, I32GeU,
    I64Eq, I64Ne, I64LtS, I64LtU, I64GtS, I64GtU, I64LeS, I64LeU, I64GeS, I64GeU,
    F32Eq, F32Ne, F32Lt, F32Gt, F32Le, F32Ge, F64Eq, F64Ne, F64Lt, F64Gt, F64Le, F64Ge,
    }
    unary {
    I32Clz I32, I32Ctz I32, I32Popcnt I32, I64Clz I64, I64Ctz I64, I64Popcnt I64,
    I32Extend8S I32, I32Extend16S I32, I64Extend8S I64, I64Extend16S I64, I64Extend32S I64,
    I32WrapI64 I32, I64ExtendI32S I64, I64ExtendI32U I64,
    F32Abs F32, F32Neg F32, F32Ceil F32, F32Floor F32, F32Trunc F32, F32Nearest F32, F32Sqrt F32,
    F64Abs F64, F64Neg F64, F64Ceil F64, F64Floor F64, F64Trunc F64, F64Nearest F64, F64Sqrt F64,
    I32TruncF32S I32, I32TruncF32U I32, I32TruncF64S I32, I32TruncF64U I32,
    I64TruncF32S I64, I64TruncF32U I64, I64TruncF64S I64, I64TruncF64U I64,
    I32TruncSatF32S I32, I32TruncSatF32U I32, I32TruncSatF64S I32, I32TruncSatF64U I32,
    I64TruncSatF32S I64, I64TruncSatF32U I64, I64TruncSatF64S I64, I64TruncSatF64U I64,
    F32ConvertI32S F32, F32ConvertI32U F32, F32ConvertI64S F32, F32ConvertI64U F32,
    F64ConvertI32S F64, F64ConvertI32U F64, F64ConvertI64S F64, F64ConvertI64U F64,
    F32DemoteF64 F32, F64PromoteF32 F64,
    I32ReinterpretF32 I32, I64ReinterpretF64 I64, F32ReinterpretI32 F32, F64ReinterpretI64 F64,
    }
    load {
    I32Load I32, I64Load I64, F32Load F32, F64Load F64, I32Load8S I32, I32Load8U I32, I32Load16S I32, I32Load16U I32,
    I64Load8S I64, I64Load8U I64, I64Load16S I64, I64Load16U I64, I64Load32S I64, I64Load32U I64,
    }
    store {
    I32Store, I64Store, F32Store, F64Store, I32Store8, I32Store16, I64Store8, I64Store16, I64Store32,
    }
}
