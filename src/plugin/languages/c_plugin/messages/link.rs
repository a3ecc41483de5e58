//! What helps against a linker's message.

use plugin_protocol::Diagnostic;

/// Adds what mends it to a message that has a known cure.
pub(super) fn advise(diagnostic: &mut Diagnostic) {
    let message = &diagnostic.message;
    let advice = if let Some((object, symbol)) = undefined(message) {
        let advice = for_symbol(&symbol);
        if diagnostic.file.is_none() {
            diagnostic.file = object;
        }
        diagnostic.message = format!("undefined symbol: {symbol}");
        Some(advice)
    } else if message.contains("with exceptions disabled") {
        Some(EXCEPTIONS.to_owned())
    } else if message.starts_with("duplicate symbol: main") {
        Some("name the file to build in wasmrun.toml: `entry = \"...\"`".to_owned())
    } else if message.contains("unable to find library -l") {
        Some(
            "build that library for WebAssembly too, and name its folder with `-L` in `ldflags`"
                .to_owned(),
        )
    } else if message.contains("No available targets are compatible with") {
        Some(
            "this clang was built without WebAssembly; name another one with `compiler`".to_owned(),
        )
    } else {
        None
    };
    diagnostic
        .notes
        .extend(advice.map(|advice| format!("help: {advice}")));
}

const EXCEPTIONS: &str = "wasi-libc's C++ library has no exceptions; build with `compiler = \"emcc\"` \
     and `-fexceptions` in `flags` and `ldflags`, or do without `throw` and `try`";

/// The object and the symbol of `a.o: undefined symbol: f`, and of Emscripten's
/// `undefined symbol: f (referenced by ...)`.
fn undefined(message: &str) -> Option<(Option<String>, String)> {
    let (object, symbol) = message.split_once("undefined symbol: ")?;
    let object = object.trim_end_matches(": ");
    let object = (!object.is_empty() && !object.contains(".o") && !object.contains(".a("))
        .then(|| object.to_owned());
    let symbol = symbol.split(" (referenced by").next().unwrap_or(symbol);
    Some((object, symbol.trim().to_owned()))
}

fn for_symbol(symbol: &str) -> String {
    let name = symbol
        .split('(')
        .next()
        .unwrap_or(symbol)
        .trim_start_matches('_');
    let emulated = |what: &str, library: &str| {
        format!(
            "add `-D_WASI_EMULATED_{what}` to `flags` and `-lwasi-emulated-{library}` to `ldflags`"
        )
    };
    match name {
        "main" | "main_void" | "main_argc_argv" | "original_main" => {
            "no source defines `main`; a library needs none, but then nothing may call it".to_owned()
        }
        "setjmp" | "longjmp" | "wasm_setjmp" | "wasm_longjmp" | "wasm_setjmp_test" => {
            "this C library has no setjmp; build with `compiler = \"emcc\"`".to_owned()
        }
        "signal" | "raise" | "SIG_IGN" | "SIG_ERR" => emulated("SIGNAL", "signal"),
        "mmap" | "munmap" | "mprotect" => emulated("MMAN", "mman"),
        "getpid" => emulated("GETPID", "getpid"),
        "clock" | "times" | "getrusage" => emulated("PROCESS_CLOCKS", "process-clocks"),
        "fork" | "execve" | "execvp" | "system" | "popen" | "waitpid" => {
            "WASI has no processes; leave this out with an `#ifdef __wasi__`".to_owned()
        }
        _ if name.starts_with("pthread_") => {
            "this C library has no threads; leave them out, or build with `compiler = \"emcc\"` and `-pthread`".to_owned()
        }
        _ if name.starts_with("cxa_") && !name.starts_with("cxa_guard") => EXCEPTIONS.to_owned(),
        _ if symbol.contains("std::") || name.starts_with("operator ") => {
            "this is C++; give the file that uses it the ending `.cpp`".to_owned()
        }
        _ => format!("add the source that defines `{symbol}`, or its library with `-l` in `ldflags`"),
    }
}
