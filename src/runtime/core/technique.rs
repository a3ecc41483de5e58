//! What the translator does to make code faster, and can leave out to be measured.

/// A way to make code faster. With the feature `oracle` an engine can do
/// [without](crate::Config::without) it, to see what it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "oracle"),
    allow(unreachable_pub, reason = "public with the feature alone")
)]
pub enum Technique {
    /// Instructions read locals where they are; else `local.get` copies.
    Locals,
    /// An instruction finds an operand in the register where the one before left
    /// it; else in the frame.
    Accumulators,
    /// `local.set` becomes the target of the instruction before it; else it
    /// copies.
    Targets,
    /// A comparison becomes part of the branch behind it.
    Branches,
    /// Instructions that do what several operators often do in a row.
    Fusion,
}

/// The techniques that an engine does without.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Techniques {
    #[cfg(feature = "oracle")]
    without: u8,
}

impl Techniques {
    /// Whether one is made use of.
    #[inline(always)]
    pub(crate) fn has(self, technique: Technique) -> bool {
        let _ = technique;
        #[cfg(feature = "oracle")]
        return self.without & 1 << technique as u8 == 0;
        #[cfg(not(feature = "oracle"))]
        true
    }

    #[cfg(feature = "oracle")]
    pub(crate) fn leave_out(&mut self, technique: Technique) {
        self.without |= 1 << technique as u8;
    }
}
