//! Where objects are kept: small ones in blocks of cells of one size, each large
//! one for itself.

use std::alloc::{Layout as Room, alloc, dealloc};
use std::collections::{BTreeSet, HashMap};

/// What each object begins with.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Header {
    /// The number of its type, and the mark.
    pub(crate) ty: u32,
    /// The elements of an array, or what an exception carries.
    pub(crate) length: u32,
}

/// In a header's type: the object was reached.
pub(super) const MARK: u32 = 1 << 31;

/// The type of a cell that is free.
const FREE: u32 = MARK - 1;

/// The bytes of a block, and what its address is a multiple of.
const BLOCK: usize = 64 << 10;

/// The sizes of cells, in bytes.
const SIZES: [usize; 32] = [
    16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768,
    896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 4096, 5120, 8192,
];

/// A block of cells.
struct Block {
    start: *mut u8,
    class: usize,
    /// How many cells were given out at least once.
    used: usize,
}

/// What is kept of one size.
#[derive(Clone, Copy)]
struct Class {
    /// The first free cell; each leads to the next.
    free: *mut u8,
    /// The block whose cells were not all given out yet.
    open: Option<usize>,
}

/// All objects of a store.
pub(super) struct Blocks {
    blocks: Vec<Block>,
    /// The blocks by their address divided by [`BLOCK`].
    by_address: HashMap<usize, usize>,
    classes: [Class; SIZES.len()],
    /// The class for each size, in units of eight bytes.
    class_of: Box<[u8]>,
    large: HashMap<usize, usize>,
    /// Blocks without objects.
    empty: Vec<*mut u8>,
    /// The bytes that objects take.
    pub(super) bytes: u64,
}

const ROOM: Room = match Room::from_size_align(BLOCK, BLOCK) {
    Ok(room) => room,
    Err(_) => panic!("a block has a size"),
};

fn large_room(bytes: usize) -> Option<Room> {
    Room::from_size_align(bytes, 16).ok()
}

impl Blocks {
    pub(super) fn new() -> Self {
        let largest = SIZES[SIZES.len() - 1];
        let class_of = (0..=largest / 8).map(|units| {
            let fits = SIZES.iter().position(|size| *size >= units * 8);
            fits.unwrap_or(SIZES.len() - 1) as u8
        });
        Self {
            blocks: Vec::new(),
            by_address: HashMap::new(),
            classes: [Class {
                free: std::ptr::null_mut(),
                open: None,
            }; SIZES.len()],
            class_of: class_of.collect(),
            large: HashMap::new(),
            empty: Vec::new(),
            bytes: 0,
        }
    }

    /// Room for an object, whose header is written and whose other bytes are
    /// anything. None if the host has no more memory.
    pub(super) fn allocate(&mut self, header: Header, bytes: usize) -> Option<*mut u8> {
        let class = match self.class_of.get(bytes.div_ceil(8)) {
            Some(class) => usize::from(*class),
            None => return self.allocate_large(header, bytes),
        };
        let free = self.classes[class].free;
        let at = if free.is_null() {
            self.fresh(class)?
        } else {
            // SAFETY: a free cell has room for the address of the next.
            self.classes[class].free = unsafe { free.add(8).cast::<*mut u8>().read() };
            free
        };
        // SAFETY: it is a cell of a block.
        unsafe { at.cast::<Header>().write(header) };
        self.bytes += SIZES[class] as u64;
        Some(at)
    }

    /// A cell that was never given out.
    fn fresh(&mut self, class: usize) -> Option<*mut u8> {
        let size = SIZES[class];
        if let Some(open) = self.classes[class].open {
            let block = &mut self.blocks[open];
            if (block.used + 1) * size <= BLOCK {
                // SAFETY: the block has the cell.
                let at = unsafe { block.start.add(block.used * size) };
                block.used += 1;
                return Some(at);
            }
        }
        let start = match self.empty.pop() {
            Some(start) => start,
            // SAFETY: the size is not zero.
            None => unsafe { alloc(ROOM) },
        };
        if start.is_null() {
            return None;
        }
        let nth = self.blocks.len();
        self.by_address.insert(start.addr() / BLOCK, nth);
        self.blocks.push(Block {
            start,
            class,
            used: 1,
        });
        self.classes[class].open = Some(nth);
        Some(start)
    }

