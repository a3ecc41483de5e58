//! From the operators of a function to the executor's code, in one pass.
//!
//! Values on WebAssembly's stack are symbols: a local, a constant, or a
//! temporary cell that its height on the stack gives. Only operators that do
//! something become instructions, and those read locals and constants where they
//! are. The bytes were validated before, so that types and heights fit; whatever
//! would be out of reach all the same is an error, never a wrong access.

mod access;
mod atomic;
mod binary;
mod branch;
mod call;
mod control;
mod emit;
mod exception;
mod fuse;
mod locals;
mod number;
mod object;
mod operator;
mod place;
mod rare;
mod recent;
mod stack;
mod switch;
mod vector;

pub(crate) use place::{Origin, origin};

use crate::listing::{Listing, instruction};

use wasmparser::{BinaryReader, FunctionBody};

use self::control::Control;
use self::emit::{Emitter, with_upper};
use self::locals::Locals;
use self::stack::Stack;
use crate::count::Pieces;
use crate::error::Error;
use crate::exec::Op;
use crate::func::Function;
use crate::instance::InstanceEntity;
use crate::module;
use crate::store::Inner;
use crate::types::FuncType;
use crate::watch::Moment;

/// A function that is being translated.
struct Translator<'s> {
    store: &'s Inner,
    instance: &'s InstanceEntity,
    module: &'s module::Inner,
    ty: FuncType,
    out: Emitter,
    stack: Stack,
    locals: Locals,
    controls: Vec<Control>,
    /// How deeply blocks are nested in code that cannot be reached; none if this
    /// code can.
    skipping: Option<u32>,
    /// Where the open block's instruction for fuel is, and what was used.
    fuel: Option<(usize, u32)>,
    /// For each operator, the first word of its code and its place in the module.
    positions: Option<Vec<(usize, u32)>>,
    /// Blocks that catch and are open.
    opens: Vec<exception::Open>,
    /// The parts of the code where exceptions are caught.
    tries: Vec<crate::exec::Try>,
    /// Around how many blocks the one is that an ending `try` delegates to.
    delegates: Option<u32>,
    /// What operators are counted in, if they are.
    pieces: Option<Pieces>,
    /// The function's index if it is watched.
    watched: Option<u32>,
}

/// What a function was translated to.
struct Translated {
    code: Box<[u64]>,
    frame: u32,
    positions: Vec<(usize, u32)>,
    pieces: Option<Pieces>,
    tries: Vec<crate::exec::Try>,
    listed: Vec<(usize, Op)>,
}

/// Translates a function of an instance, and has it begin at its code.
#[allow(unsafe_code, reason = "functions are kept by address")]
pub(crate) fn translate(store: &mut Inner, function: *mut Function) -> Result<(), Error> {
    let Translated {
        code,
        frame,
        pieces,
        tries,
        ..
    } = run(store, function, false)?;
    if let Some(pieces) = pieces {
        store.pieces.append(pieces);
    }
    store.code.add(&code, function);
    store.translated += 1;
    // SAFETY: the store keeps its functions, and this is the only reference.
    unsafe {
        (*function).frame = frame;
        // Calls in it change when they run, so it must be reached by this address
        // alone, of where it is kept.
        let code = (*function).body.insert(code).as_mut_ptr();
        code.expose_provenance();
        (*function).code = code;
        (*function).tries = (!tries.is_empty()).then(|| tries.into());
    }
    Ok(())
}

/// Translates a function once more, to be looked at.
pub(crate) fn listing(store: &Inner, function: *const Function) -> Result<Listing, Error> {
    let done = run(store, function, true)?;
    let starts = done.listed.iter().map(|(at, _)| *at);
    let ends = starts.skip(1).chain([done.code.len()]);
    let instructions = done.listed.iter().zip(ends);
    Ok(Listing {
        frame: done.frame,
        instructions: instructions
            .map(|((at, op), end)| instruction(&done.code, *at, end, *op))
            .collect(),
        operators: done
            .positions
            .iter()
            .map(|(word, offset)| (*word, u64::from(*offset)))
            .collect(),
    })
}

