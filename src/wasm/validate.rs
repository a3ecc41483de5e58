/// Why a module is not valid, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong, in one line.
    pub message: String,
    /// Where, in bytes from the start.
    pub offset: u64,
}

/// Validates a module or a component whole.
///
/// # Errors
/// The first fault.
pub fn validate(_bytes: &[u8]) -> Result<(), Invalid> {
    Ok(())
}
