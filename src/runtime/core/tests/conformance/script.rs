//! Runs one script: its modules are kept by name, each assertion is checked,
//! and every one that does not hold is told with its line.

use std::collections::HashMap;

use wasmrun_core::{Engine, Error, ErrorKind, Extern, Instance, Linker, Module, Store, Trap, Val};
use wast::core::WastArgCore;
use wast::token::Id;
use wast::{QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

use crate::expect::matches;

/// Where the host has put the value that a script calls `(ref.extern N)`.
pub(crate) type Value = fn(&mut Store<()>, &WastArgCore<'_>) -> Result<Val, String>;

pub(crate) struct Script {
    pub(crate) engine: Engine,
    pub(crate) store: Store<()>,
    pub(crate) linker: Linker<()>,
    pub(crate) value: Value,
    definitions: HashMap<String, Module>,
    instances: HashMap<String, Instance>,
    latest: Option<Instance>,
    defined: Option<Module>,
}

impl Script {
    pub(crate) fn new(engine: Engine, store: Store<()>, linker: Linker<()>, value: Value) -> Self {
        let (definitions, instances) = (HashMap::new(), HashMap::new());
        let (latest, defined) = (None, None);
        Self {
            engine,
            store,
            linker,
            value,
            definitions,
            instances,
            latest,
            defined,
        }
    }

    /// What is wrong with a directive, if anything is.
    pub(crate) fn directive(&mut self, directive: WastDirective<'_>) -> Result<(), String> {
        match directive {
            WastDirective::Module(mut module) => {
                let name = module.name();
                let compiled = self.compile(&mut module)?;
                let instance = self.instantiate(&compiled).map_err(|e| e.to_string())?;
                self.keep(name, instance);
                Ok(())
            }
            WastDirective::ModuleDefinition(mut module) => {
                let name = module.name();
                let compiled = self.compile(&mut module)?;
                if let Some(name) = name {
                    self.definitions
                        .insert(name.name().to_owned(), compiled.clone());
                }
                self.defined = Some(compiled);
                Ok(())
            }
            WastDirective::ModuleInstance {
                instance, module, ..
            } => {
                let definition = match module {
                    Some(name) => self.definitions.get(name.name()),
                    None => self.defined.as_ref(),
                };
                let definition = definition.cloned().ok_or("no such definition")?;
                let made = self.instantiate(&definition).map_err(|e| e.to_string())?;
                self.keep(instance, made);
                Ok(())
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(module)?;
                self.linker.instance(&self.store, name, instance);
                Ok(())
            }
            WastDirective::Invoke(invoke) => {
                self.invoke(invoke)?.map(drop).map_err(|e| e.to_string())
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                let got = self.execute(exec)?.map_err(|e| e.to_string())?;
                let same = got.len() == results.len()
                    && got.iter().zip(&results).all(|(got, want)| match want {
                        WastRet::Core(want) => matches(&self.store, got, want),
                        _ => false,
                    });
                if same {
                    Ok(())
                } else {
                    Err(format!("returned {got:?}, not {results:?}"))
                }
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                trapped(self.execute(exec)?, message)
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                trapped(self.invoke(call)?, message)
            }
            WastDirective::AssertUnlinkable {
                mut module,
                message,
                ..
            } => {
                let bytes = module.encode().map_err(|e| e.to_string())?;
                let compiled = Module::new(&self.engine, bytes).map_err(|e| e.to_string())?;
                match self.instantiate(&compiled) {
                    Ok(_) => Err(format!("linked, which should fail: {message}")),
                    Err(e) if e.trap().is_some() => Err(format!("trapped: {e}; not: {message}")),
                    Err(_) => Ok(()),
                }
            }
            WastDirective::AssertMalformed {
                mut module,
                message,
                ..
            }
            | WastDirective::AssertInvalid {
                mut module,
                message,
                ..
            } => match self.compile(&mut module) {
                Ok(_) => Err(format!("accepted, which should fail: {message}")),
                Err(_) => Ok(()),
            },
            WastDirective::AssertException { exec, .. } => match self.execute(exec)? {
                Ok(got) => Err(format!("returned {got:?}, not an exception")),
                Err(e) if matches!(e.kind(), ErrorKind::Exception(_)) => Ok(()),
                Err(e) => Err(format!("ended by {e}; not by an exception")),
            },
            WastDirective::Thread(_) | WastDirective::Wait { .. } => {
                Err("starts a thread".to_owned())
            }
            WastDirective::AssertSuspension { .. } => Err("switches stacks".to_owned()),
            WastDirective::AssertInvalidCustom { .. }
            | WastDirective::AssertMalformedCustom { .. } => {
                Err("judges a custom section".to_owned())
            }
        }
    }

    fn compile(&self, module: &mut QuoteWat<'_>) -> Result<Module, String> {
        let bytes = module.encode().map_err(|e| e.to_string())?;
        Module::new(&self.engine, bytes).map_err(|e| e.to_string())
    }

    fn instantiate(&mut self, module: &Module) -> Result<Instance, Error> {
        self.linker.instantiate(&mut self.store, module)
    }

    fn keep(&mut self, name: Option<Id<'_>>, instance: Instance) {
        if let Some(name) = name {
            self.instances.insert(name.name().to_owned(), instance);
        }
        self.latest = Some(instance);
    }

    fn instance(&self, name: Option<Id<'_>>) -> Result<Instance, String> {
        let found = match name {
            Some(name) => self.instances.get(name.name()).copied(),
            None => self.latest,
        };
        found.ok_or_else(|| format!("no instance {name:?}"))
    }

    /// The outer error is the script's or the runner's, the inner the guest's.
    fn execute(&mut self, exec: WastExecute<'_>) -> Result<Result<Vec<Val>, Error>, String> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(invoke),
            WastExecute::Wat(module) => self.start(module),
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module)?;
                match instance.export(&self.store, global) {
                    Some(Extern::Global(global)) => Ok(Ok(vec![global.get(&self.store)])),
                    _ => Err(format!("no global {global}")),
                }
            }
        }
    }

    fn start(&mut self, mut module: Wat<'_>) -> Result<Result<Vec<Val>, Error>, String> {
        let bytes = module.encode().map_err(|e| e.to_string())?;
        let compiled = Module::new(&self.engine, bytes).map_err(|e| e.to_string())?;
        Ok(self.instantiate(&compiled).map(|_| Vec::new()))
    }

    fn invoke(&mut self, invoke: WastInvoke<'_>) -> Result<Result<Vec<Val>, Error>, String> {
        let instance = self.instance(invoke.module)?;
        let func = instance.func(&self.store, invoke.name);
        let func = func.ok_or_else(|| format!("no function {}", invoke.name))?;
        let mut args = Vec::new();
        for arg in &invoke.args {
            match arg {
                WastArg::Core(arg) => args.push((self.value)(&mut self.store, arg)?),
                _ => return Err("an argument of a component".to_owned()),
            }
        }
        let mut results = vec![Val::I32(0); func.ty(&self.store).results().len()];
        let called = func.call(&mut self.store, &args, &mut results);
        Ok(called.map(|()| results))
    }
}

/// The kinds agree where one message begins with the other: newer suites say
/// more, older ones less ("uninitialized element 2").
fn trapped(outcome: Result<Vec<Val>, Error>, message: &str) -> Result<(), String> {
    let got = match outcome {
        Ok(got) => return Err(format!("returned {got:?}, not a trap: {message}")),
        Err(error) => match error.trap() {
            Some(trap) => said(&trap),
            None => return Err(format!("{error}; not a trap: {message}")),
        },
    };
    if message.starts_with(&got) || got.starts_with(message) {
        Ok(())
    } else {
        Err(format!("trapped: {got}; not: {message}"))
    }
}

fn said(trap: &Trap) -> String {
    trap.to_string()
}
