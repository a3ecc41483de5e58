//! Objects that code makes, and what frees those that nothing refers to.
//!
//! A reference is a cell: 0 is null, an object is its address, a 31-bit integer
//! has its lowest bit set, and a value of the host its lowest two bits 10. The
//! collector marks and sweeps; objects do not move. What frames hold is not known
//! exactly: every cell of the stack that looks like a reference counts as one.
//! What objects hold is known by their layouts.

#![allow(unsafe_code, reason = "objects are kept by address; see each block")]

mod blocks;
pub(crate) mod field;
pub(crate) mod layout;

use std::cell::RefCell;
use std::collections::HashMap;

pub(crate) use blocks::Header;
use blocks::{Blocks, MARK};
pub(crate) use layout::{HEADER, Layout};

use crate::registry::Registry;
use crate::tag::TagEntity;
use crate::types::TypeId;

/// The type of an exception.
const EXCEPTION: u32 = MARK - 2;

/// Where an exception's tag is, in bytes from its start, and where what it carries
/// begins.
const TAG: usize = HEADER;
const CARRIED: usize = 16;

/// A collection is worth it when as many bytes came to the heap.
const WORTH_IT: u64 = 4 << 20;

/// The objects of a store.
pub(crate) struct Heap {
    blocks: Blocks,
    layouts: Vec<Option<Box<Layout>>>,
    /// The bytes at which to collect.
    next: u64,
    /// What the host holds.
    roots: RefCell<Roots>,
    /// Objects that were reached and not looked into yet.
    pending: Vec<*mut u8>,
    /// How many collections there were.
    pub(crate) collections: u64,
}

/// References that the host holds, by the numbers it knows them by.
#[derive(Default)]
struct Roots {
    cells: Vec<u64>,
    numbers: HashMap<u64, u32>,
}

/// A reference to an integer of 31 bits.
pub(crate) fn i31(value: u32) -> u64 {
    u64::from(value & 0x7fff_ffff) << 1 | 1
}

/// Whether a reference is to an integer of 31 bits.
pub(crate) fn is_i31(cell: u64) -> bool {
    cell & 1 == 1
}

/// Whether a reference is to an object.
pub(crate) fn is_object(cell: u64) -> bool {
    cell != 0 && cell & 7 == 0
}

/// A reference to a value of the host.
pub(crate) fn host(number: u32) -> u64 {
    u64::from(number) << 2 | 2
}

/// The number of a value of the host, if a reference is to one.
pub(crate) fn host_number(cell: u64) -> Option<u32> {
    (cell & 3 == 2).then_some((cell >> 2) as u32)
}

/// The address of an object.
pub(crate) fn object(cell: u64) -> *mut u8 {
    std::ptr::with_exposed_provenance_mut(cell as usize)
}

/// The header of an object.
///
/// # Safety
/// `cell` is a reference to an object.
pub(crate) unsafe fn header(cell: u64) -> Header {
    // SAFETY: the caller's promise.
    unsafe { object(cell).cast::<Header>().read() }
}

impl Heap {
    pub(crate) fn new() -> Self {
        Self {
            blocks: Blocks::new(),
            layouts: Vec::new(),
            next: WORTH_IT,
            roots: RefCell::default(),
            pending: Vec::new(),
            collections: 0,
        }
    }

    /// The bytes that objects take.
    pub(crate) fn bytes(&self) -> u64 {
        self.blocks.bytes
    }

    /// Makes ready for objects of these types.
    pub(crate) fn prepare(&mut self, registry: &Registry, types: &[TypeId]) {
        for id in types {
            let at = id.0 as usize;
            if self.layouts.len() <= at {
                self.layouts.resize_with(at + 1, || None);
            }
            if self.layouts[at].is_none() {
                self.layouts[at] = Layout::of(registry, *id).map(Box::new);
            }
        }
    }

    /// The layout of a struct or array type that a module of the store has. It
    /// stays where it is.
    pub(crate) fn layout(&self, id: TypeId) -> Option<&Layout> {
        self.layouts.get(id.0 as usize)?.as_deref()
    }

    /// The layout of an object.
    ///
    /// # Safety
    /// `cell` is a reference to an object.
    pub(crate) unsafe fn layout_of(&self, cell: u64) -> Option<&Layout> {
        // SAFETY: the caller's promise.
        self.layout(TypeId(unsafe { header(cell) }.ty))
    }

    /// Whether to collect before an object of as many bytes is made.
    pub(crate) fn is_due(&self, bytes: usize, limit: u64) -> bool {
        let then = self.blocks.bytes.saturating_add(bytes as u64);
        then > self.next || then > limit
    }

    /// A new object: what is behind its header is anything. None beyond `limit`,
    /// in bytes for all objects, or if the host has no more memory.
    pub(crate) fn allocate(
        &mut self,
        ty: TypeId,
        length: u32,
        bytes: usize,
        limit: u64,
    ) -> Option<u64> {
        self.make(Header { ty: ty.0, length }, bytes, limit)
    }

