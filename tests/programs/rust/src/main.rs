//! Counts words of JSON documents, and says what is wrong with them.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Shape {
    Circle { radius: f64 },
    Polygon { points: Vec<(i32, i32)>, name: Option<String> },
}

#[derive(Serialize)]
struct Summary<'a> {
    files: BTreeMap<String, usize>,
    words: BTreeMap<String, usize>,
    deepest: usize,
    sum: f64,
    shapes: &'a [Shape],
}

fn walk(value: &Value, depth: usize, summary: &mut Summary<'_>) {
    summary.deepest = summary.deepest.max(depth);
    match value {
        Value::String(text) => {
            for word in text.split_whitespace() {
                *summary.words.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        Value::Number(number) => summary.sum += number.as_f64().unwrap_or(0.0),
        Value::Array(items) => items.iter().for_each(|item| walk(item, depth + 1, summary)),
        Value::Object(map) => map.values().for_each(|item| walk(item, depth + 1, summary)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn main() -> ExitCode {
    let shapes = vec![
        Shape::Circle { radius: 0.1 + 0.2 },
        Shape::Polygon { points: vec![(1, -2), (i32::MAX, i32::MIN)], name: None },
    ];
    let mut summary = Summary {
        files: BTreeMap::new(),
        words: BTreeMap::new(),
        deepest: 0,
        sum: 0.0,
        shapes: &shapes,
    };
    let mut failed = false;
    let mut names: Vec<_> = std::fs::read_dir("documents")
        .map(|all| all.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    names.sort();
    for name in names {
        let text = std::fs::read_to_string(&name).unwrap();
        summary.files.insert(name.display().to_string(), text.len());
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => walk(&value, 1, &mut summary),
            Err(error) => {
                eprintln!("{}: {error}", name.display());
                failed = true;
            }
        }
    }
    let mut typed = String::new();
    std::io::stdin().read_to_string(&mut typed).unwrap();
    match serde_json::from_str::<Vec<Shape>>(&typed) {
        Ok(read) => println!("read {}, the same: {}", read.len(), read == shapes),
        Err(error) => println!("{error}"),
    }
    let text = serde_json::to_string_pretty(&summary).unwrap();
    std::fs::write("summary.json", &text).unwrap();
    println!("{text}");
    println!("{}", json!({"arguments": std::env::args().skip(1).collect::<Vec<_>>()}));
    let caught = std::panic::catch_unwind(|| 0).is_ok();
    println!("{caught} {:?}", std::env::var("WORD"));
    ExitCode::from(if failed { 3 } else { 0 })
}
