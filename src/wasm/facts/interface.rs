use std::collections::HashMap;
use std::fmt::Write;

use serde::Serialize;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentInstanceTypeId, ComponentValType, ResourceId,
};
use wasmparser::{Parser, ValidPayload, Validator, WasmFeatures};

/// A function of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its name: `[method]descriptor.read`.
    pub name: String,
    /// Its type as WIT has it: `func(name: string) -> result<u32, error-code>`.
    #[serde(rename = "type")]
    pub text: String,
}

/// The types of a component, if it is valid but for the bodies of functions.
pub(super) struct Types(wasmparser::types::Types);

impl Types {
    /// Checks everything but the code.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut types = None;
        for payload in Parser::new(0).parse_all(bytes) {
            if let ValidPayload::End(end) = validator.payload(&payload.ok()?).ok()? {
                types = Some(end);
            }
        }
        types.map(Self)
    }

    /// The functions of an import.
    pub(super) fn import(&self, name: &str) -> Vec<Member> {
        let item = self.0.as_ref().component_item_for_import(name);
        item.map_or_else(Vec::new, |item| self.functions(name, item.ty))
    }

    /// The functions of an export.
    pub(super) fn export(&self, name: &str) -> Vec<Member> {
        let item = self.0.as_ref().component_item_for_export(name);
        item.map_or_else(Vec::new, |item| self.functions(name, item.ty))
    }

    fn functions(&self, name: &str, ty: ComponentEntityType) -> Vec<Member> {
        match ty {
            ComponentEntityType::Func(id) => vec![Member {
                name: name.to_owned(),
                text: Scope::of(&self.0, None).function(id),
            }],
            ComponentEntityType::Instance(id) => {
                let scope = Scope::of(&self.0, Some(id));
                let mut functions = Vec::new();
                for (name, item) in &self.0[id].exports {
                    if let ComponentEntityType::Func(id) = item.ty {
                        functions.push(Member {
                            name: name.clone(),
                            text: scope.function(id),
                        });
                    }
                }
                functions
            }
            _ => Vec::new(),
        }
    }
}

/// The names that an interface gives to its types; of two names for one type
/// the first.
struct Scope<'a> {
    types: &'a wasmparser::types::Types,
    defined: HashMap<ComponentDefinedTypeId, &'a str>,
    resources: HashMap<ResourceId, &'a str>,
}

/// How deep a type without a name is written out.
const MAX_NESTED: u32 = 5;
/// How many members of a tuple are written out: nested tuples multiply.
const MAX_TUPLE: usize = 4;
/// After how many bytes no more parameters are written out.
const MAX_TEXT: usize = 1000;

impl<'a> Scope<'a> {
    fn of(types: &'a wasmparser::types::Types, instance: Option<ComponentInstanceTypeId>) -> Self {
        let mut scope = Self {
            types,
            defined: HashMap::new(),
            resources: HashMap::new(),
        };
        let exports = instance.map(|id| types[id].exports.iter());
        for (name, item) in exports.into_iter().flatten() {
            let ComponentEntityType::Type { created, .. } = item.ty else {
                continue;
            };
            match created {
                ComponentAnyTypeId::Defined(id) => {
                    scope.defined.entry(id).or_insert(name);
                }
                ComponentAnyTypeId::Resource(id) => {
                    scope.resources.entry(id.resource()).or_insert(name);
                }
                _ => {}
            }
        }
        scope
    }

    fn function(&self, id: ComponentFuncTypeId) -> String {
        let ty = &self.types[id];
        let mut text = if ty.async_ { "async func(" } else { "func(" }.to_owned();
        for (at, (name, ty)) in ty.params.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            if text.len() > MAX_TEXT {
                text.push_str(", ...");
                break;
            }
            let _ = write!(text, "{comma}{name}: {}", self.value(*ty, 0));
        }
        text.push(')');
        if let Some(ty) = ty.result {
            let _ = write!(text, " -> {}", self.value(ty, 0));
        }
        text
    }

    fn value(&self, ty: ComponentValType, depth: u32) -> String {
        let id = match ty {
            ComponentValType::Primitive(ty) => return ty.to_string(),
            ComponentValType::Type(id) => id,
        };
        if let Some(name) = self.defined.get(&id) {
            return (*name).to_owned();
        }
        if depth >= MAX_NESTED {
            return "...".to_owned();
        }
        let inner = |ty: ComponentValType| self.value(ty, depth + 1);
        let payload = |name: &str, ty: Option<ComponentValType>| match ty {
            Some(ty) => format!("{name}<{}>", inner(ty)),
            None => name.to_owned(),
        };
        match &self.types[id] {
            ComponentDefinedType::Primitive(ty) => ty.to_string(),
            ComponentDefinedType::Record(_) => "record".to_owned(),
            ComponentDefinedType::Variant(_) => "variant".to_owned(),
            ComponentDefinedType::Flags(_) => "flags".to_owned(),
            ComponentDefinedType::Enum(_) => "enum".to_owned(),
            ComponentDefinedType::List { element, .. } => format!("list<{}>", inner(*element)),
            ComponentDefinedType::Map { key, value, .. } => {
                format!("map<{}, {}>", inner(*key), inner(*value))
            }
            ComponentDefinedType::FixedLengthList {
                element, length, ..
            } => format!("list<{}, {length}>", inner(*element)),
            ComponentDefinedType::Tuple(tuple) => {
                let first = tuple.types.iter().take(MAX_TUPLE).map(|ty| inner(*ty));
                let shown: Vec<String> = first.collect();
                let more = if tuple.types.len() > MAX_TUPLE {
                    ", ..."
                } else {
                    ""
                };
                format!("tuple<{}{more}>", shown.join(", "))
            }
            ComponentDefinedType::Option { ty, .. } => format!("option<{}>", inner(*ty)),
            ComponentDefinedType::Result { ok, err, .. } => match (ok, err) {
                (None, None) => "result".to_owned(),
                (Some(ok), None) => format!("result<{}>", inner(*ok)),
                (None, Some(err)) => format!("result<_, {}>", inner(*err)),
                (Some(ok), Some(err)) => format!("result<{}, {}>", inner(*ok), inner(*err)),
            },
            ComponentDefinedType::Own(id) => self.resource(id.resource()),
            ComponentDefinedType::Borrow(id) => format!("borrow<{}>", self.resource(id.resource())),
            ComponentDefinedType::Future { ty, .. } => payload("future", *ty),
            ComponentDefinedType::Stream { ty, .. } => payload("stream", *ty),
        }
    }

    fn resource(&self, id: ResourceId) -> String {
        self.resources
            .get(&id)
            .map_or_else(|| "resource".to_owned(), |name| (*name).to_owned())
    }
}
