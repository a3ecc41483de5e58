//! Memory from the operating system that is zero and takes no room before it is
//! touched.

use std::io;

/// A range of zeroed bytes, aligned for anything.
#[derive(Debug)]
pub(crate) struct Map(Inner);

#[cfg(all(unix, not(miri)))]
type Inner = Option<memmap2::MmapMut>;
#[cfg(not(all(unix, not(miri))))]
type Inner = Vec<u128>;

impl Map {
    /// As many bytes, at least.
    pub(crate) fn new(bytes: usize) -> io::Result<Self> {
        #[cfg(all(unix, not(miri)))]
        {
            if bytes == 0 {
                return Ok(Self(None));
            }
            let mut options = memmap2::MmapOptions::new();
            let map = options.len(bytes).no_reserve_swap().map_anon()?;
            Ok(Self(Some(map)))
        }
        #[cfg(not(all(unix, not(miri))))]
        {
            let mut cells = Vec::new();
            let count = bytes.div_ceil(16);
            cells
                .try_reserve_exact(count)
                .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
            cells.resize(count, 0);
            Ok(Self(cells))
        }
    }

    /// None.
    pub(crate) fn empty() -> Self {
        Self(Inner::default())
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        #[cfg(all(unix, not(miri)))]
        return self.0.as_ref().map_or(0, |map| map.len());
        #[cfg(not(all(unix, not(miri))))]
        return self.0.len() * 16;
    }

    /// The first byte.
    pub(crate) fn start(&mut self) -> *mut u8 {
        #[cfg(all(unix, not(miri)))]
        return match &mut self.0 {
            Some(map) => map.as_mut_ptr(),
            None => std::ptr::dangling_mut::<u128>().cast(),
        };
        #[cfg(not(all(unix, not(miri))))]
        return self.0.as_mut_ptr().cast();
    }
}
