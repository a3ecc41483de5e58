//! The parts of a core module, one row each.

use serde::Serialize;

use super::Text;

/// A type of the type section.
#[derive(Debug, Clone, Serialize)]
pub struct Type {
    /// Its index.
    pub index: u32,
    /// In the text format: `func (param i32) (result i32)`.
    #[serde(rename = "type")]
    pub text: Text,
}

/// An import.
#[derive(Debug, Clone, Serialize)]
pub struct Import<'a> {
    /// The module it is imported from.
    pub module: &'a str,
    /// Its name there.
    pub name: &'a str,
    /// `func`, `table`, `memory`, `global` or `tag`.
    pub kind: &'static str,
    /// Its index among its kind.
    pub index: u32,
    /// In the text format.
    #[serde(rename = "type")]
    pub text: Text,
}

/// An export.
#[derive(Debug, Clone, Serialize)]
pub struct Export<'a> {
    /// Its name.
    pub name: &'a str,
    /// `func`, `table`, `memory`, `global` or `tag`.
    pub kind: &'static str,
    /// Its index among its kind.
    pub index: u32,
    /// In the text format; none when the index leads nowhere.
    #[serde(rename = "type")]
    pub text: Option<Text>,
}

/// A memory.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Memory {
    /// Its index.
    pub index: u32,
    /// Whether the host gives it.
    pub imported: bool,
    /// The pages it begins with.
    pub initial_pages: u64,
    /// The pages it may grow to.
    pub maximum_pages: Option<u64>,
    /// The bytes of a page: 65,536 unless the module says otherwise.
    pub page_size: u64,
    /// Whether threads can share it.
    pub shared: bool,
    /// Whether its addresses have 64 bits.
    pub memory64: bool,
}

impl Memory {
    /// The bytes it begins with, if they can be counted.
    #[must_use]
    pub fn initial_bytes(&self) -> Option<u64> {
        self.initial_pages.checked_mul(self.page_size)
    }

    /// The bytes it may grow to, if it has a limit that can be counted.
    #[must_use]
    pub fn maximum_bytes(&self) -> Option<u64> {
        self.maximum_pages?.checked_mul(self.page_size)
    }
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Its index.
    pub index: u32,
    /// Whether the host gives it.
    pub imported: bool,
    /// The type of its elements: `funcref`.
    pub element: String,
    /// The elements it begins with.
    pub initial: u64,
    /// The elements it may grow to.
    pub maximum: Option<u64>,
    /// Whether its indices have 64 bits.
    pub table64: bool,
}

/// A global.
#[derive(Debug, Clone, Serialize)]
pub struct Global<'a> {
    /// Its index.
    pub index: u32,
    /// Whether the host gives it.
    pub imported: bool,
    /// Its name, from the name section.
    pub name: Option<&'a str>,
    /// The type of its value.
    #[serde(rename = "type")]
    pub text: String,
    /// Whether it can be set.
    pub mutable: bool,
    /// What it begins with, in short; none when the host gives it.
    pub init: Option<String>,
}

/// A tag, the kind of an exception.
#[derive(Debug, Clone, Serialize)]
pub struct Tag {
    /// Its index.
    pub index: u32,
    /// Whether the host gives it.
    pub imported: bool,
    /// In the text format; none when the type index leads nowhere.
    #[serde(rename = "type")]
    pub text: Option<Text>,
}

/// How a segment gets to its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum DataMode {
    /// Copied when the module is instantiated.
    Active {
        /// The index of the memory or the table.
        target: u32,
        /// Where to, in short.
        at: String,
    },
    /// Copied when the code asks for it.
    Passive,
    /// An element segment that only says which functions may be referred to.
    Declared,
}

/// A data segment.
#[derive(Debug, Clone, Serialize)]
pub struct Data {
    /// Its index.
    pub index: u32,
    /// How it gets to its place.
    #[serde(flatten)]
    pub mode: DataMode,
    /// Where its bytes begin, in bytes from the start of the file.
    pub offset: u64,
    /// How many bytes it has.
    pub size: u64,
}

/// An element segment.
#[derive(Debug, Clone, Serialize)]
pub struct Element {
    /// Its index.
    pub index: u32,
    /// How it gets to its place.
    #[serde(flatten)]
    pub mode: DataMode,
    /// The type of its elements.
    pub element: String,
    /// How many elements it has.
    pub length: u32,
}

/// The function that runs when the module is instantiated.
#[derive(Debug, Clone, Serialize)]
pub struct Start {
    /// Its index.
    pub index: u32,
    /// Its name, if it has one.
    pub name: Option<String>,
}
