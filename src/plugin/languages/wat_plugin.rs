//! The WebAssembly text format, with nothing but wasmrun itself.

use std::path::Path;

use plugin_protocol::{
    Artifact, ArtifactKind, BuildReport, BuildRequest, Diagnostic, Event, Inputs, Missing, Profile,
    Severity,
};
use wast::core::{EncodeOptions, GenerateDwarf};
use wast::parser::ParseBuffer;

use super::entry;
use crate::plugin::{Failure, Listener, WasmBuilder};
use crate::process::Cancel;
use crate::wasm::{self, Invalid};

const ENDING: &str = "wat";

/// Builds `.wat` files. A debug build has line tables, so that errors and traps
/// lead back to the source; `size` drops the names of functions and locals.
#[derive(Debug)]
pub(crate) struct WatBuilder;

impl WasmBuilder for WatBuilder {
    fn build(
        &self,
        request: &BuildRequest,
        listener: Listener<'_>,
        _cancel: &Cancel,
    ) -> Result<BuildReport, Failure> {
        let named = request.entry.as_deref();
        let file = entry::choose(&request.project, named, &request.name, ENDING)?;
        let module = compile(&request.project, &file, request.profile, listener)?;
        let path = format!("{}.wasm", request.name);
        let to = request.stage.join(&path);
        std::fs::write(&to, &module).map_err(|error| entry::io_error("write", &to, &error))?;
        Ok(BuildReport {
            artifacts: vec![Artifact {
                kind: ArtifactKind::Wasm,
                path,
                size: module.len() as u64,
                sha256: None,
            }],
            inputs: Some(Inputs {
                files: vec![file],
                globs: vec![],
                names: named.map_or_else(|| entry::considered(ENDING), |_| vec![]),
            }),
            ..BuildReport::default()
        })
    }

    fn check_dependencies(&self, _: &Path, _: &Cancel) -> Result<Vec<Missing>, Failure> {
        Ok(vec![])
    }

    fn validate_project(
        &self,
        project: &Path,
        listener: Listener<'_>,
        _cancel: &Cancel,
    ) -> Result<(), Failure> {
        // Without a request nobody has said which of several files it is.
        let name = project.file_name().unwrap_or_default().to_string_lossy();
        if let Ok(file) = entry::choose(project, None, &name, ENDING) {
            compile(project, &file, Profile::Size, listener)?;
        }
        Ok(())
    }

    fn clean(&self, _: &Path, _: bool, _: &Cancel) -> Result<Vec<String>, Failure> {
        Ok(vec![])
    }

    fn supported_extensions(&self) -> Vec<&str> {
        vec![ENDING]
    }

    fn entry_file_candidates(&self) -> Vec<&str> {
        vec!["main.wat", "index.wat", "src/main.wat", "src/index.wat"]
    }
}

fn compile(
    project: &Path,
    file: &str,
    profile: Profile,
    listener: Listener<'_>,
) -> Result<Vec<u8>, Failure> {
    let path = project.join(file);
    let bytes = std::fs::read(&path).map_err(|error| entry::io_error("read", &path, &error))?;
    let outcome = match String::from_utf8(bytes) {
        Ok(text) => encode(file, &text, profile).and_then(|module| match wasm::validate(&module) {
            Ok(()) => Ok(module),
            Err(invalid) => Err(Box::new(unsound(file, &text, invalid))),
        }),
        Err(error) => Err(Box::new(not_text(
            file,
            error.as_bytes(),
            error.utf8_error(),
        ))),
    };
    outcome.map_err(|diagnostic| {
        listener(Event::Diagnostic(*diagnostic));
        Failure::Failed
    })
}

fn encode(file: &str, text: &str, profile: Profile) -> Result<Vec<u8>, Box<Diagnostic>> {
    let refused = |error: wast::Error| Box::new(diagnostic(file, text, &error));
    let mut buffer = ParseBuffer::new(text).map_err(refused)?;
    buffer.track_instr_spans(profile == Profile::Debug);
    let mut wat = wast::parser::parse::<wast::Wat<'_>>(&buffer).map_err(refused)?;
    let mut options = EncodeOptions::new();
    if profile == Profile::Debug {
        options.dwarf(Path::new(file), text, GenerateDwarf::Lines);
    }
    let module = options.encode_wat(&mut wat).map_err(refused)?;
    Ok(match profile {
        Profile::Size => without_names(&module).unwrap_or(module),
        Profile::Debug | Profile::Release => module,
    })
}