#[allow(unsafe_code, reason = "functions and instances are kept by address")]
fn run(store: &Inner, function: *const Function, recording: bool) -> Result<Translated, Error> {
    // SAFETY: the store keeps functions and instances.
    let (instance, index, ty) = unsafe {
        let instance = (*function).instance;
        (&*instance, (*function).index, (*function).ty)
    };
    let module = &*instance.module;
    let config = store.engine.config();
    let missing = || Error::usage("a function without code was called");
    let (bytes, offset) = module.body(index).ok_or_else(missing)?;
    let body = FunctionBody::new(BinaryReader::new(bytes, u64::from(offset)));
    let ty = module.signature(ty);
    let locals = Locals::read(module, &ty, &body)?;
    let mut translator = Translator {
        store,
        instance,
        module,
        out: Emitter::new(store.backend.handler, config.techniques),
        stack: Stack::new(locals.first_temporary()),
        controls: vec![Control::function(&ty, locals.first_temporary())],
        locals,
        ty,
        skipping: None,
        fuel: None,
        positions: recording.then(Vec::new),
        opens: Vec::new(),
        tries: Vec::new(),
        delegates: None,
        pieces: config.count.then(Pieces::default),
        watched: config.watched.contains(&index).then_some(index),
    };
    translator.out.listed = (recording || config.count).then(Vec::new);
    translator.begin();
    let mut reader = body.get_operators_reader().map_err(unreadable)?;
    while !translator.controls.is_empty() {
        let at = reader.original_position();
        let operator = reader.read().map_err(unreadable)?;
        if let Some(positions) = &mut translator.positions {
            positions.push((
                translator.out.code.len(),
                u32::try_from(at).unwrap_or(u32::MAX),
            ));
        }
        translator.operator(&operator)?;
        // Where it can trap is the instruction that it became part of.
        if let (Some(moved), Some(positions)) =
            (translator.out.moved.take(), &mut translator.positions)
            && let Some((word, _)) = positions.last_mut()
        {
            *word = moved.min(*word);
        }
    }
    translator.end_block();
    let listed = translator.out.listed.take().unwrap_or_default();
    if let Some(pieces) = &mut translator.pieces {
        pieces.set_instructions(listed.iter().map(|(_, op)| *op));
    }
    Ok(Translated {
        frame: translator.frame()?,
        positions: translator.positions.unwrap_or_default(),
        pieces: translator.pieces,
        tries: translator.tries,
        listed,
        code: translator.out.code.into(),
    })
}

fn unreadable(error: wasmparser::Error) -> Error {
    Error::usage(format!(
        "the module has changed since it was validated: {error}"
    ))
}

/// What validation has made sure of does not hold.
fn changed() -> Error {
    Error::usage("the module has changed since it was validated")
}

impl Translator<'_> {
    fn begin(&mut self) {
        self.locals.zero(&mut self.out);
        if let Some(index) = self.watched {
            self.watch(index, 0, Moment::Enter);
        }
        self.begin_block(true);
    }

    /// Begins a part of the code that is entered at its start alone. `looking`
    /// says whether to look for what another thread wants: wherever code can run
    /// in circles.
    fn begin_block(&mut self, looking: bool) {
        self.end_block();
        let config = self.store.engine.config();
        if config.fuel {
            let at = self.out.emit(Op::Fuel, &[0]);
            self.fuel = Some((at, 0));
        }
        if looking && config.interruptible {
            self.out.emit(Op::Poll, &[0]);
        }
        self.begin_piece();
    }

    /// Begins a part of the code that is run whole, unless it ends early.
    pub(super) fn begin_piece(&mut self) {
        if let Some(pieces) = &mut self.pieces {
            let piece = pieces.begin();
            self.out.emit(Op::Count, &[0, piece]);
        }
    }

    /// Counts an operator in the piece that was begun last.
    fn note(&mut self, operator: &wasmparser::Operator<'_>) {
        if let Some(pieces) = &mut self.pieces {
            pieces.note(operator);
        }
    }

    /// Tells the watcher what a function does, whose arguments or results are in
    /// the cells from `first` on.
    fn watch(&mut self, function: u32, first: u16, moment: Moment) {
        let ty = self.module.functions.get(function as usize);
        let words = [
            with_upper(first, moment as u16, function),
            ty.map_or(u64::MAX, |ty| u64::from(ty.0)),
        ];
        self.out.emit(Op::Watch, &words);
    }

    /// Writes down what the open part uses.
    fn end_block(&mut self) {
        if let Some((at, used)) = self.fuel.take() {
            self.out.code[at + 1] = u64::from(used.max(1)) << 32;
        }
    }

    fn frame(&self) -> Result<u32, Error> {
        self.locals.frame(self.stack.highest())
    }
}
