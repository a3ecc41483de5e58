use serde::{Deserialize, Serialize};

macro_rules! host_codes {
    ($($(#[$doc:meta])* $name:ident = $slug:literal,)*) => {
        /// What the host says of a plugin that did not keep to the protocol. A
        /// plugin never sends these.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum HostCode { $($(#[$doc])* #[serde(rename = $slug)] $name,)* }

        impl HostCode {
            /// All of them, in the order of `docs/plugin-protocol.md`.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }
        }
    };
}

host_codes! {
    /// The executable could not be started.
    SpawnFailed = "spawn_failed",
    /// The executable comes from the project and nobody trusted it.
    Untrusted = "untrusted",
    /// The executable is not the one that was installed.
    ChecksumMismatch = "checksum_mismatch",
    /// No `hello` came in time.
    HelloTimeout = "hello_timeout",
    /// The plugin speaks no version that the host speaks.
    VersionMismatch = "version_mismatch",
    /// A line with the session key is not a frame, or not one that fits.
    BadFrame = "bad_frame",
    /// A line with the session key is over the limit.
    FrameTooLong = "frame_too_long",
    /// The output ended inside a line.
    TruncatedFrame = "truncated_frame",
    /// Nothing was heard for too long.
    IdleTimeout = "idle_timeout",
    /// The operation took too long.
    Deadline = "deadline",
    /// The process ended before its result.
    Crashed = "crashed",
    /// The process left others running.
    LeakedProcesses = "leaked_processes",
    /// An artifact is not what the plugin said.
    BadArtifact = "bad_artifact",
}