    fn make(&mut self, header: Header, bytes: usize, limit: u64) -> Option<u64> {
        if self.blocks.bytes.saturating_add(bytes as u64) > limit {
            return None;
        }
        let at = self.blocks.allocate(header, bytes.max(16))?;
        Some(at.expose_provenance() as u64)
    }

    /// A new exception that carries these cells.
    pub(crate) fn exception(
        &mut self,
        tag: *mut TagEntity,
        carried: &[u64],
        limit: u64,
    ) -> Option<u64> {
        let header = Header {
            ty: EXCEPTION,
            length: carried.len() as u32,
        };
        let cell = self.make(header, CARRIED + carried.len() * 8, limit)?;
        // SAFETY: it was just made with this room.
        unsafe {
            let at = object(cell);
            at.add(TAG).cast::<*mut TagEntity>().write(tag);
            let to = at.add(CARRIED).cast::<u64>();
            to.copy_from_nonoverlapping(carried.as_ptr(), carried.len());
        }
        Some(cell)
    }

    /// The number by which the host knows an object from now on.
    pub(crate) fn root(&self, cell: u64) -> u32 {
        let mut roots = self.roots.borrow_mut();
        let Roots { cells, numbers } = &mut *roots;
        *numbers.entry(cell).or_insert_with(|| {
            cells.push(cell);
            cells.len() as u32 - 1
        })
    }

    /// The object that the host knows by a number.
    pub(crate) fn rooted(&self, number: u32) -> Option<u64> {
        self.roots.borrow().cells.get(number as usize).copied()
    }

    /// Marks what a cell refers to, if it looks like a reference to an object.
    pub(crate) fn reach(&mut self, cell: u64) {
        if is_object(cell)
            && let Some(at) = self.blocks.find(cell as usize)
        {
            // SAFETY: there is an object.
            unsafe { mark(at, &mut self.pending) };
        }
    }

    /// Frees all objects that were not reached, directly or through others.
    pub(crate) fn collect(&mut self) {
        let roots = std::mem::take(&mut self.roots.borrow_mut().cells);
        for cell in &roots {
            self.reach(*cell);
        }
        self.roots.borrow_mut().cells = roots;
        while let Some(at) = self.pending.pop() {
            // SAFETY: objects that were reached are there until the sweep.
            unsafe { self.look_into(at) };
        }
        self.blocks.sweep();
        self.next = self.blocks.bytes + self.blocks.bytes.max(WORTH_IT);
        self.collections += 1;
    }

    /// Marks what an object refers to.
    unsafe fn look_into(&mut self, at: *mut u8) {
        // SAFETY: the layout tells where its references are, and those are to
        // objects of this heap.
        unsafe {
            let Header { ty, length } = at.cast::<Header>().read();
            let ty = ty & !MARK;
            let length = length as usize;
            if ty == EXCEPTION {
                // What it carries is not told apart.
                for nth in 0..length {
                    let cell = at.add(CARRIED + nth * 8).cast::<u64>().read();
                    self.reach(cell);
                }
                return;
            }
            let Some(Some(layout)) = self.layouts.get(ty as usize) else {
                return;
            };
            let pending = &mut self.pending;
            let mut trace = |offset: usize| {
                let cell = at.add(offset).cast::<u64>().read();
                if is_object(cell) {
                    mark(object(cell), pending);
                }
            };
            if layout.is_struct() {
                layout.traced().iter().for_each(|at| trace(*at as usize));
            } else if !layout.traced().is_empty() {
                (0..length).for_each(|nth| trace(HEADER + nth * 8));
            }
        }
    }
}

unsafe fn mark(at: *mut u8, pending: &mut Vec<*mut u8>) {
    // SAFETY: there is an object.
    unsafe {
        let header = &mut *at.cast::<Header>();
        if header.ty & MARK == 0 {
            header.ty |= MARK;
            pending.push(at);
        }
    }
}

/// The tag of an exception.
///
/// # Safety
/// `cell` is a reference to an exception.
pub(crate) unsafe fn tag(cell: u64) -> *mut TagEntity {
    // SAFETY: the caller's promise.
    unsafe { object(cell).add(TAG).cast::<*mut TagEntity>().read() }
}

/// The cells that an exception carries.
///
/// # Safety
/// `cell` is a reference to an exception that stays alive.
pub(crate) unsafe fn carried<'a>(cell: u64) -> &'a [u64] {
    // SAFETY: the caller's promise.
    unsafe {
        let at = object(cell).add(CARRIED).cast::<u64>();
        std::slice::from_raw_parts(at, header(cell).length as usize)
    }
}

/// The bytes of an array of as many elements; none if there can be no such array.
pub(crate) fn array_bytes(layout: &Layout, length: u32) -> Option<usize> {
    let bytes = layout.size.checked_mul(length as usize)?;
    bytes.checked_add(HEADER)
}
