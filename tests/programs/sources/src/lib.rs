//! Nothing: the manifest beside this is a list of sources.
