use crate::error::{Code, Error, Result, nearest};
use crate::wasm::Facts;
use crate::wasm::facts::Module;

/// What the functions of a module are called.
pub(super) struct Functions<'a>(Option<Facts<'a>>);

impl<'a> Functions<'a> {
    /// None has a name if the module cannot be read.
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        Self(Facts::read(bytes).ok())
    }

    fn module(&self) -> Option<&Module<'a>> {
        self.0.as_ref().and_then(Facts::module)
    }

    /// A function's name as its author wrote it, or one that tells its index.
    pub(super) fn name(&self, index: u32) -> String {
        let name = self.module().and_then(|module| {
            let other = || {
                let mut others = others(module);
                let (_, name) = others.find(|(known, _)| *known == index)?;
                Some(name.to_owned())
            };
            module.functions.name(index).or_else(other)
        });
        name.map_or_else(|| format!("function {index}"), |name| printable(&name))
    }

    /// The functions that a user calls so with a flag: by name or by index.
    pub(super) fn find(&self, flag: &str, wanted: &str) -> Result<Vec<u32>> {
        let unknown = || {
            let message = format!("`{flag} {wanted}`: there is no such function");
            Error::new(Code::Usage, message)
        };
        let module = self.module().ok_or_else(unknown)?;
        let count = module.functions.imported + module.functions.declared;
        if let Ok(index) = wanted.parse() {
            return match index < count {
                true => Ok(vec![index]),
                false => Err(unknown().help(format!("the module has {count} functions"))),
            };
        }
        let mut found = module.functions.named(wanted);
        let others = others(module).filter(|(_, name)| *name == wanted);
        found.extend(others.map(|(index, _)| index));
        if found.is_empty() {
            let names: Vec<_> = (0..count).map(|at| self.name(at)).collect();
            let near = nearest(wanted, names.iter().map(String::as_str));
            return Err(match near {
                Some(near) => unknown().help(format!("did you mean `{flag} \"{near}\"`?")),
                None => unknown().help(
                    "`wasmrun inspect` lists exports and the largest functions; an index will do",
                ),
            });
        }
        Ok(found)
    }
}

/// A name that can be shown on a terminal: anything may be in a module.
pub(super) fn printable(name: &str) -> String {
    name.replace(char::is_control, "\u{fffd}")
}

/// The names by which functions are imported and exported, with their indices.
fn others<'m>(module: &'m Module<'_>) -> impl Iterator<Item = (u32, &'m str)> {
    let imports = module.imports.iter().filter(|import| import.kind == "func");
    let exports = module.exports.iter().filter(|export| export.kind == "func");
    let imports = imports.map(|import| (import.index, import.name));
    imports.chain(exports.map(|export| (export.index, export.name)))
}
