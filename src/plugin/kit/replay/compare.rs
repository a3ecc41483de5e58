use serde_json::Value;

use super::Likeness;

/// What two frames have to share, whatever else they say.
const CORE: [&str; 8] = [
    "/type",
    "/id",
    "/status",
    "/error/code",
    "/v",
    "/kind",
    "/path",
    "/severity",
];

/// How a frame stands to the recorded one. In a golden transcript all counts; at
/// a fault sizes and texts may differ.
pub(super) fn likeness(recorded: &str, came: &str, strict: bool) -> Likeness {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    match (read(recorded), read(came)) {
        (Some(recorded), Some(came)) if recorded == came => Likeness::Same,
        (Some(recorded), Some(came)) if !strict => {
            match CORE
                .iter()
                .all(|field| recorded.pointer(field) == came.pointer(field))
            {
                true => Likeness::Similar,
                false => Likeness::Departs,
            }
        }
        _ if recorded == came => Likeness::Same,
        _ => Likeness::Departs,
    }
}

/// Whether a recorded frame is waited for. How far a build is, and when it says
/// so, is not the same twice.
pub(super) fn is_waited_for(kind: &str, strict: bool) -> bool {
    strict || !matches!(kind, "task" | "log" | "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_count_in_golden_transcripts_alone() {
        let recorded = r#"{"type":"artifact","id":1,"kind":"wasm","path":"a.wasm","size":8}"#;
        let reordered = r#"{"id":1,"type":"artifact","kind":"wasm","path":"a.wasm","size":8}"#;
        let other = r#"{"type":"artifact","id":1,"kind":"wasm","path":"a.wasm","size":9}"#;
        assert_eq!(likeness(recorded, reordered, true), Likeness::Same);
        assert_eq!(likeness(recorded, other, true), Likeness::Departs);
        assert_eq!(likeness(recorded, other, false), Likeness::Similar);
        let result = r#"{"type":"result","id":1,"status":"ok"}"#;
        let failed = r#"{"type":"result","id":1,"status":"failed"}"#;
        assert_eq!(likeness(result, failed, false), Likeness::Departs);
        assert_eq!(likeness("cut", "cut", false), Likeness::Same);
    }
}
