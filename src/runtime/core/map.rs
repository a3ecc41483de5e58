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

    /// At least as many bytes, of which the first `used` are as before, and the
    /// others zero. It may move.
    #[allow(unsafe_code, reason = "memory is reached through raw addresses")]
    pub(crate) fn grow(&mut self, used: usize, bytes: usize) -> io::Result<()> {
        // The pages move, not what is in them: what was not touched stays so.
        #[cfg(all(target_os = "linux", not(miri)))]
        if let Some(map) = &mut self.0 {
            let options = memmap2::RemapOptions::new().may_move(true);
            // SAFETY: who asks holds the only reference and takes the start anew.
            return unsafe { map.remap(bytes, options) };
        }
        let mut new = Self::new(bytes)?;
        // SAFETY: both have as many bytes, and do not overlap.
        unsafe {
            std::ptr::copy_nonoverlapping(self.start(), new.start(), used.min(self.len()));
        }
        *self = new;
        Ok(())
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
