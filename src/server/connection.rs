//! Connections: one task each, and their end.

use std::convert::Infallible;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use warp::hyper::service::service_fn;

use super::routes::Face;

/// A client has so long to send a request's head.
const HEAD: Duration = Duration::from_secs(30);

/// When the system has no more descriptors, some may be free after this.
const FULL: Duration = Duration::from_millis(100);

/// Takes connections until the server is to end; then waits for the requests
/// that are under way.
pub(super) async fn accept(listener: TcpListener, face: Face, mut ending: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.changed() => break,
        };
        match accepted {
            Ok((stream, _)) => serve(stream, face.clone(), &graceful),
            Err(error) => {
                tracing::debug!(%error, "a connection could not be taken");
                tokio::time::sleep(FULL).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

fn serve(stream: TcpStream, face: Face, graceful: &GracefulShutdown) {
    // A message is small, and a page waits for it.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let face = face.clone();
        async move { Ok::<_, Infallible>(face.answer(request).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), answer);
    let connection = graceful.watch(connection.into_owned());
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
}
