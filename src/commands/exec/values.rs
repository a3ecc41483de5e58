use std::ffi::OsString;

use wast::parser::{Parse, ParseBuffer};

use crate::error::{Code, Error, Result};
use crate::runtime::core::{FuncType, Val, ValType};

/// Reads the arguments of a function.
pub(super) fn parse_all(name: &str, ty: &FuncType, args: &[OsString]) -> Result<Vec<Val>> {
    let wrong = |what: String| {
        let forms: Vec<_> = ty.params().iter().map(|ty| example(*ty)).collect();
        let help = match forms.is_empty() {
            true => "call it without arguments".to_owned(),
            false => format!("for instance `--call {name} FILE {}`", forms.join(" ")),
        };
        Error::new(Code::Usage, what)
            .because(format!("its signature is {ty}"))
            .help(help)
    };
    let wanted = ty.params().len();
    if args.len() != wanted {
        let arguments = if wanted == 1 { "argument" } else { "arguments" };
        return Err(wrong(format!(
            "`{name}` takes {wanted} {arguments}, and {} were given",
            args.len()
        )));
    }
    let each = (1..).zip(args).zip(ty.params());
    each.map(|((nth, arg), ty)| {
        let text = arg.to_str().unwrap_or_default();
        parse(text, *ty).ok_or_else(|| {
            let shown = arg.to_string_lossy();
            wrong(format!("argument {nth} of `{name}`: `{shown}` is no {ty}"))
        })
    })
    .collect()
}

fn example(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "42",
        ValType::I64 => "0xff",
        ValType::F32 => "1.5",
        ValType::F64 => "-2e3",
        ValType::V128 => "i32x4:1,2,3,4",
        ValType::Ref(_) => "null",
    }
}

/// A value in the text format's own forms: `42`, `-1`, `0xff_ff`, `1.5`, `0x1p-3`,
/// `inf`, `nan`, `nan:0x200000`; a vector as 32 hexadecimal digits behind `0x`, or
/// as `i32x4:1,2,3,4`; a reference can only be `null`.
fn parse(text: &str, ty: ValType) -> Option<Val> {
    match ty {
        ValType::I32 => token(text).map(Val::I32),
        ValType::I64 => token(text).map(Val::I64),
        ValType::F32 => token::<wast::token::F32>(text).map(|number| Val::F32(number.bits)),
        ValType::F64 => token::<wast::token::F64>(text).map(|number| Val::F64(number.bits)),
        ValType::V128 => vector(text).map(Val::V128),
        ValType::Ref(ty) => (text == "null").then(|| Val::default_for(ValType::Ref(ty))),
    }
}

fn token<T: for<'a> Parse<'a>>(text: &str) -> Option<T> {
    let buffer = ParseBuffer::new(text).ok()?;
    wast::parser::parse(&buffer).ok()
}

fn vector(text: &str) -> Option<u128> {
    if let Some(digits) = text.strip_prefix("0x") {
        let digits = digits.replace('_', "");
        return (digits.len() == 32)
            .then(|| u128::from_str_radix(&digits, 16).ok())
            .flatten();
    }
    let (shape, lanes) = text.split_once(':')?;
    let lanes = lanes.replace(',', " ");
    let constant: wast::core::V128Const = token(&format!("{shape} {lanes}"))?;
    Some(u128::from_le_bytes(constant.to_le_bytes()))
}

/// A value as it is printed, so that it can be given as an argument again.
pub(super) fn show(value: &Val) -> String {
    match value {
        Val::I32(number) => number.to_string(),
        Val::I64(number) => number.to_string(),
        Val::F32(bits) => float(
            f32::from_bits(*bits).to_string(),
            f32::from_bits(*bits).is_sign_negative(),
            u64::from(bits & 0x7f_ffff),
            1 << 22,
        ),
        Val::F64(bits) => float(
            f64::from_bits(*bits).to_string(),
            f64::from_bits(*bits).is_sign_negative(),
            bits & 0xf_ffff_ffff_ffff,
            1 << 51,
        ),
        Val::V128(bits) => format!("0x{bits:032x}"),
        // As in the text format where there is a form for it.
        other => other.to_string(),
    }
}

/// Not-a-number with its sign and, if it is not the canonical one, its payload.
fn float(plain: String, negative: bool, payload: u64, canonical: u64) -> String {
    if plain != "NaN" {
        return plain;
    }
    let sign = if negative { "-" } else { "" };
    if payload == canonical {
        format!("{sign}nan")
    } else {
        format!("{sign}nan:{payload:#x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ty: ValType) -> String {
        parse(text, ty).map_or_else(|| "none".to_owned(), |value| show(&value))
    }

    #[test]
    fn numbers_have_the_forms_of_the_text_format() {
        for (text, shown) in [
            ("42", "42"),
            ("-1", "-1"),
            ("4294967295", "-1"),
            ("0xff_ff", "65535"),
            ("4294967296", "none"),
            ("1.5", "none"),
            ("", "none"),
        ] {
            assert_eq!(read(text, ValType::I32), shown, "{text}");
        }
        assert_eq!(read("18446744073709551615", ValType::I64), "-1");
        for (text, shown) in [
            ("1.5", "1.5"),
            ("3", "3"),
            ("0x1p-3", "0.125"),
            ("-inf", "-inf"),
            ("nan", "nan"),
            ("-nan:0x1", "-nan:0x1"),
            ("1e", "none"),
        ] {
            assert_eq!(read(text, ValType::F32), shown, "{text}");
            assert_eq!(read(text, ValType::F64), shown, "{text}");
        }
    }

    #[test]
    fn vectors_are_lanes_or_digits() {
        let digits = "0x00000004000000030000000200000001";
        assert_eq!(read("i32x4:1,2,3,4", ValType::V128), digits);
        assert_eq!(read(digits, ValType::V128), digits);
        assert_eq!(read("0x1", ValType::V128), "none");
        assert_eq!(read("i32x4:1,2", ValType::V128), "none");
        assert_eq!(read("null", ValType::EXTERNREF), "null");
    }
}
