//! A plain file server on warp, as a measure for our own: `cargo bench --bench
//! files -- FOLDER`. Prints its address, and serves until it is killed.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::io::Write;

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let Some(folder) = args.next() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let _ = writeln!(std::io::stdout(), "http://{address}/");
        warp::serve(warp::fs::dir(folder))
            .incoming(listener)
            .run()
            .await;
    });
}
