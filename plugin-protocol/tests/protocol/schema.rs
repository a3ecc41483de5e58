//! The schema in the repository is that of the types, and says what they say.

use std::fs;
use std::sync::LazyLock;

use plugin_protocol::schema::v1;
use serde_json::{Value, json};

use super::driver::root;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| v1().to_value());

#[test]
fn the_schema_in_the_repository_is_that_of_the_types() {
    let path = root().join("plugin-protocol/schema/v1.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{:#}\n", *SCHEMA)).unwrap();
    }
    let kept: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert!(
        *SCHEMA == kept,
        "schema/v1.json is stale; BLESS=1 writes it anew"
    );
}

/// Checks a value against the part of JSON Schema that ours uses. A word that is
/// not known here fails the test, so that nothing goes unchecked.
fn faults(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let fault = |what: &str| vec![format!("{at}: {what} in {value}")];
    let Some(words) = schema.as_object() else {
        return if schema == &json!(true) {
            vec![]
        } else {
            fault("nothing fits")
        };
    };
    let mut found = Vec::new();
    for (word, rule) in words {
        let rules = || rule.as_array().unwrap().iter();
        found.extend(match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => vec![],
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                faults(&SCHEMA["$defs"][name], value, at)
            }
            "type" => {
                let allowed = rule
                    .as_array()
                    .map_or(std::slice::from_ref(rule), Vec::as_slice);
                let good = allowed
                    .iter()
                    .any(|name| kinds(value).contains(&name.as_str().unwrap()));
                if good {
                    vec![]
                } else {
                    fault(&format!("not {rule}"))
                }
            }
            "const" if value == rule => vec![],
            "const" => fault(&format!("not {rule}")),
            "enum" if rules().any(|one| one == value) => vec![],
            "enum" => fault("not one of the values"),
            "minimum" if value.is_number() && value.as_f64() < rule.as_f64() => fault("too low"),
            "maximum" if value.as_f64() > rule.as_f64() => fault("too high"),
            "minItems" if length(value).is_some_and(|it| Some(it) < rule.as_u64()) => {
                fault("too few")
            }
            "maxItems" if length(value).is_some_and(|it| Some(it) > rule.as_u64()) => {
                fault("too many")
            }
            "minimum" | "maximum" | "minItems" | "maxItems" => vec![],
            "required" => rules()
                .filter(|name| value.get(name.as_str().unwrap()).is_none())
                .flat_map(|name| fault(&format!("no {name}")))
                .collect(),
            "properties" => rule
                .as_object()
                .unwrap()
                .iter()
                .filter_map(|(name, rule)| Some((name, rule, value.get(name)?)))
                .flat_map(|(name, rule, value)| faults(rule, value, &format!("{at}.{name}")))
                .collect(),
            "additionalProperties" => vec![],
            "items" => value
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|value| faults(rule, value, &format!("{at}[]")))
                .collect(),
            "allOf" => rules().flat_map(|rule| faults(rule, value, at)).collect(),
            "anyOf" if rules().any(|rule| faults(rule, value, at).is_empty()) => vec![],
            "oneOf"
                if rules()
                    .filter(|rule| faults(rule, value, at).is_empty())
                    .count()
                    == 1 =>
            {
                vec![]
            }
            "anyOf" | "oneOf" => fault(&format!("does not fit {word}")),
            _ => panic!("the schema uses {word}, which this test cannot check"),
        });
    }
    found
}

/// The length of an array.
fn length(value: &Value) -> Option<u64> {
    value.as_array().map(|items| items.len() as u64)
}

fn kinds(value: &Value) -> &'static [&'static str] {
    match value {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Number(number) if number.is_i64() || number.is_u64() => &["integer", "number"],
        Value::Number(_) => &["number"],
        Value::String(_) => &["string"],
        Value::Array(_) => &["array"],
        Value::Object(_) => &["object"],
    }
}

/// Fails unless a value fits a definition of the schema.
pub(crate) fn assert_fits(definition: &str, value: &Value) {
    let schema = json!({"$ref": format!("#/$defs/{definition}")});
    assert_eq!(faults(&schema, value, definition), Vec::<String>::new());
}

#[test]
fn the_schema_refuses_what_the_types_refuse() {
    for (definition, value) in [
        ("HostFrame", json!({"type":"info"})),
        ("HostFrame", json!({"type":"info","id":-1})),
        ("HostFrame", json!({"type":"info","id":1.5})),
        ("HostFrame", json!({"type":"check","id":1})),
        (
            "HostFrame",
            json!({"type":"build","id":1,"project":"/p","stage":7}),
        ),
        ("PluginLine", json!({"type":"pong","id":1})),
        ("PluginLine", json!({"s":"k","type":"result","id":1})),
        (
            "PluginLine",
            json!({"s":"k","type":"artifact","id":1,"kind":"wasm","path":"p"}),
        ),
        (
            "PluginLine",
            json!({"s":"k","type":"diagnostic","id":1,"severity":"note","message":"m",
            "span":{"start":[1],"end":[1,2]}}),
        ),
        ("Manifest", json!({"schema":1,"name":"x"})),
        ("Inputs", json!({"files":"x"})),
    ] {
        let schema = json!({"$ref": format!("#/$defs/{definition}")});
        assert_ne!(faults(&schema, &value, ""), Vec::<String>::new(), "{value}");
    }
}
