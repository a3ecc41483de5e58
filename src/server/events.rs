//! The driver's events as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::stream::{Stream, unfold};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use warp::Reply;
use warp::sse::{self, Event};

use super::Board;

/// So often a client hears something, so that it knows of a dead connection.
const ALIVE: Duration = Duration::from_secs(15);

/// Answers with all that happens from now on, until the client or the server
/// ends.
pub(super) fn answer(board: &Board, ending: watch::Receiver<bool>) -> warp::reply::Response {
    let alive = sse::keep_alive().interval(ALIVE);
    sse::reply(alive.stream(stream(board, ending))).into_response()
}

fn stream(
    board: &Board,
    ending: watch::Receiver<bool>,
) -> impl Stream<Item = Result<Event, Infallible>> + Send + Sync + 'static {
    let hello = format!("{{\"type\":\"hello\",\"session\":\"{}\"}}", board.session());
    let start = (board.events(), ending, Some(hello));
    unfold(start, |(mut events, mut ending, hello)| async move {
        if let Some(hello) = hello {
            return Some((Ok(Event::default().data(hello)), (events, ending, None)));
        }
        let line = tokio::select! {
            line = events.recv() => match line {
                Ok(line) => line.to_string(),
                Err(RecvError::Lagged(lost)) => {
                    format!("{{\"type\":\"lost\",\"events\":{lost}}}")
                }
                Err(RecvError::Closed) => return None,
            },
            _ = ending.changed() => return None,
        };
        Some((Ok(Event::default().data(line)), (events, ending, None)))
    })
}
