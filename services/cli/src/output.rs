//! Tables for people, JSON for programs.

use comfy_table::{Table, presets};
use serde_json::Value;
use std::io::{ErrorKind, Write};

/// Prints a line. A reader that has seen enough (`st run list | head`) ends the program quietly.
pub(crate) fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written?),
    }
}

/// Prints JSON.
pub(crate) fn value(value: &Value) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?)
}

/// Prints a page's items as a table.
pub(crate) fn list(page: &Value, columns: &[&str], json: bool) -> anyhow::Result<()> {
    if json {
        return value(page);
    }
    let items = page
        .get("items")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    line(table(items, columns))?;
    if page
        .get("next_cursor")
        .is_some_and(|cursor| !cursor.is_null())
    {
        line("(more: narrow the list, or use --json and its next_cursor)")?;
    }
    Ok(())
}

/// Prints a list inside an answer as a table; nothing when there is none.
pub(crate) fn rows(items: Option<&Value>, columns: &[&str]) -> anyhow::Result<()> {
    match items.and_then(Value::as_array) {
        Some(items) if !items.is_empty() => line(table(items, columns)),
        Some(_) | None => Ok(()),
    }
}

/// Prints one thing as a table of one row.
pub(crate) fn record(item: &Value, columns: &[&str], json: bool) -> anyhow::Result<()> {
    if json {
        return value(item);
    }
    line(table(std::slice::from_ref(item), columns))
}

fn table(items: &[Value], columns: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(columns.iter().map(|column| column.to_uppercase()));
    for item in items {
        table.add_row(columns.iter().map(|column| cell(item, column)));
    }
    table
}

/// The value at a dotted path, as a person reads it.
fn cell(item: &Value, path: &str) -> String {
    let found = path.split('.').try_fold(item, |value, key| {
        // Of several things the first.
        let value = value
            .as_array()
            .map_or(Some(value), |items| items.first())?;
        value.get(key)
    });
    match found {
        // Of several times the next one.
        Some(Value::Array(items)) => text(items.first()),
        found => text(found),
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_missing_value_is_a_dash() {
        let item = json!({"status": {"state": "healthy", "reason": null}});
        assert_eq!(cell(&item, "status.state"), "healthy");
        assert_eq!(cell(&item, "status.reason"), "-");
        assert_eq!(cell(&item, "status.nothing.at.all"), "-");
    }

    #[test]
    fn of_several_values_the_first_is_shown() {
        let item = json!({ "next_fires": ["2026-01-01", "2026-01-02"], "none": [], "cost": 0.25 });
        assert_eq!(cell(&item, "next_fires"), "2026-01-01");
        assert_eq!(cell(&item, "none"), "-");
        assert_eq!(cell(&item, "cost"), "0.25");
    }
}
