//! Opening.

use super::follows;
use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;
use crate::object::{Fdflags, Object, Open};
use crate::rights::Rights;
use crate::table::Descriptor;

/// Bits of `oflags`.
const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;

/// Opens what is at a path, and writes the descriptor to `opened` (32 bits), the
/// lowest that is free.
///
/// `oflags`: 1 made if it is not there, 2 it must be a directory, 4 it must be
/// made, 8 emptied. It is opened to be read if `base` has the right to read or to
/// list, and written if it has that to write. What `base` and `inheriting` have
/// that the directory does not pass on, or that makes no sense for what was
/// found, is left out.
///
/// Errno: `Badf`, `Notdir`, `Notcapable` if the directory does not pass on what
/// the flags need, or reading or writing; `Perm` for a path that leads out;
/// `Rofs` for what would change where nothing may; `Noent`, `Exist`, `Isdir`,
/// `Loop`, `Mfile`, `Inval`, `Fault`.
pub(crate) fn path_open(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    dirflags: u32,
    path: u32,
    path_len: u32,
    oflags: u32,
    base: u64,
    inheriting: u64,
    fdflags: u32,
    opened: u32,
) -> Result<(), Errno> {
    let how = how(dirflags, oflags, base, fdflags)?;
    mem.bytes(opened, 4)?;
    let path = mem.bytes(path, path_len)?;
    let directory = cx.table.directory(fd, needed(how))?;
    let parent = cx.table.get(fd)?;
    let essential = Rights::FD_READ.or(Rights::FD_WRITE).and(Rights(base));
    if !parent.inheriting.contains(essential) {
        return Err(Errno::Notcapable);
    }
    if how.write || how.create || how.truncate {
        let there = || directory.filestat_at(path, how.follow).is_ok();
        // To make what is there already changes nothing.
        if how.write || how.truncate || how.exclusive || !there() {
            parent.require_writable()?;
        }
    }
    let how = Open {
        create: how.create && !parent.read_only,
        ..how
    };
    let object = directory.open(path, how)?;
    if how.write && matches!(object, Object::Directory(_)) {
        return Err(Errno::Isdir);
    }
    let mut descriptor = Descriptor::new(object);
    let passed_on = parent.inheriting;
    descriptor.base = descriptor.base.and(passed_on).and(Rights(base));
    if matches!(descriptor.object, Object::File(_)) && !how.write {
        let writing = Rights::FD_WRITE.or(Rights::FD_ALLOCATE);
        let writing = writing.or(Rights::FD_FILESTAT_SET_SIZE);
        descriptor.base = descriptor.base.without(writing);
    }
    descriptor.inheriting = descriptor.inheriting.and(passed_on).and(Rights(inheriting));
    descriptor.read_only = parent.read_only;
    let number = cx.table.add(descriptor)?;
    mem.write_u32(opened, number)
}

fn how(dirflags: u32, oflags: u32, base: u64, fdflags: u32) -> Result<Open, Errno> {
    let flags = Fdflags::from_bits(fdflags).ok_or(Errno::Inval)?;
    let has = |flag: u32| oflags & flag != 0;
    if oflags > 15 || has(DIRECTORY) && (has(CREATE) || has(TRUNCATE)) {
        return Err(Errno::Inval);
    }
    let wants = |rights: Rights| base & rights.0 != 0;
    Ok(Open {
        read: wants(Rights::FD_READ.or(Rights::FD_READDIR)),
        write: wants(Rights::FD_WRITE) && !has(DIRECTORY),
        create: has(CREATE),
        exclusive: has(EXCLUSIVE),
        truncate: has(TRUNCATE),
        directory: has(DIRECTORY),
        follow: follows(dirflags)?,
        flags,
    })
}

/// The rights that the directory must have.
fn needed(how: Open) -> Rights {
    let mut rights = Rights::PATH_OPEN;
    if how.create {
        rights = rights.or(Rights::PATH_CREATE_FILE);
    }
    if how.truncate {
        rights = rights.or(Rights::PATH_FILESTAT_SET_SIZE);
    }
    rights
}
