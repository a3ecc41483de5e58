use wasmparser::{ConstExpr, HeapType, Operator};

use super::proposal::Proposals;

/// How many instructions are shown.
const SHOWN: usize = 4;

/// A constant expression in short: the value of a lone constant, else the
/// instructions in the order of the binary.
pub(super) fn short(expression: &ConstExpr<'_>, used: &mut Proposals) -> String {
    let mut parts = Vec::new();
    let mut reader = expression.get_operators_reader();
    let mut length = 0;
    while !reader.eof() {
        let Ok(operator) = reader.read() else {
            parts.push("?".to_owned());
            break;
        };
        if matches!(operator, Operator::End) {
            continue;
        }
        used.constant(&operator);
        length += 1;
        if length <= SHOWN {
            parts.push(instruction(&operator));
        }
    }
    if length > SHOWN {
        parts.push("...".to_owned());
    }
    match parts.as_slice() {
        [only] => only
            .split_once(".const ")
            .map_or_else(|| only.clone(), |(_, value)| value.to_owned()),
        _ => parts.join(" "),
    }
}

fn instruction(operator: &Operator<'_>) -> String {
    match operator {
        Operator::I32Const { value } => format!("i32.const {value}"),
        Operator::I64Const { value } => format!("i64.const {value}"),
        Operator::F32Const { value } => format!("f32.const {}", f32::from_bits(value.bits())),
        Operator::F64Const { value } => format!("f64.const {}", f64::from_bits(value.bits())),
        Operator::V128Const { value } => format!("v128.const {:#034x}", value.i128()),
        Operator::GlobalGet { global_index } => format!("global.get {global_index}"),
        Operator::RefFunc { function_index } => format!("ref.func {function_index}"),
        Operator::RefNull { hty } => match hty {
            HeapType::Concrete(at) | HeapType::Exact(at) => at
                .as_module_index()
                .map_or_else(|| "ref.null".to_owned(), |at| format!("ref.null {at}")),
            HeapType::Abstract { .. } => "ref.null".to_owned(),
        },
        Operator::I32Add => "i32.add".to_owned(),
        Operator::I32Sub => "i32.sub".to_owned(),
        Operator::I32Mul => "i32.mul".to_owned(),
        Operator::I64Add => "i64.add".to_owned(),
        Operator::I64Sub => "i64.sub".to_owned(),
        Operator::I64Mul => "i64.mul".to_owned(),
        Operator::StructNew { struct_type_index } => format!("struct.new {struct_type_index}"),
        Operator::StructNewDefault { struct_type_index } => {
            format!("struct.new_default {struct_type_index}")
        }
        Operator::ArrayNew { array_type_index } => format!("array.new {array_type_index}"),
        Operator::ArrayNewDefault { array_type_index } => {
            format!("array.new_default {array_type_index}")
        }
        Operator::ArrayNewFixed {
            array_type_index,
            array_size,
        } => format!("array.new_fixed {array_type_index} {array_size}"),
        Operator::RefI31 => "ref.i31".to_owned(),
        _ => "...".to_owned(),
    }
}
