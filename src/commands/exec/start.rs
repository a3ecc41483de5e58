use std::ffi::OsString;

use super::input::Input;
use super::values;
use crate::error::{Code, Error, Result, nearest};
use crate::runtime::core::{self, ExternType, FuncType, Linker, Module, Store, Val};
use crate::runtime::wasi;

/// The start of a program, by the convention of WASI.
const START: &str = "_start";

/// What makes a module ready whose functions are called by name.
const INITIALIZE: &str = "_initialize";

/// What is called.
pub(super) struct Call {
    name: String,
    args: Vec<Val>,
    results: Vec<Val>,
    /// Whether it is the program's own start, which has no results to show.
    program: bool,
    initialize: bool,
}

/// Finds out what to call, and reads its arguments.
pub(super) fn find(
    input: &Input,
    module: &Module,
    call: Option<&str>,
    args: &[OsString],
) -> Result<Call> {
    let functions: Vec<_> = module
        .exports()
        .filter_map(|export| match export.ty {
            ExternType::Func(ty) => Some((export.name, ty)),
            _ => None,
        })
        .collect();
    let find = |name: &str| functions.iter().find(|(known, _)| *known == name);
    let initialize = find(INITIALIZE).is_some();
    if let Some(name) = call {
        let (_, ty) = find(name).ok_or_else(|| unknown(input, name, &functions))?;
        return Ok(Call {
            name: name.to_owned(),
            args: values::parse_all(name, ty, args)?,
            results: ty
                .results()
                .iter()
                .map(|ty| Val::default_for(*ty))
                .collect(),
            program: false,
            initialize: initialize && name != INITIALIZE,
        });
    }
    match find(START) {
        Some((_, ty)) if ty.params().is_empty() && ty.results().is_empty() => Ok(Call {
            name: START.to_owned(),
            args: Vec::new(),
            results: Vec::new(),
            program: true,
            initialize: false,
        }),
        _ => Err(no_start(input, &functions)),
    }
}

/// Makes an instance, and calls. The results are as they are shown.
pub(super) fn run(
    store: &mut Store<wasi::Context>,
    linker: &Linker<wasi::Context>,
    module: &Module,
    call: &Call,
) -> Result<Vec<String>, core::Error> {
    let instance = linker.instantiate(store, module)?;
    if call.initialize
        && let Some(initialize) = instance.func(store, INITIALIZE)
    {
        initialize.call(store, &[], &mut [])?;
    }
    let mut results = call.results.clone();
    if let Some(function) = instance.func(store, &call.name) {
        function.call(store, &call.args, &mut results)?;
    }
    if call.program {
        return Ok(Vec::new());
    }
    Ok(results.iter().map(values::show).collect())
}

type Functions<'a> = [(&'a str, FuncType)];

fn unknown(input: &Input, name: &str, functions: &Functions<'_>) -> Error {
    let error = Error::new(
        Code::Usage,
        format!("{} exports no function called `{name}`", input.name),
    );
    let names = functions.iter().map(|(name, _)| *name);
    match nearest(name, names) {
        Some(near) => error.help(format!("did you mean `--call {near}`?")),
        None => listed(error, functions),
    }
}

fn no_start(input: &Input, functions: &Functions<'_>) -> Error {
    let message = format!("{} is no program: it exports no `{START}`", input.name);
    listed(Error::new(Code::Usage, message), functions)
}

/// So many functions are listed.
const LISTED: usize = 20;

fn listed(error: Error, functions: &Functions<'_>) -> Error {
    let callable: Vec<_> = functions
        .iter()
        .filter(|(name, _)| *name != INITIALIZE)
        .collect();
    let Some((first, ty)) = callable.first() else {
        return error.help("it exports no function that could be called; build it as a program");
    };
    let mut error = callable
        .iter()
        .take(LISTED)
        .fold(error, |error, (name, ty)| {
            error.because(format!("it exports `{name}` {ty}"))
        });
    if callable.len() > LISTED {
        error = error.because(format!("and {} more", callable.len() - LISTED));
    }
    let args: Vec<_> = ty.params().iter().map(|ty| format!(" <{ty}>")).collect();
    error.help(format!(
        "`wasmrun exec --call {first} FILE{}` calls one",
        args.concat()
    ))
}
