use std::fmt::Write;

use crate::commands::functions::Functions;
use crate::commands::input::Input;
use crate::error::{Code, Error, Result};
use crate::runtime::core::{Bytes, Engine, Instruction, Listing, Module};
use crate::wasm;

/// The interpreter's code of functions, each instruction below the operators that
/// it comes from.
pub(super) fn render(input: &Input, wanted: &str) -> Result<String> {
    let bytes: &[u8] = &input.bytes;
    let functions = Functions::read(bytes);
    let found = functions.find("--ir", wanted)?;
    let module = Module::new(&Engine::default(), Bytes::new(bytes.to_vec())).map_err(|error| {
        let message = format!("{} is no module that the interpreter runs", input.name);
        Error::new(Code::InvalidModule, message)
            .because(error.to_string())
            .help(format!("`wasmrun verify {}` tells more", input.name))
    })?;
    let mut text = String::new();
    for index in found {
        let name = functions.name(index);
        let listing = module.listing(index).map_err(|error| {
            Error::new(Code::Usage, format!("`--ir {wanted}`: nothing to show"))
                .because(error.to_string())
                .help("name a function that is not imported, of a module that can be instantiated")
        })?;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "function {index}, {name}: {} instructions, a frame of {} cells",
            listing.instructions.len(),
            listing.frame
        );
        show(&mut text, bytes, &listing);
    }
    Ok(text)
}

fn show(text: &mut String, bytes: &[u8], listing: &Listing) {
    let mut operators = listing.operators.iter().peekable();
    for instruction in &listing.instructions {
        while let Some((_, offset)) = operators.next_if(|(at, _)| *at <= instruction.at) {
            operator(text, bytes, *offset);
        }
        let _ = writeln!(text, "{:>12}  {}", instruction.at, shown(instruction));
    }
    for (_, offset) in operators {
        operator(text, bytes, *offset);
    }
}

fn operator(text: &mut String, bytes: &[u8], offset: u64) {
    let operator = wasm::operator_at(bytes, offset).unwrap_or_default();
    let _ = writeln!(text, "{offset:#10x}: {operator}");
}

fn shown(instruction: &Instruction) -> String {
    let Instruction {
        name,
        halves,
        words,
        targets,
        ..
    } = instruction;
    let halves = halves.map(|half| half.to_string()).join(" ");
    let mut line = format!("{name}  [{halves}]");
    for word in words {
        let _ = match word {
            Some(word) => write!(line, " {word:#x}"),
            None => write!(line, " address"),
        };
    }
    if !targets.is_empty() {
        let targets: Vec<_> = targets.iter().map(ToString::to_string).collect();
        let _ = write!(line, " -> {}", targets.join(" "));
    }
    line
}
