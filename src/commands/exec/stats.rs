use std::time::{Duration, Instant};

use crate::runtime::core::{Counts, Family, Module, Store};
use crate::runtime::wasi;
use crate::wasm::decimal;

/// So many pairs of instructions are told.
const PAIRS: usize = 10;

/// What running a program took.
pub(super) struct Stats {
    began: Instant,
    loaded: Option<Duration>,
}

impl Stats {
    /// Counts from now on.
    pub(super) fn start() -> Self {
        Self {
            began: Instant::now(),
            loaded: None,
        }
    }

    /// All is ready to run.
    pub(super) fn loaded(&mut self) {
        self.loaded = Some(self.began.elapsed());
    }

    /// What it took, line by line.
    pub(super) fn lines(&self, module: &Module, store: &Store<wasi::Context>) -> Vec<String> {
        let all = self.began.elapsed();
        let loading = self.loaded.unwrap_or(all);
        let running = all.saturating_sub(loading);
        let mut lines = vec![
            format!(
                "time        {} (loading {}, running {})",
                time(all),
                time(loading),
                time(running)
            ),
            format!(
                "functions   {} of {} translated",
                store.translated(),
                module.functions()
            ),
            format!("memory      {}", decimal(store.memory_bytes())),
        ];
        if store.heap_bytes() > 0 {
            lines.push(format!("objects     {}", decimal(store.heap_bytes())));
        }
        let counts = store.counts();
        let mut operators = format!("operators   {}", grouped(counts.total()));
        let seconds = running.as_secs_f64();
        if seconds > 0.0 {
            let rate = counts.total() as f64 / seconds / 1e6;
            operators.push_str(&format!(", {rate:.0} million a second while counting"));
        }
        lines.push(operators);
        lines.extend(families(&counts));
        let dispatches = store.dispatches();
        let mut line = format!("instructions  {}", grouped(dispatches.total));
        if seconds > 0.0 {
            let rate = dispatches.total as f64 / seconds / 1e6;
            line.push_str(&format!(
                ", {rate:.0} million a second while counting; most often in a row"
            ));
        }
        lines.push(line);
        for (pair, count) in dispatches.pairs.iter().take(PAIRS) {
            let share = 100.0 * *count as f64 / dispatches.total.max(1) as f64;
            lines.push(format!("  {share:5.1} %  {pair}"));
        }
        lines
    }
}

/// The families that occurred, the most frequent first.
fn families(counts: &Counts) -> Vec<String> {
    let mut families: Vec<_> = Family::ALL
        .iter()
        .map(|family| (counts.of(*family), family))
        .filter(|(count, _)| *count > 0)
        .collect();
    families.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let total = counts.total().max(1) as f64;
    let width = families
        .first()
        .map_or(0, |(count, _)| grouped(*count).len());
    let line = |(count, family): (u64, &Family)| {
        let share = 100.0 * count as f64 / total;
        format!(
            "  {:<9} {:>width$}  {share:5.1} %",
            family.name(),
            grouped(count)
        )
    };
    families.into_iter().map(line).collect()
}

fn time(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.2} ms", seconds * 1e3),
        seconds => format!("{seconds:.3} s"),
    }
}

/// A number with a comma between each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let texts = [0, 999, 1000, 1_234_567, u64::MAX].map(grouped);
        let wanted = [
            "0",
            "999",
            "1,000",
            "1,234,567",
            "18,446,744,073,709,551,615",
        ];
        assert_eq!(texts, wanted);
    }
}
