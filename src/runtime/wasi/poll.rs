//! Waiting for several things at once, section "poll_oneoff".

use std::time::Duration;

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;
use crate::host::clock::Clock;
use crate::host::wait::{Ready, wait};
use crate::object::{Object, Source};
use crate::rights::Rights;

/// Where the parts of a subscription are, in bytes from its start.
pub(crate) struct Layout {
    size: u32,
    clock: usize,
    timeout: usize,
    flags: usize,
}

/// That of `wasi_snapshot_preview1`: 48 bytes.
pub(crate) const PREVIEW1: Layout = Layout {
    size: 48,
    clock: 16,
    timeout: 24,
    flags: 40,
};

/// That of `wasi_unstable`, whose clocks have a number of their own: 56 bytes.
pub(crate) const UNSTABLE: Layout = Layout {
    size: 56,
    clock: 24,
    timeout: 32,
    flags: 48,
};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A clock's time, in nanoseconds as that clock shows it.
    Clock(Clock, u64),
    /// A descriptor, to be read or written.
    Descriptor { fd: u32, write: bool },
    /// Nothing: it has failed already.
    Failed(Errno),
}

#[derive(Debug, Clone, Copy)]
struct Subscription {
    userdata: u64,
    /// 0 clock, 1 read, 2 write.
    tag: u8,
    kind: Kind,
}

/// What has happened.
#[derive(Debug, Clone, Copy)]
struct Event {
    userdata: u64,
    tag: u8,
    errno: Errno,
    bytes: u64,
    hangup: bool,
}

/// As many can be waited for at once.
const MOST: u32 = 1 << 16;

/// Waits until at least one of `nsubscriptions` at `input` has happened. Writes
/// those that have to `output`, which has room for as many, and their number to
/// `nevents` (32 bits).
///
/// A subscription is a number of the program's own (64 bits), its kind (8 bits at
/// 8: 0 clock, 1 read, 2 write), and for a clock its id (32 bits at 16), the time
/// (64 bits at 24), the precision (64 bits at 32), and flags (16 bits at 40: 1 the
/// time is not counted from now); else the descriptor (32 bits at 16).
///
/// An event is the program's number (64 bits), an errno (16 bits at 8), the kind
/// (8 bits at 10), and for a descriptor how many bytes can be read at once (64 bits
/// at 16) and flags (16 bits at 24: 1 the other side is gone).
///
/// Errno: `Inval` for no or too many subscriptions, `Intr` if the wait was ended,
/// `Fault`. What is wrong with one subscription is in its event.
pub(crate) fn poll_oneoff(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    input: u32,
    output: u32,
    nsubscriptions: u32,
    nevents: u32,
) -> Result<(), Errno> {
    poll(cx, mem, [input, output, nsubscriptions, nevents], &PREVIEW1)
}

pub(crate) fn poll(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    [input, output, count, nevents]: [u32; 4],
    layout: &Layout,
) -> Result<(), Errno> {
    if count == 0 || count > MOST {
        return Err(Errno::Inval);
    }
    let raw = mem.bytes(input, count * layout.size)?;
    mem.bytes(output, count * 32)?;
    mem.bytes(nevents, 4)?;
    let subscriptions: Vec<_> = raw
        .chunks_exact(layout.size as usize)
        .map(|raw| subscription(raw, layout))
        .collect();
    let events = happened(cx, &subscriptions)?;
    for (event, at) in events.iter().zip((output..).step_by(32)) {
        let mut raw = [0; 32];
        raw[..8].copy_from_slice(&event.userdata.to_le_bytes());
        raw[8..10].copy_from_slice(&event.errno.code().to_le_bytes());
        raw[10] = event.tag;
        raw[16..24].copy_from_slice(&event.bytes.to_le_bytes());
        raw[24] = u8::from(event.hangup);
        mem.write(at, &raw)?;
    }
    mem.write_u32(nevents, events.len() as u32)
}

