//! Expectations in files, written anew with `BLESS=1`.

use crate::tools::root;

/// Compares with `tests/programs/expected/NAME`.
pub(crate) fn expect(name: &str, found: &str) {
    let path = root().join("tests/programs/expected").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (found, wanted)) in found.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(found, wanted, "{name}:{}", line + 1);
    }
    assert_eq!(found, wanted, "{name}");
}
