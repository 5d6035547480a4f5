//! Tables, aligned, as Markdown.

/// A table with a head; all columns but the first are numbers.
pub(crate) fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |at: usize| {
        let cells = rows.iter().map(|row| row[at].chars().count());
        cells.chain([head[at].chars().count(), 3]).max().unwrap_or(3)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::from("|");
        for (at, (cell, width)) in cells.zip(&widths).enumerate() {
            let width = *width;
            if at == 0 {
                line.push_str(&format!(" {cell:<width$} |"));
            } else {
                line.push_str(&format!(" {cell:>width$} |"));
            }
        }
        line + "\n"
    };
    let mut table = line(&mut head.iter().copied());
    table.push('|');
    for (at, width) in widths.iter().enumerate() {
        let dashes = "-".repeat(*width);
        table.push_str(&if at == 0 { format!(" {dashes} |") } else { format!(" {dashes}:|") });
    }
    table.push('\n');
    for row in rows {
        table.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    table
}

/// A number with its thousands apart.
pub(crate) fn thousands(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A ratio with the digits that mean something.
pub(crate) fn ratio(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = vec![vec!["hand".to_owned(), thousands(1_234_567), ratio(1.0)]];
        let table = markdown(&["", "ns", "ratio"], &rows);
        let expected = "|      |        ns | ratio |\n\
                        | ---- | ---------:| -----:|\n\
                        | hand | 1,234,567 |  1.00 |\n";
        assert_eq!(table, expected);
    }
}
