//! The descriptors of a program.

use crate::errno::Errno;
use crate::object::{Directory, Entry, File, Object};
use crate::rights::Rights;

/// As many may be open at once.
const MOST: usize = 1 << 16;

/// What a descriptor stands for.
#[derive(Debug)]
pub(crate) struct Descriptor {
    pub(crate) object: Object,
    /// What may be done with it.
    pub(crate) base: Rights,
    /// What may be done with what is opened through it.
    pub(crate) inheriting: Rights,
    /// The program's name for it, if the host has opened it.
    pub(crate) preopen: Option<Vec<u8>>,
    /// Nothing in it may be changed.
    pub(crate) read_only: bool,
    /// What `fd_readdir` goes through: the directory as it was at the first call.
    pub(crate) listing: Vec<Entry>,
}

impl Descriptor {
    /// With all rights that make sense for the object.
    pub(crate) fn new(object: Object) -> Self {
        Self {
            base: Rights::of(&object),
            inheriting: match object {
                Object::Directory(_) => Rights::ALL,
                Object::File(_) => Rights::NONE,
            },
            object,
            preopen: None,
            read_only: false,
            listing: Vec::new(),
        }
    }

    pub(crate) fn require(&self, rights: Rights) -> Result<(), Errno> {
        match self.base.contains(rights) {
            true => Ok(()),
            false => Err(Errno::Notcapable),
        }
    }

    /// Refuses what would change something where nothing may be changed.
    pub(crate) fn require_writable(&self) -> Result<(), Errno> {
        match self.read_only {
            false => Ok(()),
            true => Err(Errno::Rofs),
        }
    }

    pub(crate) fn directory(&self) -> Result<&dyn Directory, Errno> {
        match &self.object {
            Object::Directory(directory) => Ok(&**directory),
            Object::File(_) => Err(Errno::Notdir),
        }
    }
}

/// Descriptors by number.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Option<Descriptor>>);

impl Table {
    /// Adds one under the lowest free number.
    pub(crate) fn add(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        let free = self.0.iter().position(Option::is_none);
        let at = free.unwrap_or(self.0.len());
        if at >= MOST {
            return Err(Errno::Mfile);
        }
        match self.0.get_mut(at) {
            Some(slot) => *slot = Some(descriptor),
            None => self.0.push(Some(descriptor)),
        }
        Ok(at as u32)
    }

    pub(crate) fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        let slot = self.0.get(fd as usize).and_then(Option::as_ref);
        slot.ok_or(Errno::Badf)
    }

    pub(crate) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        let slot = self.0.get_mut(fd as usize).and_then(Option::as_mut);
        slot.ok_or(Errno::Badf)
    }

    /// Something with bytes, with these rights. A directory answers `directory`.
    pub(crate) fn file(
        &mut self,
        fd: u32,
        rights: Rights,
        directory: Errno,
    ) -> Result<&mut dyn File, Errno> {
        let descriptor = self.get_mut(fd)?;
        if matches!(descriptor.object, Object::Directory(_)) {
            return Err(directory);
        }
        descriptor.require(rights)?;
        match &mut descriptor.object {
            Object::File(file) => Ok(&mut **file),
            Object::Directory(_) => Err(directory),
        }
    }

    /// A directory, with these rights.
    pub(crate) fn directory(&self, fd: u32, rights: Rights) -> Result<&dyn Directory, Errno> {
        let descriptor = self.get(fd)?;
        let directory = descriptor.directory()?;
        descriptor.require(rights)?;
        Ok(directory)
    }

    /// A directory in which something is to be changed.
    pub(crate) fn changing(&self, fd: u32, rights: Rights) -> Result<&dyn Directory, Errno> {
        let directory = self.directory(fd, rights)?;
        self.get(fd)?.require_writable()?;
        Ok(directory)
    }

    pub(crate) fn close(&mut self, fd: u32) -> Result<(), Errno> {
        let slot = self.0.get_mut(fd as usize).ok_or(Errno::Badf)?;
        slot.take().map(drop).ok_or(Errno::Badf)
    }

    /// Gives a descriptor the number of another one, which is closed.
    pub(crate) fn renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        self.get(from)?;
        self.get(to)?;
        if from != to {
            self.0.swap(from as usize, to as usize);
            self.close(from)?;
        }
        Ok(())
    }
}