    fn allocate_large(&mut self, header: Header, bytes: usize) -> Option<*mut u8> {
        let room = large_room(bytes)?;
        // SAFETY: the size is not zero.
        let at = unsafe { alloc(room) };
        if at.is_null() {
            return None;
        }
        // SAFETY: it was just allocated, and is aligned for more.
        unsafe { at.cast::<Header>().write(header) };
        self.large.insert(at.expose_provenance(), bytes);
        self.bytes += bytes as u64;
        Some(at)
    }

    /// The object that begins at an address, if one does.
    pub(super) fn find(&self, address: usize) -> Option<*mut u8> {
        if let Some(nth) = self.by_address.get(&(address / BLOCK)) {
            let block = &self.blocks[*nth];
            let size = SIZES[block.class];
            let offset = address - block.start.addr();
            if !offset.is_multiple_of(size) || offset / size >= block.used {
                return None;
            }
            // SAFETY: the block has the cell, which was given out once.
            unsafe {
                let at = block.start.add(offset);
                let ty = (*at.cast::<Header>()).ty;
                return (ty & !MARK != FREE).then_some(at);
            }
        }
        let large = self.large.contains_key(&address);
        large.then(|| std::ptr::with_exposed_provenance_mut(address))
    }

    /// Frees every object that is not marked, and takes the marks away.
    pub(super) fn sweep(&mut self) {
        self.bytes = 0;
        for class in &mut self.classes {
            *class = Class {
                free: std::ptr::null_mut(),
                open: None,
            };
        }
        let mut kept = Vec::with_capacity(self.blocks.len());
        for block in std::mem::take(&mut self.blocks) {
            let size = SIZES[block.class];
            let class = &mut self.classes[block.class];
            let (before, mut live) = (class.free, 0);
            for nth in 0..block.used {
                // SAFETY: the block has the cell, which was given out once.
                unsafe {
                    let at = block.start.add(nth * size);
                    let header = &mut *at.cast::<Header>();
                    if header.ty & MARK != 0 {
                        header.ty &= !MARK;
                        live += 1;
                    } else {
                        header.ty = FREE;
                        at.add(8).cast::<*mut u8>().write(class.free);
                        class.free = at;
                    }
                }
            }
            if live == 0 {
                class.free = before;
                self.empty.push(block.start);
                continue;
            }
            self.bytes += (live * size) as u64;
            if (block.used + 1) * size <= BLOCK {
                class.open = Some(kept.len());
            }
            kept.push(block);
        }
        self.by_address = (0..)
            .zip(&kept)
            .map(|(nth, block)| (block.start.addr() / BLOCK, nth))
            .collect();
        self.blocks = kept;
        // Some stay for what comes next.
        let spare = self.blocks.len() / 2 + 8;
        for start in self.empty.drain(spare.min(self.empty.len())..) {
            // SAFETY: it was allocated so, and holds no object.
            unsafe { dealloc(start, ROOM) };
        }
        self.sweep_large();
    }

    fn sweep_large(&mut self) {
        let bytes = &mut self.bytes;
        self.large.retain(|address, size| {
            let at = std::ptr::with_exposed_provenance_mut::<u8>(*address);
            // SAFETY: it is a large object.
            unsafe {
                let header = &mut *at.cast::<Header>();
                let live = header.ty & MARK != 0;
                header.ty &= !MARK;
                if live {
                    *bytes += *size as u64;
                } else {
                    free_large(at, *size);
                }
                live
            }
        });
    }
}

/// # Safety
/// `at` was allocated with this size.
unsafe fn free_large(at: *mut u8, bytes: usize) {
    if let Some(room) = large_room(bytes) {
        // SAFETY: the caller's promise.
        unsafe { dealloc(at, room) };
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        let starts: BTreeSet<_> = self.blocks.iter().map(|block| block.start).collect();
        for start in starts.into_iter().chain(self.empty.drain(..)) {
            // SAFETY: it was allocated so, and nothing refers to it any more.
            unsafe { dealloc(start, ROOM) };
        }
        for (address, bytes) in self.large.drain() {
            let at = std::ptr::with_exposed_provenance_mut(address);
            // SAFETY: as above.
            unsafe { free_large(at, bytes) };
        }
    }
}
