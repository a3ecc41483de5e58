use std::fmt;
use std::str::FromStr;

use wasmparser::WasmFeatures;

use crate::error::{Code, Error, nearest};

type Set = fn() -> WasmFeatures;

/// The sets that have a name of their own.
const SETS: &[(&str, Set)] = &[
    ("default", WasmFeatures::default),
    ("all", WasmFeatures::all),
    ("mvp", || WasmFeatures::MVP),
    ("wasm1", || WasmFeatures::WASM1),
    ("wasm2", || WasmFeatures::WASM2),
    ("wasm3", || WasmFeatures::WASM3),
    ("lime1", || WasmFeatures::LIME1),
];

/// Which proposals a module may use. By default, all that have reached phase 4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features(WasmFeatures);

impl Features {
    /// The names of the sets.
    pub fn sets() -> impl Iterator<Item = &'static str> {
        SETS.iter().map(|(name, _)| *name)
    }

    /// The names of the proposals.
    pub fn proposals() -> impl Iterator<Item = String> {
        WasmFeatures::all()
            .iter_names()
            .map(|(name, _)| spelled(name))
    }

    /// The default, and the first form of exceptions: it was never finished, and
    /// toolchains write it all the same.
    #[must_use]
    pub fn of_toolchains() -> Self {
        Self(WasmFeatures::default() | WasmFeatures::LEGACY_EXCEPTIONS)
    }

    pub(super) fn get(self) -> WasmFeatures {
        self.0
    }
}

/// The names of proposals, as `--features` takes them.
pub(super) fn names(features: WasmFeatures) -> String {
    let names: Vec<_> = features
        .iter_names()
        .map(|(name, _)| spelled(name))
        .collect();
    names.join(",")
}

fn spelled(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

fn find(word: &str) -> Option<(WasmFeatures, bool)> {
    if let Some((_, set)) = SETS.iter().find(|(name, _)| *name == word) {
        return Some((set(), true));
    }
    WasmFeatures::all()
        .iter_names()
        .find(|(name, _)| spelled(name) == word)
        .map(|(_, feature)| (feature, false))
}

/// Reads a list such as `wasm2,threads,-simd`, from left to right: a set starts
/// anew from that set, a proposal adds to it, and what has a `-` before it is
/// taken away. It starts from the default set.
impl FromStr for Features {
    type Err = Error;

    fn from_str(list: &str) -> Result<Self, Error> {
        let mut features = WasmFeatures::default();
        for word in list.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            let bare = word.strip_prefix('-').unwrap_or(word);
            let spelling = spelled(bare);
            match find(&spelling) {
                Some((named, _)) if bare != word => features.remove(named),
                Some((set, true)) => features = set,
                Some((proposal, false)) => features.insert(proposal),
                None => return Err(unknown(&spelling)),
            }
        }
        Ok(Self(features))
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&names(self.0))
    }
}

fn unknown(word: &str) -> Error {
    let proposals: Vec<_> = Features::proposals().collect();
    let sets = SETS.iter().map(|(name, _)| *name);
    let known: Vec<&str> = sets.chain(proposals.iter().map(String::as_str)).collect();
    // Most slips are a forgotten or an added part: `bulk` for `bulk-memory`.
    let near = nearest(word, known.iter().copied()).or_else(|| {
        let part = |name: &&&str| name.contains(word) || word.contains(**name);
        known.iter().find(part).copied()
    });
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "sets are {}; proposals are {}",
            Features::sets().collect::<Vec<_>>().join(", "),
            proposals.join(", ")
        ),
    };
    Error::new(
        Code::Usage,
        format!("`{word}` is not a WebAssembly feature or set of features"),
    )
    .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &str) -> WasmFeatures {
        list.parse::<Features>().unwrap().get()
    }

    #[test]
    fn a_set_replaces_and_a_name_adds_or_takes_away() {
        assert_eq!(read(""), WasmFeatures::default());
        assert_eq!(read("mvp"), WasmFeatures::MVP);
        assert_eq!(read("-simd,mvp"), WasmFeatures::MVP);
        assert_eq!(
            read("mvp, simd,sign_extension"),
            WasmFeatures::MVP | WasmFeatures::SIMD | WasmFeatures::SIGN_EXTENSION
        );
        assert!(!read("-simd").simd() && read("-simd").threads());
        assert_eq!(read("all,-all"), WasmFeatures::empty());
    }

    #[test]
    fn every_printed_name_reads_back() {
        for name in Features::proposals() {
            assert!(!read(&format!("mvp,{name}")).is_empty(), "{name}");
        }
        assert_eq!(
            read(&format!("-all,{}", Features::default())),
            WasmFeatures::default()
        );
    }

    #[test]
    fn a_slip_suggests_the_nearest() {
        let slip = |word: &str| word.parse::<Features>().unwrap_err().to_string();
        assert!(slip("smid").contains("did you mean `simd`?"));
        assert!(slip("bulk").contains("did you mean `bulk-memory`?"));
        assert!(slip("-treads").contains("did you mean `threads`?"));
        assert!(slip("quux").contains("sets are default, all, mvp"));
    }
}
