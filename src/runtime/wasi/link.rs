//! The functions by name, for a program's imports.

use wasmrun_core::{Caller, Error, Linker};

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;
use crate::{args, clock, environ, fd, path, poll, proc, random, sched, sock, unstable};

/// The module that preview 1 is imported from.
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// The module that the version before it is imported from.
const UNSTABLE: &str = "wasi_unstable";

/// A program that has no memory to answer in.
#[derive(Debug)]
struct NoMemory;

impl std::fmt::Display for NoMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the module calls WASI, but exports no memory called `memory`")
    }
}

impl std::error::Error for NoMemory {}

/// The table of functions: their modules, where they are, what they take. `$call`
/// gets each.
macro_rules! functions {
    ($call:ident) => {
        $call! {
            args::args_get(argv: u32, argv_buf: u32);
            args::args_sizes_get(argc: u32, argv_buf_size: u32);
            environ::environ_get(environ: u32, environ_buf: u32);
            environ::environ_sizes_get(count: u32, buf_size: u32);
            clock::clock_res_get(id: u32, resolution: u32);
            clock::clock_time_get(id: u32, precision: u64, time: u32);
            fd::fd_advise(fd: u32, offset: u64, length: u64, advice: u32);
            fd::fd_allocate(fd: u32, offset: u64, length: u64);
            fd::fd_close(fd: u32);
            fd::fd_datasync(fd: u32);
            fd::fd_fdstat_get(fd: u32, stat: u32);
            fd::fd_fdstat_set_flags(fd: u32, flags: u32);
            fd::fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64);
            fd::fd_filestat_set_size(fd: u32, size: u64);
            fd::fd_filestat_set_times(fd: u32, atim: u64, mtim: u64, fst_flags: u32);
            fd::fd_pread(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nread: u32);
            fd::fd_prestat_get(fd: u32, prestat: u32);
            fd::fd_prestat_dir_name(fd: u32, path: u32, path_len: u32);
            fd::fd_pwrite(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nwritten: u32);
            fd::fd_read(fd: u32, iovs: u32, iovs_len: u32, nread: u32);
            fd::fd_readdir(fd: u32, buf: u32, buf_len: u32, cookie: u64, used: u32);
            fd::fd_renumber(fd: u32, to: u32);
            fd::fd_sync(fd: u32);
            fd::fd_tell(fd: u32, place: u32);
            fd::fd_write(fd: u32, iovs: u32, iovs_len: u32, nwritten: u32);
            path::path_create_directory(fd: u32, path: u32, path_len: u32);
            path::path_filestat_set_times(fd: u32, flags: u32, path: u32, path_len: u32, atim: u64, mtim: u64, fst_flags: u32);
            path::path_link(old_fd: u32, old_flags: u32, old_path: u32, old_path_len: u32, new_fd: u32, new_path: u32, new_path_len: u32);
            path::path_open(fd: u32, dirflags: u32, path: u32, path_len: u32, oflags: u32, base: u64, inheriting: u64, fdflags: u32, opened: u32);
            path::path_readlink(fd: u32, path: u32, path_len: u32, buf: u32, buf_len: u32, used: u32);
            path::path_remove_directory(fd: u32, path: u32, path_len: u32);
            path::path_rename(fd: u32, old_path: u32, old_path_len: u32, new_fd: u32, new_path: u32, new_path_len: u32);
            path::path_symlink(old_path: u32, old_path_len: u32, fd: u32, new_path: u32, new_path_len: u32);
            path::path_unlink_file(fd: u32, path: u32, path_len: u32);
            random::random_get(buf: u32, buf_len: u32);
            sched::sched_yield();
            sock::sock_recv(fd: u32, ri_data: u32, ri_data_len: u32, ri_flags: u32, ro_datalen: u32, ro_flags: u32);
            sock::sock_send(fd: u32, si_data: u32, si_data_len: u32, si_flags: u32, so_datalen: u32);
            sock::sock_shutdown(fd: u32, how: u32);
        }
    };
}

/// Functions that are in one of the versions only, or differ in them.
macro_rules! differing {
    ($call:ident) => {
        $call! {
            PREVIEW1:
            fd::fd_filestat_get(fd: u32, stat: u32);
            fd::fd_seek(fd: u32, offset: i64, whence: u32, place: u32);
            path::path_filestat_get(fd: u32, flags: u32, path: u32, path_len: u32, stat: u32);
            poll::poll_oneoff(input: u32, output: u32, nsubscriptions: u32, nevents: u32);
            sock::sock_accept(fd: u32, flags: u32, connection: u32);
        }
        $call! {
            UNSTABLE:
            unstable::fd_filestat_get(fd: u32, stat: u32);
            unstable::fd_seek(fd: u32, offset: i64, whence: u32, place: u32);
            unstable::path_filestat_get(fd: u32, flags: u32, path: u32, path_len: u32, stat: u32);
            unstable::poll_oneoff(input: u32, output: u32, nsubscriptions: u32, nevents: u32);
        }
    };
}

/// Defines all functions of `wasi_snapshot_preview1` and `wasi_unstable`.
/// `context` finds a program's context in the host's data.
pub fn add_to_linker<T: 'static>(linker: &mut Linker<T>, context: fn(&mut T) -> &mut Context) {
    macro_rules! define {
        ($module:ident: $($family:ident::$name:ident($($arg:ident: $ty:ty),*);)*) => {$(
            linker.wrap(
                $module,
                stringify!($name),
                move |mut caller: Caller<'_, T>, $($arg: $ty),*| -> Result<u32, Error> {
                    let (mem, data) = caller
                        .memory_and_data()
                        .ok_or_else(|| Error::host(NoMemory))?;
                    let done = $family::$name(context(data), &mut Guest(mem), $($arg),*);
                    Ok(u32::from(done.err().unwrap_or(Errno::Success).code()))
                },
            );
        )*};
    }
    macro_rules! in_both {
        ($($family:ident::$name:ident($($arg:ident: $ty:ty),*);)*) => {
            define! { PREVIEW1: $($family::$name($($arg: $ty),*);)* }
            define! { UNSTABLE: $($family::$name($($arg: $ty),*);)* }
        };
    }
    functions!(in_both);
    differing!(define);
    for module in [PREVIEW1, UNSTABLE] {
        linker.wrap(module, "proc_exit", |_: Caller<'_, T>, code: u32| {
            Err::<(), _>(proc::proc_exit(code))
        });
        linker.wrap(module, "proc_raise", |_: Caller<'_, T>, signal: u32| {
            proc::proc_raise(signal).map(|errno| u32::from(errno.code()))
        });
    }
}

/// Whether [`add_to_linker`] defines a function of this name.
#[must_use]
pub fn is_provided(module: &str, name: &str) -> bool {
    let mut found =
        matches!(name, "proc_exit" | "proc_raise") && (module == PREVIEW1 || module == UNSTABLE);
    macro_rules! either {
        ($($family:ident::$name:ident($($arg:ident: $ty:ty),*);)*) => {
            found |= (module == PREVIEW1 || module == UNSTABLE) && [$(stringify!($name)),*].contains(&name);
        };
    }
    macro_rules! only {
        ($module:ident: $($family:ident::$name:ident($($arg:ident: $ty:ty),*);)*) => {
            found |= module == $module && [$(stringify!($name)),*].contains(&name);
        };
    }
    functions!(either);
    differing!(only);
    found
}
