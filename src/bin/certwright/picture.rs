//! A hierarchy, drawn: who stands under whom, and from when until when, against each other.

use std::io::IsTerminal;

use certwright::{Timestamp, Window};

/// A certificate in the picture.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) window: Window,
    /// How far below the root it stands.
    pub(crate) depth: usize,
}

/// The shortest and the longest bars that are worth drawing.
const SHORTEST: usize = 10;
const LONGEST: usize = 72;

/// The columns of the terminal; 80 where there is none.
pub(crate) fn columns() -> usize {
    let size = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    size.map_or(80, |(width, _)| usize::from(width.0))
}

/// One line for each certificate, in order, each below the one that issued it.
pub(crate) fn hierarchy(rows: &[Row], columns: usize) -> String {
    let labels: Vec<_> = rows.iter().enumerate().map(|(index, row)| label(rows, index, row)).collect();
    let widest = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
    // Two dates of ten characters and the spaces between.
    let width = columns.saturating_sub(widest.saturating_add(24)).clamp(SHORTEST, LONGEST);
    let scale = Scale::of(rows, width);
    let lines = labels.iter().zip(rows).map(|(label, row)| {
        let (start, end) = (date(row.window.not_before), date(row.window.not_after));
        format!("{label:<widest$}  {start} {} {end}\n", scale.bar(row.window))
    });
    lines.collect()
}

fn label(rows: &[Row], index: usize, row: &Row) -> String {
    let below = rows.iter().skip(index.saturating_add(1));
    let last = below.take_while(|other| other.depth >= row.depth).all(|other| other.depth > row.depth);
    match row.depth {
        0 => row.name.clone(),
        depth => {
            let indent = "   ".repeat(depth.saturating_sub(1));
            format!("{indent}{} {}", if last { "└─" } else { "├─" }, row.name)
        }
    }
}

/// The day, which the first ten characters of a time are.
fn date(moment: Timestamp) -> String {
    moment.to_string().chars().take(10).collect()
}

/// Maps moments to columns.
struct Scale {
    start: i64,
    seconds: i64,
    width: usize,
}

impl Scale {
    fn of(rows: &[Row], width: usize) -> Self {
        let start = rows.iter().map(|row| row.window.not_before.unix()).min().unwrap_or_default();
        let end = rows.iter().map(|row| row.window.not_after.unix()).max().unwrap_or_default();
        Self { start, seconds: end.saturating_sub(start).max(1), width }
    }

    fn column(&self, moment: Timestamp) -> usize {
        let width = i64::try_from(self.width).unwrap_or_default();
        let passed = moment.unix().saturating_sub(self.start);
        let scaled =
            passed.saturating_mul(width).saturating_add(self.seconds.div_euclid(2)).div_euclid(self.seconds);
        usize::try_from(scaled).unwrap_or_default().min(self.width)
    }

    /// The window as a bar, at least one column wide.
    fn bar(&self, window: Window) -> String {
        let from = self.column(window.not_before).min(self.width.saturating_sub(1));
        let to = self.column(window.not_after).max(from.saturating_add(1));
        (0..self.width).map(|column| if (from..to).contains(&column) { '█' } else { '·' }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, from: &str, to: &str, depth: usize) -> Row {
        let at = |text: &str| text.parse().unwrap();
        Row { name: name.to_owned(), window: Window { not_before: at(from), not_after: at(to) }, depth }
    }

    #[test]
    fn bars_are_aligned_and_to_scale() {
        let rows = [
            row("root", "2020-01-01", "2030-01-01", 0),
            row("sub", "2020-01-01", "2025-01-01", 1),
            row("a", "2024-12-31", "2025-01-01", 2),
            row("b", "2029-12-31", "2030-01-01", 2),
        ];
        let drawn = [
            "root     2020-01-01 █████████████ 2030-01-01\n",
            "└─ sub   2020-01-01 ███████······ 2025-01-01\n",
            "   ├─ a  2024-12-31 ······█······ 2025-01-01\n",
            "   └─ b  2029-12-31 ············█ 2030-01-01\n",
        ];
        assert_eq!(hierarchy(&rows, 44), drawn.concat());
    }
}
