use std::io::Error;

/// A secret that nobody can guess: 128 random bits, as 32 hex digits.
pub(super) fn token() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether two secrets are the same, in a time that does not tell how far they
/// are.
pub(super) fn is_same(given: &str, expected: &str) -> bool {
    let differing = given.bytes().zip(expected.bytes());
    let differing = differing.fold(0, |all, (a, b)| all | (a ^ b));
    given.len() == expected.len() && differing == 0
}
