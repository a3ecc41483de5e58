use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::layout::{Found, Layout};
use super::record::{self, Record};

/// Held by the one process that makes room.
pub(super) const LOCK: &str = "lock";

/// A content that no result names may belong to one that is about to be
/// written; a scratch file may be in use. Older ones are left over.
const LEFT_OVER: Duration = Duration::from_secs(3600);

/// Brings the cache below its limit: the least recently used results go first,
/// and with them the contents that no other result has. Readers and writers go
/// on meanwhile: what has gone is a miss to them.
pub(super) fn enforce(root: &Path, limit: u64) -> io::Result<()> {
    let layout = Layout::of(root);
    if layout.size() <= limit {
        return Ok(());
    }
    let lock = File::options()
        .create(true)
        .append(true)
        .open(root.join(LOCK))?;
    if lock.try_lock().is_err() {
        // Somebody else makes room.
        return Ok(());
    }
    let _span = tracing::debug_span!("cache eviction").entered();
    make_room(Layout::of(root), limit);
    Ok(())
}

fn make_room(mut layout: Layout, limit: u64) {
    let now = SystemTime::now();
    let old = |found: &Found| {
        now.duration_since(found.used)
            .is_ok_and(|age| age > LEFT_OVER)
    };
    layout
        .scratch
        .iter()
        .filter(|found| old(found))
        .for_each(remove);

    layout
        .records
        .sort_by_key(|found| std::cmp::Reverse(found.used));
    // Down to a little less than the limit, so that not every build makes room.
    let goal = limit - limit / 10;
    let mut kept = HashSet::new();
    let mut gone = HashSet::new();
    let mut size = 0;
    let mut full = false;
    for found in &layout.records {
        let Ok(record) = record::read::<Record>(&found.path) else {
            remove(found);
            continue;
        };
        let outputs = &record.result.outputs;
        let fresh = outputs
            .iter()
            .filter(|output| !kept.contains(&output.sha256));
        let more: u64 = found.size + fresh.map(|output| output.size).sum::<u64>();
        // The latest result may take all the room there is.
        full |= size + more > if size == 0 { limit } else { goal };
        let set = if full { &mut gone } else { &mut kept };
        set.extend(outputs.iter().map(|output| output.sha256.clone()));
        if full {
            remove(found);
        } else {
            size += more;
        }
    }
    for object in &layout.objects {
        let name = object.path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default();
        if !kept.contains(name) && (gone.contains(name) || old(object)) {
            remove(object);
        }
    }
}

fn remove(found: &Found) {
    tracing::debug!(path = %found.path.display(), "evicted");
    let _ = fs::remove_file(&found.path);
}
