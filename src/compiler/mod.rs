//! From a project to a verified module: the cache, the private stage, the
//! builder, the check of what it made, and the atomic publication.
