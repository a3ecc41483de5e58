//! Projects for the web. The tools behind cargo are stand-ins: scripts that
//! check what they are given and write what the real ones would.

#![cfg(unix)]

use std::fs;

use plugin_protocol::{ErrorCode, Profile};
use serde_json::json;

use crate::world::{World, compiler};

/// A crate that is called like the real one and leaves the section that its
/// macros leave, so that no test needs the registry.
const SECTION: &str = "#[unsafe(link_section = \"__wasm_bindgen_unstable\")]\n#[used]\n\
                       pub static SECTION: [u8; 4] = *b\"test\";\n";

fn project(kind: &str, main: &str) -> World {
    let manifest = format!(
        "[package]\nname = \"page\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{kind}\
         [dependencies]\nwasm-bindgen = {{ path = \"stand-in\" }}\n"
    );
    let stand_in = "[package]\nname = \"wasm-bindgen\"\nversion = \"0.2.92\"\nedition = \"2024\"\n";
    let source =
        "#[unsafe(no_mangle)]\npub extern \"C\" fn go() -> u8 { wasm_bindgen::SECTION[0] }\n";
    let main_source = format!("{source}fn main() {{}}\n");
    let text = if main == "src/main.rs" {
        main_source.as_str()
    } else {
        source
    };
    World::new(
        "page",
        &[
            ("Cargo.toml", &manifest),
            ("stand-in/Cargo.toml", stand_in),
            ("stand-in/src/lib.rs", SECTION),
            (main, text),
        ],
    )
}

fn library() -> World {
    project("[lib]\ncrate-type = [\"cdylib\"]\n", "src/lib.rs")
}

