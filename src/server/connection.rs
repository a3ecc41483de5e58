//! Connections: one task each, and their end. HTTP/1.1 alone: a browser speaks
//! nothing else without TLS.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use super::routes::Face;

/// A client has so long to send a request's head.
const HEAD: Duration = Duration::from_secs(30);

/// When the system has no more descriptors, some may be free after this.
const FULL: Duration = Duration::from_millis(100);

/// Takes connections until the server is to end; then waits for the requests
/// that are under way.
pub(super) async fn accept(listener: TcpListener, face: Face, mut ending: watch::Receiver<bool>) {
    // Each connection holds a sender: when all are gone, so are they.
    let (open, mut closed) = mpsc::channel::<Infallible>(1);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.changed() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let served = serve(stream, face.clone(), ending.clone());
                let open = open.clone();
                tokio::spawn(async move {
                    served.await;
                    drop(open);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "a connection could not be taken");
                tokio::time::sleep(FULL).await;
            }
        }
    }
    drop((listener, open));
    closed.recv().await;
}

async fn serve(stream: TcpStream, face: Face, mut ending: watch::Receiver<bool>) {
    // A message is small, and a page waits for it.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let face = face.clone();
        async move { Ok::<_, Infallible>(face.answer(request).await) }
    });
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = ending.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}
