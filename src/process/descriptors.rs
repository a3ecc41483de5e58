/// So many are enough for a server's pages. More would be passed on to the tools that
/// it starts, some of which go through all that there could be.
#[cfg(unix)]
const ENOUGH: u64 = 8192;

/// Lets this process have more open files, as far as the system allows it: a server
/// has one for each page. What cannot be had is gone without.
#[cfg(unix)]
pub fn allow_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(ENOUGH, |most| most.min(ENOUGH));
    if limit.current.is_none_or(|current| current >= most) {
        return;
    }
    let more = Rlimit {
        current: Some(most),
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, more) {
        tracing::debug!(%error, "no more open files are allowed");
    }
}

/// Nothing has to be done here.
#[cfg(not(unix))]
pub fn allow_many_files() {}
