//! What pages and server tell each other over a WebSocket.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use warp::ws::{Message, WebSocket};

use super::{Asked, Asker, Board};

/// A longer message of a page ends the conversation.
pub(super) const LONGEST: usize = 256 << 10;

/// So many messages of a page are heard in a second.
const MOST: u32 = 250;

/// A page that is gone without a word is noticed after this.
const PING: Duration = Duration::from_secs(30);

/// What a page says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Said {
    Console {
        level: String,
        text: String,
    },
    Error {
        message: String,
        #[serde(default)]
        stack: String,
    },
}

impl From<Said> for Asked {
    fn from(said: Said) -> Self {
        match said {
            Said::Console { level, text } => Self::Console { level, text },
            Said::Error { message, stack } => Self::Console {
                level: "uncaught".to_owned(),
                // Browsers mostly begin the stack with the message.
                text: match stack.contains(&message) {
                    true => stack,
                    false => format!("{message}\n{stack}").trim_end().to_owned(),
                },
            },
        }
    }
}

/// How many messages of a page were heard in this second.
struct Budget {
    since: Instant,
    heard: u32,
}

impl Budget {
    fn admits(&mut self) -> bool {
        if self.since.elapsed() > Duration::from_secs(1) {
            (self.since, self.heard) = (Instant::now(), 0);
        }
        self.heard += 1;
        self.heard <= MOST
    }
}

/// Tells a page of an earlier run which run this is, and nothing else: it is to be
/// loaded again, with the token of this one. What it says is not heard.
pub(super) async fn turn_away(socket: WebSocket, board: Board) {
    let (mut say, _) = socket.split();
    let hello = format!(
        "{{\"type\":\"hello\",\"session\":\"{}\",\"build\":0,\"state\":\"building\",\"failure\":null}}",
        board.session()
    );
    let _ = say.send(Message::text(hello)).await;
    let _ = say.send(Message::close()).await;
    let _ = say.close().await;
}

/// Converses with a page until one of the two ends.
pub(super) async fn converse(
    socket: WebSocket,
    board: Board,
    asker: Asker,
    mut ending: watch::Receiver<bool>,
) {
    let mut news = board.live();
    let (mut say, mut hear) = socket.split();
    let mut ping = tokio::time::interval(PING);
    let mut answered = true;
    let mut budget = Budget {
        since: Instant::now(),
        heard: 0,
    };
    if say.send(Message::text(board.hello())).await.is_err() {
        return;
    }
    loop {
        let next = tokio::select! {
            message = news.recv() => match message {
                Ok(message) => Message::text(&*message),
                Err(RecvError::Lagged(_)) => Message::text(board.hello()),
                Err(RecvError::Closed) => break,
            },
            said = hear.next() => {
                let Some(Ok(said)) = said else { break };
                answered = true;
                if said.is_close() {
                    break;
                }
                let said = said.to_str().ok().filter(|_| budget.admits());
                if let Some(said) = said.and_then(|said| serde_json::from_str::<Said>(said).ok()) {
                    asker(said.into());
                }
                continue;
            }
            _ = ping.tick() => {
                if !std::mem::replace(&mut answered, false) {
                    break;
                }
                Message::ping(Vec::new())
            }
            _ = ending.changed() => break,
        };
        if say.send(next).await.is_err() {
            return;
        }
    }
    // What was said before the end is sent still, such as that it ends.
    while let Ok(message) = news.try_recv() {
        if say.send(Message::text(&*message)).await.is_err() {
            return;
        }
    }
    let _ = say.send(Message::close()).await;
    let _ = say.close().await;
}
