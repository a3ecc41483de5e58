use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::{Code, Error, Result, plain};
use crate::runtime::core::Store;
use crate::runtime::wasi;

/// Ends a program when its time is over, wherever it is: in a loop, or waiting.
pub(super) struct Watch(Option<(Sender<()>, JoinHandle<()>)>);

impl Watch {
    /// Counts from now on. Without a timeout there is nothing to watch.
    pub(super) fn start(
        store: &mut Store<wasi::Context>,
        timeout: Option<Duration>,
    ) -> Result<Self> {
        let Some(timeout) = timeout else {
            return Ok(Self(None));
        };
        let refused = |error: std::io::Error| {
            Error::new(Code::Io, "could not watch the program's time").because(plain(&error))
        };
        let code = store.interrupt_handle();
        let waits = store.data_mut().waker().map_err(refused)?;
        let (ended, end) = channel();
        let thread = std::thread::Builder::new().name("timeout".to_owned());
        let thread = thread.spawn(move || {
            if end.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
                code.expire();
                waits.wake();
            }
        });
        Ok(Self(Some((ended, thread.map_err(refused)?))))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some((ended, thread)) = self.0.take() {
            drop(ended);
            let _ = thread.join();
        }
    }
}
