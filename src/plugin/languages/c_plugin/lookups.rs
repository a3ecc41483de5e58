//! Where the compiler looked in vain: a header that is made there later would
//! be found first, so its absence is an input.

use std::path::{Path, PathBuf};

/// What the text of a source or a header says of the files it reads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lookups {
    /// Each place where a header named in quotes would be found first.
    pub(super) places: Vec<PathBuf>,
    /// A header's name is made by a macro, so that a place is not known.
    pub(super) hidden: bool,
    /// It embeds a file by the assembler, which tells nobody.
    pub(super) embeds: bool,
}

impl Lookups {
    /// Reads the text of a file. A name in quotes is looked for beside the file
    /// that includes it, then among the system's headers; names in angle
    /// brackets are looked for among the system's alone. (C17, 6.10.2)
    pub(super) fn read(file: &Path, text: &str) -> Self {
        let beside = file.parent().unwrap_or(Path::new(""));
        let mut this = Self {
            embeds: text.contains("incbin"),
            ..Self::default()
        };
        for line in text.lines() {
            if !line.contains("include") && !line.contains("embed") {
                continue;
            }
            // More than the names, never less: other strings do no harm.
            let strings = line
                .split('"')
                .skip(1)
                .step_by(2)
                .filter(|name| !name.is_empty());
            this.places.extend(strings.map(|name| beside.join(name)));
            this.hidden |= is_hidden(line);
        }
        this
    }
}

/// Whether a directive names its file by a macro.
fn is_hidden(line: &str) -> bool {
    let Some(directive) = line.trim_start().strip_prefix('#') else {
        return line.trim_end().ends_with('\\');
    };
    let directive = directive.trim_start();
    let words = ["include_next", "include", "import", "embed"];
    match words.iter().find_map(|word| directive.strip_prefix(word)) {
        Some(name) => !name.trim_start().starts_with(['"', '<']),
        // `__has_include(NAME)` in a condition.
        None => directive.split("__has_").skip(1).any(|asked| {
            let argument = asked.split_once('(').map_or("", |(_, argument)| argument);
            !argument.trim_start().starts_with(['"', '<'])
                && !asked.trim_end().ends_with("include")
                && !asked.starts_with("include)")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Lookups {
        Lookups::read(Path::new("/p/a.c"), text)
    }

    #[test]
    fn names_in_quotes_are_looked_for_beside() {
        let seen = read("#include \"a.h\"\n#  include <b.h>\n#if __has_include(\"sub/c.h\")\n");
        assert_eq!(seen.places, [Path::new("/p/a.h"), Path::new("/p/sub/c.h")]);
        assert!(!seen.hidden && !seen.embeds);
    }

    #[test]
    fn a_name_that_a_macro_makes_is_hidden() {
        for line in [
            "#include NAME",
            "# include_next NAME",
            "#embed DATA",
            "#if __has_include(NAME)",
        ] {
            assert!(read(line).hidden, "{line}");
        }
        assert!(!read("#if defined __has_include\n#ifdef __has_include").hidden);
        assert!(!read("#include <a.h> // includes NAME").hidden);
    }

    #[test]
    fn the_assembler_reads_files_too() {
        assert!(read("__asm__(\".incbin \\\"x\\\"\");").embeds);
    }
}
