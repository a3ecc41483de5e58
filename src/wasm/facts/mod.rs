//! What is in a module or a component, read in one pass, without running it
//! and without believing it: nothing is allocated by what a header claims, a
//! fault in one section does not hide the next one, and what could not be read
//! is listed in [`Facts::problems`].
//!
//! Reading is not validating. A module can be read whole and still be invalid;
//! `validate` tells.

mod code;
mod component;
mod constant;
mod custom;
mod demangle;
mod dylink;
mod header;
mod host;
mod interface;
mod module;
mod names;
mod origin;
mod parts;
mod problem;
mod proposal;
mod role;
mod section;
mod types;

pub use code::{Function, Functions};
pub use component::{Component, ComponentItem, Package};
pub use custom::{Custom, CustomSection, Debug, Feature, Producer, Producers};
pub use demangle::demangle;
pub use dylink::Dylink;
pub use header::NotWasm;
pub use host::{Item, Need, NeedId};
pub use interface::Member;
pub use module::Module;
pub use names::NameCounts;
pub use origin::Origin;
pub use parts::{Data, DataMode, Element, Export, Global, Import, Memory, Start, Table, Tag, Type};
pub use problem::{Problem, Problems};
pub use proposal::Proposals;
pub use role::{Role, RoleKind};
pub use section::Section;
pub use types::Text;

pub use super::Kind;

/// How deep components may nest in components before reading stops.
const MAX_DEPTH: u32 = 32;

/// What is in a module or a component.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// How long it is, in bytes.
    pub size: u64,
    /// What could not be read.
    pub problems: Problems,
    /// Its sections, in the order of the file.
    pub sections: Vec<Section<'a>>,
    /// What its custom sections say.
    pub custom: Custom<'a>,
    /// What is in it.
    pub body: Body<'a>,
    /// What it is for.
    pub role: Role,
    /// Which tools made it, as far as they can be recognised.
    pub origins: Vec<Origin>,
    /// What has to be there for it to run, by who gives it.
    pub needs: Vec<Need<'a>>,
}

/// What is in a file of either kind.
#[derive(Debug, Clone)]
pub enum Body<'a> {
    /// A core module.
    Module(Box<Module<'a>>),
    /// A component.
    Component(Box<Component<'a>>),
}

impl<'a> Facts<'a> {
    /// Reads a binary as far as it can be read.
    ///
    /// # Errors
    /// When it does not begin with the header of a module or a component that
    /// this version knows.
    pub fn read(bytes: &'a [u8]) -> Result<Self, NotWasm> {
        Self::read_nested(bytes, 0, 0)
    }

    /// Reads what begins `offset` bytes into the file, inside `depth` components.
    fn read_nested(bytes: &'a [u8], offset: u64, depth: u32) -> Result<Self, NotWasm> {
        let kind = header::kind(bytes)?;
        let mut problems = Problems::default();
        let mut walk = section::Walk::new(bytes, offset, kind);
        let mut custom = custom::Reader::default();
        let (sections, body) = match kind {
            Kind::Module => {
                let (sections, module) = module::read(&mut walk, &mut custom, &mut problems);
                (sections, Body::Module(Box::new(module)))
            }
            Kind::Component => {
                let mut reader = component::Reader::new(bytes, offset, depth);
                let (sections, component) = reader.read(&mut walk, &mut custom, &mut problems);
                (sections, Body::Component(Box::new(component)))
            }
        };
        let custom = custom.finish();
        Ok(Self {
            role: role::of(&body, &custom),
            origins: origin::of(&body, &custom),
            needs: host::needs(&body, &custom),
            offset,
            size: bytes.len() as u64,
            problems,
            sections,
            custom,
            body,
        })
    }

    /// Which kind of binary it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Module(_) => Kind::Module,
            Body::Component(_) => Kind::Component,
        }
    }

    /// The module, if it is one.
    #[must_use]
    pub fn module(&self) -> Option<&Module<'a>> {
        match &self.body {
            Body::Module(module) => Some(module),
            Body::Component(_) => None,
        }
    }

    /// The component, if it is one.
    #[must_use]
    pub fn component(&self) -> Option<&Component<'a>> {
        match &self.body {
            Body::Component(component) => Some(component),
            Body::Module(_) => None,
        }
    }
}
