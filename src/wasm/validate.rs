use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use serde::Serialize;
use wasmparser::{
    Error, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, ValidPayload, Validator,
    ValidatorResources,
};

use super::excerpt::Excerpt;
use super::features::{self, Features};
use super::locate::{Function, Hint, locate};
use super::source::{Lines, Source};

/// From this much code on, in bytes, functions are checked in parallel: below
/// it, one thread is done before others have started.
const PARALLEL_FROM: u64 = 256 * 1024;

/// Why a module is not valid, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invalid {
    /// What is wrong, in one line.
    pub message: String,
    /// Where, in bytes from the start.
    pub offset: u64,
    /// What is known of the place.
    #[serde(flatten)]
    pub place: Box<Place>,
    /// What may mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Where a fault is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The section it is in, as the specification calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The function it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<Function>,
    /// What was compiled to it, if the file has DWARF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What stands around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
}

impl Invalid {
    /// Where it is in the file, without the source: `offset 0x2a, function 3
    /// (app::main), code section`.
    #[must_use]
    pub fn location(&self) -> String {
        let mut text = format!("offset {:#x}", self.offset);
        if let Some(Function { index, name }) = &self.place.function {
            text.push_str(&format!(", function {index}"));
            if let Some(name) = name {
                text.push_str(&format!(" ({})", name.escape_debug()));
            }
        }
        if let Some(section) = &self.place.section {
            text.push_str(&format!(", {section} section"));
        }
        text
    }
}