/// Writes NAME_bg.wasm and NAME.js, and keeps its arguments.
const BINDGEN: &str = "if [ \"$1\" = --version ]; then echo 'wasm-bindgen 0.2.92'; exit; fi
echo \"$*\" >\"$PWD/said\"
while [ $# -gt 1 ]; do case $1 in --out-name) name=$2 ;; --out-dir) dir=$2 ;; esac; shift; done
cp \"$1\" \"$dir/${name}_bg.wasm\" && echo 'export {}' >\"$dir/$name.js\"
echo 'declare' >\"$dir/$name.d.ts\"
";

#[test]
fn a_module_goes_through_wasm_bindgen() {
    if compiler().is_none() {
        return;
    }
    let mut world = library();
    world.stand_in("wasm-bindgen", BINDGEN);
    let mut plugin = world.plugin();
    let missing = plugin.check(&world.project()).good().result.missing;
    assert_eq!(missing, Some(vec![]));
    let built = plugin.build(&world.request(Profile::Debug, json!({"bindgen": "nodejs"})));
    let built = built.good();
    assert_eq!(
        built.artifacts(),
        ["Wasm out_bg.wasm", "Types out.d.ts", "Js out.js"]
    );
    let said = fs::read_to_string(world.project().join("said")).unwrap();
    assert!(
        said.starts_with("--target nodejs --out-name out --out-dir "),
        "{said}"
    );
    assert!(said.contains("--keep-debug"), "{said}");
    let tools: Vec<_> = built.result.tools.iter().map(|it| &*it.name).collect();
    assert_eq!((tools[0], tools[2]), ("cargo", "wasm-bindgen"));

    // As cargo made it, when that is asked for.
    let built = world.build(Profile::Debug, json!({"tool": "cargo"})).good();
    assert_eq!(built.artifacts(), ["Wasm out.wasm"]);
}

#[test]
fn another_version_of_wasm_bindgen_does_not_do() {
    if compiler().is_none() {
        return;
    }
    let mut world = library();
    world.stand_in("wasm-bindgen", &BINDGEN.replace("0.2.92", "0.2.90"));
    // Without a lock file it shows after cargo has run, with one before.
    for lock in [false, true] {
        assert_eq!(world.project().join("Cargo.lock").exists(), lock);
        let built = world.build(Profile::Debug, json!({}));
        assert_eq!(built.log().contains("Compiling"), !lock, "{}", built.log());
        let error = built.error();
        assert_eq!(error.code, ErrorCode::DependencyMissing);
        assert!(error.message.contains("0.2.90 is installed"), "{error:?}");
        assert_eq!(
            error.fix.join(" "),
            "cargo install wasm-bindgen-cli --version 0.2.92"
        );
    }
    let missing = world.plugin().check(&world.project()).good().result.missing;
    assert_eq!(missing.unwrap()[0].name, "wasm-bindgen");

    let pack = "shift; cd \"$1\" || exit; echo \"$*\" >said
while [ $# -gt 1 ]; do case $1 in --out-dir) dir=$2 ;; esac; shift; done
printf '\\0asm\\1\\0\\0\\0' >\"$dir/out_bg.wasm\"; echo '*' >\"$dir/.gitignore\"
";
    world.stand_in("wasm-pack", pack);
    let mut request = world.request(Profile::Release, json!({}));
    request.offline = true;
    let built = world.plugin().build(&request).good();
    assert_eq!(built.artifacts(), ["Wasm out_bg.wasm"]);
    let said = fs::read_to_string(world.project().join("said")).unwrap();
    assert!(
        said.contains("--release --mode no-install -- --offline"),
        "{said}"
    );
}

#[test]
fn a_page_goes_through_trunk() {
    if compiler().is_none() {
        return;
    }
    let mut world = project("", "src/main.rs");
    world.write("index.html", "<html></html>");
    world.write("style/main.css", "");
    let trunk = "[ \"$NO_COLOR\" = true ] || exit 3
echo \"$*\" >\"$PWD/said\"; dir=$3; mkdir \"$dir/.stage\" && rmdir \"$dir/.stage\"
printf '\\0asm\\1\\0\\0\\0' >\"$dir/page-0123_bg.wasm\"; echo >\"$dir/page-0123.js\"
cp index.html \"$dir/\"
";
    world.stand_in("trunk", trunk);
    let found = world.plugin().detect(&world.project()).good().result.found;
    assert_eq!(
        found.unwrap().unwrap().why,
        "Cargo.toml, program, index.html"
    );
    let built = world.build(Profile::Release, json!({})).good();
    assert_eq!(
        built.artifacts(),
        [
            "Wasm page-0123_bg.wasm",
            "Html index.html",
            "Js page-0123.js"
        ]
    );
    let said = fs::read_to_string(world.project().join("said")).unwrap();
    assert!(
        said.starts_with("build --dist ") && said.contains("--release"),
        "{said}"
    );
    // It reads the page and the styles, and says nothing of it.
    let inputs = world.inputs(&built);
    assert!(
        inputs.files.contains(&"index.html".to_owned()),
        "{inputs:#?}"
    );
    assert!(inputs.globs.contains(&"style/**".to_owned()), "{inputs:#?}");
}

#[test]
fn a_tool_that_fails_is_quoted() {
    if compiler().is_none() {
        return;
    }
    let mut world = library();
    let script = BINDGEN.replace("echo \"$*\"", "echo 'error: bad section' >&2; exit 1; echo");
    world.stand_in("wasm-bindgen", &script);
    let built = world.build(Profile::Debug, json!({}));
    assert_eq!(built.error().code, ErrorCode::Toolchain);
    assert_eq!(built.error().cause, ["error: bad section"]);
}

#[test]
fn a_small_module_goes_through_wasm_opt() {
    if compiler().is_none() {
        return;
    }
    let mut world = World::example("life", "rust");
    let script = "[ \"$1\" = -Oz ] || exit 1
while [ $# -gt 1 ]; do case $1 in *.wasm) in=$1 ;; -o) out=$2 ;; esac; shift; done
cp \"$in\" \"$out\" && printf '\\0\\2\\1x' >>\"$out\"
";
    world.stand_in("wasm-opt", script);
    let built = world.build(Profile::Size, json!({})).good();
    assert_eq!(built.artifacts(), ["Wasm out.wasm"]);
    let module = fs::read(world.stage("out.wasm")).unwrap();
    assert!(module.ends_with(&[0, 2, 1, b'x']));
    assert!(built.result.tools.iter().any(|it| it.name == "wasm-opt"));

    world.stand_in("wasm-opt", "echo 'unknown opcode' >&2; exit 1\n");
    let built = world.build(Profile::Size, json!({})).good();
    assert!(built.log().contains("wasm-opt failed"), "{}", built.log());
    let told = world.run(&["0"]).unwrap_or("5 alive".into());
    assert!(told.contains("5 alive"), "{told}");
}