fn word(raw: &[u8], at: usize) -> u64 {
    let bytes = raw.get(at..).and_then(|raw| raw.first_chunk());
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn subscription(raw: &[u8], layout: &Layout) -> Subscription {
    let tag = raw.get(8).copied().unwrap_or(0);
    let kind = match tag {
        0 => clock(raw, layout).unwrap_or_else(Kind::Failed),
        1 | 2 => Kind::Descriptor {
            fd: word(raw, 16) as u32,
            write: tag == 2,
        },
        _ => Kind::Failed(Errno::Inval),
    };
    Subscription {
        userdata: word(raw, 0),
        tag,
        kind,
    }
}

fn clock(raw: &[u8], layout: &Layout) -> Result<Kind, Errno> {
    let clock = Clock::of(word(raw, layout.clock) as u32)?;
    let timeout = word(raw, layout.timeout);
    match word(raw, layout.flags) as u16 {
        0 => Ok(Kind::Clock(clock, clock.now()?.saturating_add(timeout))),
        1 => clock.now().map(|_| Kind::Clock(clock, timeout)),
        _ => Err(Errno::Inval),
    }
}

/// Waits until something has happened, and tells all that has.
fn happened(cx: &Context, subscriptions: &[Subscription]) -> Result<Vec<Event>, Errno> {
    loop {
        let failed = subscriptions
            .iter()
            .any(|it| failure(cx, it.kind).is_some());
        let clocks = subscriptions.iter().filter_map(|it| left(it.kind));
        let timeout = if failed { Some(0) } else { clocks.min() };
        let descriptors = subscriptions.iter().map(|it| source(cx, it.kind));
        let descriptors: Vec<_> = descriptors.collect();
        let sources: Vec<_> = descriptors.iter().flatten().copied().collect();
        let timeout = timeout.map(Duration::from_nanos);
        let mut ready = wait(&sources, timeout, cx.waker.as_ref())?.into_iter();
        let mut events = Vec::new();
        for (it, source) in subscriptions.iter().zip(&descriptors) {
            let ready = source.and_then(|_| ready.next()).unwrap_or_default();
            events.extend(event(cx, it, ready));
        }
        // A clock that was set back, or one of the processor's, may need longer.
        if !events.is_empty() {
            return Ok(events);
        }
    }
}

/// What is wrong with a subscription.
fn failure(cx: &Context, kind: Kind) -> Option<Errno> {
    match kind {
        Kind::Clock(..) => None,
        Kind::Failed(errno) => Some(errno),
        Kind::Descriptor { fd, write } => {
            let right = if write {
                Rights::FD_WRITE
            } else {
                Rights::FD_READ
            };
            let descriptor = match cx.table.get(fd) {
                Ok(descriptor) => descriptor,
                Err(errno) => return Some(errno),
            };
            match descriptor.object {
                Object::Directory(_) => Some(Errno::Badf),
                // Connections come to a socket that cannot be read.
                Object::File(_) => descriptor
                    .require(Rights::POLL_FD_READWRITE.or(right))
                    .err(),
            }
        }
    }
}

/// The nanoseconds until a clock's time.
fn left(kind: Kind) -> Option<u64> {
    match kind {
        Kind::Clock(clock, at) => Some(at.saturating_sub(clock.now().unwrap_or(u64::MAX))),
        _ => None,
    }
}

/// What the operating system waits for.
fn source(cx: &Context, kind: Kind) -> Option<(Source<'_>, bool)> {
    let Kind::Descriptor { fd, write } = kind else {
        return None;
    };
    if failure(cx, kind).is_some() {
        return None;
    }
    match &cx.table.get(fd).ok()?.object {
        Object::File(file) => Some((file.source(), write)),
        Object::Directory(_) => None,
    }
}

fn event(cx: &Context, subscription: &Subscription, ready: Ready) -> Option<Event> {
    let kind = subscription.kind;
    let event = Event {
        userdata: subscription.userdata,
        tag: subscription.tag,
        errno: Errno::Success,
        bytes: 0,
        hangup: false,
    };
    if let Some(errno) = failure(cx, kind) {
        return Some(Event { errno, ..event });
    }
    match kind {
        Kind::Clock(..) => (left(kind) == Some(0)).then_some(event),
        Kind::Descriptor { fd, write } => ready.ready.then(|| Event {
            bytes: match cx.table.get(fd).map(|descriptor| &descriptor.object) {
                Ok(Object::File(file)) if !write => file.readable(),
                _ => 0,
            },
            hangup: ready.hangup,
            ..event
        }),
        Kind::Failed(_) => None,
    }
}
