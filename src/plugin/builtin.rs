//! The plugins that need no installation.