/// The message and all that is known of the place, in one line.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.message, self.location())?;
        if let Some(source) = &self.place.source {
            write!(f, ", from {source}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Invalid {}

/// Validates a module or a component whole, with the [`Features`] that toolchains
/// make use of.
///
/// # Errors
/// The first fault.
pub fn validate(bytes: &[u8]) -> Result<(), Invalid> {
    validate_with(bytes, Features::of_toolchains())
}

/// Validates a module or a component whole.
///
/// # Errors
/// The fault with the lowest offset.
pub fn validate_with(bytes: &[u8], features: Features) -> Result<(), Invalid> {
    judge(bytes, features).map_err(|fault| fault.explain(bytes))
}

/// A fault, and what its finder knows of where it is.
struct Fault {
    error: Error,
    hint: Hint,
}

type Job<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

fn judge(bytes: &[u8], features: Features) -> Result<(), Fault> {
    let mut validator = Validator::new_with_features(features.get());
    let mut functions = Vec::new();
    let outer = read(bytes, features, &mut validator, &mut functions);
    // Code stands before the sections that can still fail after it was read.
    let inner = check_functions(functions);
    match (outer, inner) {
        (Err(outer), Some(inner)) if outer.error.offset() < inner.error.offset() => Err(outer),
        (_, Some(inner)) => Err(inner),
        (outer, None) => outer,
    }
}

fn read<'a>(
    bytes: &'a [u8],
    features: Features,
    validator: &mut Validator,
    functions: &mut Vec<Job<'a>>,
) -> Result<(), Fault> {
    let mut parser = Parser::new(0);
    parser.set_features(features.get());
    for payload in parser.parse_all(bytes) {
        let payload = payload.map_err(|error| Fault {
            error,
            hint: Hint::default(),
        })?;
        match validator.payload(&payload) {
            Ok(ValidPayload::Func(function, body)) => functions.push((function, body)),
            Ok(_) => {}
            Err(error) => {
                let section = payload.as_section().map(|(_, range)| range.start);
                let hint = Hint {
                    section,
                    function: None,
                };
                return Err(Fault { error, hint });
            }
        }
    }
    Ok(())
}

/// The fault with the lowest offset, whichever thread finds which first.
fn check_functions(functions: Vec<Job<'_>>) -> Option<Fault> {
    let code: u64 = functions.iter().map(|(_, body)| length(body)).sum();
    if code < PARALLEL_FROM {
        let mut scratch = FuncValidatorAllocations::default();
        return functions
            .into_iter()
            .find_map(|job| check_function(&mut scratch, job));
    }
    let lowest = AtomicU64::new(u64::MAX);
    functions
        .into_par_iter()
        .map_init(FuncValidatorAllocations::default, |scratch, job| {
            if job.1.range().start > lowest.load(Ordering::Relaxed) {
                return None;
            }
            let fault = check_function(scratch, job)?;
            lowest.fetch_min(fault.error.offset(), Ordering::Relaxed);
            Some(fault)
        })
        .flatten()
        .min_by_key(|fault| fault.error.offset())
}

fn check_function(scratch: &mut FuncValidatorAllocations, job: Job<'_>) -> Option<Fault> {
    let (function, body) = job;
    let index = function.index;
    let mut validator = function.into_validator(std::mem::take(scratch));
    let result = validator.validate(&body);
    *scratch = validator.into_allocations();
    result.err().map(|error| Fault {
        error,
        hint: Hint {
            section: None,
            function: Some((index, body.range())),
        },
    })
}

fn length(body: &FunctionBody<'_>) -> u64 {
    body.range().end - body.range().start
}

impl Fault {
    fn explain(self, bytes: &[u8]) -> Invalid {
        let Self { error, hint } = self;
        let offset = error.offset();
        let found = locate(bytes, offset, &hint);
        let in_code = found.function.is_some();
        let source = || Lines::of(bytes, found.module.clone())?.find(offset);
        Invalid {
            message: message(&error, bytes),
            offset,
            place: Box::new(Place {
                source: in_code.then(source).flatten(),
                excerpt: Excerpt::around(bytes, offset, found.body),
                section: found.section,
                function: found.function,
            }),
            help: help(&error, bytes),
        }
    }
}

/// The validator's message, but for files that are something else altogether.
fn message(error: &Error, bytes: &[u8]) -> String {
    match bytes.get(..4) {
        None if bytes.is_empty() => "the file is empty".to_owned(),
        Some(start) if start != b"\0asm" => {
            let start: Vec<_> = start.iter().map(|byte| format!("{byte:02x}")).collect();
            format!(
                "not WebAssembly: it starts with {}, not with 00 61 73 6d",
                start.join(" ")
            )
        }
        _ => {
            let words: Vec<_> = error.message().split_whitespace().collect();
            words.join(" ")
        }
    }
}

fn help(error: &Error, bytes: &[u8]) -> Option<String> {
    if let Some(missing) = error.missing_wasm_feature() {
        let names = features::names(missing);
        return Some(format!(
            "if your host has it, allow it with `--features {names}`"
        ));
    }
    let known: &[(&[u8], &str)] = &[
        (b"", "was its build or its download interrupted?"),
        (
            b"\x1f\x8b",
            "it is compressed with gzip; check what is in it",
        ),
        (b"PK\x03\x04", "it is a zip archive; check what is in it"),
        (
            b"\x28\xb5\x2f\xfd",
            "it is compressed with zstd; check what is in it",
        ),
        (
            b"\x7fELF",
            "it is a program for this machine; set the compiler's target to WebAssembly",
        ),
        (
            b"!<arch>",
            "it is a library of object files, not yet linked",
        ),
        (
            b"version https://git-lfs",
            "it is a pointer to a large file; fetch it with `git lfs pull`",
        ),
        (b"<", "it is a page of HTML or XML; did its download fail?"),
        (
            b"(module",
            "it is WebAssembly text; `wasmrun compile` makes a binary of it",
        ),
        (
            b"(component",
            "it is WebAssembly text; `wasmrun compile` makes a binary of it",
        ),
    ];
    let found = known.iter().find(|(start, _)| match start.is_empty() {
        true => bytes.is_empty(),
        false => bytes.trim_ascii_start().starts_with(start),
    });
    found.map(|(_, help)| (*help).to_owned())
}