/// The fault of a module that was written correctly and is not valid, at its
/// place in the text. Only a module with line tables knows the place.
fn unsound(file: &str, text: &str, fault: Invalid) -> Diagnostic {
    let with_lines = encode(file, text, Profile::Debug).ok();
    let fault = with_lines
        .and_then(|module| wasm::validate(&module).err())
        .unwrap_or(fault);
    let place = fault.place.source.as_ref();
    let Some(line) = place.and_then(|source| source.line) else {
        return Diagnostic {
            file: Some(file.to_owned()),
            ..Diagnostic::new(Severity::Error, fault.message)
        };
    };
    let column = place.and_then(|source| source.column).unwrap_or(1);
    let at = (
        line.saturating_sub(1) as usize,
        column.saturating_sub(1) as usize,
    );
    shown(file, text, at, &fault.message)
}

fn not_text(file: &str, bytes: &[u8], error: std::str::Utf8Error) -> Diagnostic {
    let before = &bytes[..error.valid_up_to()];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let start = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    Diagnostic::new(Severity::Error, "the file is not UTF-8 text").at(
        file,
        number(line),
        number(column),
    )
}

fn diagnostic(file: &str, text: &str, error: &wast::Error) -> Diagnostic {
    shown(file, text, error.span().linecol_in(text), &error.message())
}

/// The message at its place, with the source line and a caret under it. Line
/// and byte count from 0.
fn shown(file: &str, text: &str, (line, byte): (usize, usize), message: &str) -> Diagnostic {
    let source = text.lines().nth(line).unwrap_or_default();
    let before = source.get(..byte.min(source.len())).unwrap_or(source);
    let (line, column) = (number(line + 1), number(before.chars().count() + 1));
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    let mut this = Diagnostic::new(Severity::Error, first).at(file, line, column);
    this.notes = lines.map(str::to_owned).collect();
    // A tab stays a tab, so that the caret stands under its place.
    let padding: String = before
        .chars()
        .map(|letter| if letter == '\t' { '\t' } else { ' ' })
        .collect();
    let margin = " ".repeat(line.to_string().len());
    this.rendered = Some(format!(
        "error: {message}\n{margin}--> {file}:{line}:{column}\n{margin} |\n{line} | {source}\n{margin} | {padding}^",
    ));
    this
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A copy of a module without its `name` section; nothing for a component.
/// Spec: binary format, modules, sections.
fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let header = module.get(..8).filter(|h| *h == b"\0asm\x01\0\0\0")?;
    let mut out = header.to_vec();
    let mut rest = &module[8..];
    while let Some((&id, after)) = rest.split_first() {
        let (size, body) = leb128(after)?;
        let (body, next) = body.split_at_checked(size)?;
        let is_name = id == 0
            && leb128(body).is_some_and(|(_, name)| name.starts_with(b"name"))
            && body.first() == Some(&4);
        if !is_name {
            out.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Some(out)
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, &byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = "(module (func $answer (export \"answer\") (result i32)\n  i32.const 42))";

    fn has(module: &[u8], name: &str) -> bool {
        wasmparser::Parser::new(0).parse_all(module).any(
            |payload| matches!(payload.unwrap(), wasmparser::Payload::CustomSection(s) if s.name() == name),
        )
    }

    #[test]
    fn names_stay_but_for_size_and_lines_come_with_debug() {
        let encode = |profile| encode("m.wat", MODULE, profile).unwrap();
        let (debug, release, size) = (
            encode(Profile::Debug),
            encode(Profile::Release),
            encode(Profile::Size),
        );
        assert!(has(&debug, "name") && has(&debug, ".debug_line"));
        assert!(has(&release, "name") && !has(&release, ".debug_line"));
        assert!(!has(&size, "name") && size.len() < release.len());
        for module in [debug, release, size] {
            wasmparser::validate(&module).unwrap();
        }
    }

    #[test]
    fn an_error_shows_its_line_with_a_caret() {
        let text = "(module\n\t(func  nop\u{fc}) ;; x\n)";
        let refused = encode("src/m.wat", text, Profile::Release).unwrap_err();
        assert_eq!(refused.file.as_deref(), Some("src/m.wat"));
        assert_eq!(refused.span.unwrap().start[0], 2);
        let rendered = refused.rendered.unwrap();
        assert!(
            rendered.contains("2 | \t(func  nop\u{fc}) ;; x\n  | \t"),
            "{rendered}"
        );
        assert!(rendered.ends_with('^'), "{rendered}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*|(\\(|\\)|module|func|\\$a|\"|;;|\n| |i32\\.const|1e){0,40}") {
            for profile in [Profile::Debug, Profile::Size] {
                let _ = encode("m.wat", &text, profile);
            }
        }

        #[test]
        fn no_bytes_panic_the_stripper(mut bytes in proptest::collection::vec(0u8.., 0..64)) {
            bytes.splice(0..0, *b"\0asm\x01\0\0\0");
            let _ = without_names(&bytes);
        }
    }
}
