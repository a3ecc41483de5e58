//! The JSON Schema of every line that may pass, and of the files beside them.
//! `schema/v1.json` is this, written out.

use schemars::{Schema, SchemaGenerator, json_schema};

use crate::{HostFrame, Inputs, Manifest, PluginLine};

/// The schema of version 1. A line fits one of `#/$defs/HostFrame` and
/// `#/$defs/PluginLine`; `Manifest` and `Inputs` are for `wasmrun.toml` and the
/// `inputs_file`. Frames of types that it does not have are to be ignored, not
/// refused.
#[must_use]
pub fn v1() -> Schema {
    let mut generator = SchemaGenerator::default();
    let host = generator.subschema_for::<HostFrame>();
    let plugin = generator.subschema_for::<PluginLine>();
    generator.subschema_for::<Manifest>();
    generator.subschema_for::<Inputs>();
    json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wasmrun plugin protocol, version 1: one line",
        "anyOf": [host, plugin],
        "$defs": generator.take_definitions(true),
    })
}
