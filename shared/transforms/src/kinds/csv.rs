//! Tables as text: CSV (RFC 4180) to items, and back.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    limits,
    path::Path,
    rows::Rows,
    value,
};
use indexmap::IndexSet;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Number, Value, json};

/// Tables as text: CSV (RFC 4180) to items, and back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Csv {
    /// Which way.
    mode: Mode,
    /// For `parse`: the text; left out, the value of `in`. For `format`, the list is `in`.
    #[serde(default)]
    text: Option<String>,
    /// What stands between two cells: one character of ASCII, such as `;`.
    #[serde(default = "comma")]
    #[schemars(length(min = 1))]
    delimiter: String,
    /// Whether the first line names the columns.
    #[serde(default = "yes")]
    header: bool,
    /// For `parse` without a header: the columns' names; left out, each row is an array. For `format`: the field paths to
    /// write, in order; left out, all fields of all items.
    #[serde(default)]
    #[schemars(length(max = 500))]
    columns: Vec<String>,
    /// For `parse`: whether numbers, true and false are read as such, and empty cells as `null`; otherwise all are texts.
    #[serde(default)]
    typed: bool,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// From text to items.
    Parse,
    /// From items to text.
    Format,
}

fn comma() -> String {
    ",".to_owned()
}

const fn yes() -> bool {
    true
}

impl Transform for Csv {
    const TITLE: &'static str = "CSV";
    const DOCS: &'static str = "Reads a table from CSV text or writes one; emits the rows as items, or the text. What is no table leaves by the port error.";
    const INPUTS: Inputs = Inputs::Any;
    const PARSES: bool = true;

    fn out(config: &Map<String, Value>) -> Value {
        let columns = config.get("columns").and_then(Value::as_array);
        let arrays =
            config.get("header") == Some(&json!(false)) && columns.is_none_or(Vec::is_empty);
        match super::literal(config, "mode", "") {
            Some("format") => json!({ "type": "string" }),
            Some("parse") if arrays => json!({ "type": "array", "items": { "type": "array" } }),
            Some("parse") if !config.contains_key("header") => {
                json!({ "type": "array", "items": { "type": "object" } })
            }
            Some("parse") => json!({ "type": "array" }),
            _ => json!({ "type": ["array", "string"] }),
        }
    }

    fn check(&self) -> Result<(), Error> {
        self.delimiter()?;
        if self.mode == Mode::Format {
            self.paths()?;
        }
        Ok(())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        match self.mode {
            Mode::Parse => self.parsed(&call.text(self.text.as_ref())?),
            Mode::Format => self.formatted(&call.list("in")?),
        }
        .map(out)
    }
}

impl Csv {
    fn delimiter(&self) -> Result<u8, Error> {
        match self.delimiter.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
            _ => Err(Error::config(
                "/delimiter",
                "`delimiter` must be one character of ASCII, and no quote",
            )),
        }
    }

    fn paths(&self) -> Result<Vec<Path>, Error> {
        let path = |text: &String| Path::parse(text).map_err(|e| Error::config("/columns", e));
        self.columns.iter().map(path).collect()
    }

    fn parsed(&self, text: &str) -> Result<Value, Error> {
        let mut reader = ::csv::ReaderBuilder::new()
            .delimiter(self.delimiter()?)
            .has_headers(false)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut records = reader.records();
        let names: Vec<String> = if self.header {
            let first = records.next().transpose().map_err(|error| bad(&error))?;
            first.iter().flatten().map(str::to_owned).collect()
        } else {
            self.columns.clone()
        };
        let mut seen = IndexSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
            let message = format!("two columns are called `{twice}`");
            let hint = "rename one, or read the table without its header and name the columns";
            return Err(Error::value("transform.bad_csv", message, hint));
        }
        let mut rows = Rows::default();
        for record in records {
            let record = record.map_err(|error| bad(&error))?;
            let cells = record.iter().map(|cell| self.cell(cell));
            let row = if names.is_empty() {
                Value::Array(cells.collect())
            } else if record.len() == names.len() {
                Value::Object(names.iter().cloned().zip(cells).collect())
            } else {
                let line = record.position().map_or(0, ::csv::Position::line);
                return Err(uneven(line, record.len(), names.len()));
            };
            rows.push(row)?;
        }
        Ok(rows.into_value())
    }

    fn cell(&self, cell: &str) -> Value {
        if self.typed {
            match cell.trim() {
                "" => return Value::Null,
                "true" => return Value::Bool(true),
                "false" => return Value::Bool(false),
                // JSON's numbers: 007 and +1 stay texts, for they are mostly codes.
                trimmed => {
                    if let Ok(number) = serde_json::from_str::<Number>(trimmed) {
                        return Value::Number(number);
                    }
                }
            }
        }
        Value::String(cell.to_owned())
    }

    fn formatted(&self, list: &[Value]) -> Result<Value, Error> {
        let paths = self.paths()?;
        let mut names: IndexSet<&str> = self.columns.iter().map(String::as_str).collect();
        for (index, item) in list.iter().enumerate() {
            let fields = item
                .as_object()
                .ok_or_else(|| value::no_object(item, index))?;
            if paths.is_empty() {
                names.extend(fields.keys().map(String::as_str));
            }
        }
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(self.delimiter()?)
            .terminator(::csv::Terminator::CRLF)
            .from_writer(Vec::new());
        if self.header && !names.is_empty() {
            writer.write_record(&names).map_err(|error| bad(&error))?;
        }
        let mut bytes = 0;
        for item in list {
            let cells: Vec<Option<&Value>> = if paths.is_empty() {
                names.iter().map(|name| item.get(name)).collect()
            } else {
                paths.iter().map(|path| path.get(item)).collect()
            };
            let cells = cells.into_iter();
            let cells: Vec<String> = cells
                .map(|cell| cell.map_or_else(String::new, value::text))
                .collect();
            bytes += cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
            if bytes > limits::OUTPUT_BYTES {
                return Err(Error::too_large("the table", limits::OUTPUT_BYTES));
            }
            writer.write_record(&cells).map_err(|error| bad(&error))?;
        }
        let written = writer
            .into_inner()
            .map_err(|error| bad(&error.into_error().into()))?;
        value::bounded(String::from_utf8(written).unwrap_or_default())
    }
}

fn uneven(line: u64, found: usize, expected: usize) -> Error {
    let message = format!("line {line} has {found} cells, not {expected} as the columns");
    let hint = "quote cells that hold the delimiter, or choose another delimiter";
    Error::value("transform.bad_csv", message, hint)
}

fn bad(error: &::csv::Error) -> Error {
    if let ::csv::ErrorKind::UnequalLengths {
        pos,
        expected_len,
        len,
    } = error.kind()
    {
        let line = pos.as_ref().map_or(0, ::csv::Position::line);
        let count = |n: &u64| usize::try_from(*n).unwrap_or(usize::MAX);
        return uneven(line, count(len), count(expected_len));
    }
    let hint = "look at the text at that line";
    Error::value(
        "transform.bad_csv",
        format!("the text is no CSV: {error}"),
        hint,
    )
}

#[cfg(test)]
mod tests {
    use crate::{
        limits,
        testing::{parse, refused, run},
    };
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(config: Value, text: &str) -> Value {
        let mut all = json!({ "mode": "parse" });
        all.as_object_mut()
            .unwrap()
            .extend(config.as_object().unwrap().clone());
        run("csv", all, json!(text)).unwrap()
    }

    #[test]
    fn tables_become_items() {
        let text = "\u{feff}name;\"a \"\"b\"\"\"\r\nKöln;\"1;\n2\"\r\n;\r\n";
        assert_eq!(
            read(json!({ "delimiter": ";" }), text),
            json!([{ "name": "Köln", "a \"b\"": "1;\n2" }, { "name": "", "a \"b\"": "" }])
        );
        assert_eq!(
            read(json!({ "header": false }), "1,2\n3,4"),
            json!([["1", "2"], ["3", "4"]])
        );
        assert_eq!(
            read(json!({ "header": false, "columns": ["a", "b"] }), "1,2"),
            json!([{ "a": "1", "b": "2" }])
        );
        assert_eq!(
            read(
                json!({ "typed": true }),
                "a,b,c,d,e,f\n1, -2.5 ,true,,007,x"
            ),
            json!([{ "a": 1, "b": -2.5, "c": true, "d": null, "e": "007", "f": "x" }])
        );
        assert_eq!(read(json!({}), ""), json!([]));
        assert_eq!(read(json!({}), "a,b\n"), json!([]));
    }

    #[test]
    fn items_become_tables() {
        let config = json!({ "mode": "format" });
        let unnamed = json!([{ "": 1, "a": 2 }]);
        assert_eq!(
            run("csv", config.clone(), unnamed).unwrap(),
            ",a\r\n1,2\r\n"
        );
        let input = json!([{ "a": 1, "b.c": "x,y" }, { "a": null, "d": { "e": [true] } }]);
        assert_eq!(
            run("csv", config.clone(), input.clone()).unwrap(),
            "a,b.c,d\r\n1,\"x,y\",\r\n,,\"{\"\"e\"\":[true]}\"\r\n"
        );
        let chosen = json!({ "mode": "format", "columns": ["d.e.0", "a"], "header": false, "delimiter": "\t" });
        assert_eq!(run("csv", chosen, input).unwrap(), "\t1\r\ntrue\t\r\n");
        assert_eq!(run("csv", config, json!([])).unwrap(), "");
    }

    #[test]
    fn what_is_no_table_names_the_line() {
        let refused = |text: &str| refused("csv", json!({ "mode": "parse" }), json!(text));
        assert_eq!(
            refused("a,b\n1,2\n3\n"),
            (
                "transform.bad_csv",
                "line 3 has 1 cells, not 2 as the columns".to_owned()
            )
        );
        assert_eq!(
            refused("a,a\n"),
            ("transform.bad_csv", "two columns are called `a`".to_owned())
        );
        assert_eq!(
            refused(&"x\n".repeat(limits::ITEMS + 2)).0,
            "transform.too_many_items"
        );
        let (code, message) = super::super::super::testing::refused(
            "csv",
            json!({ "mode": "format" }),
            json!([{}, 1]),
        );
        assert_eq!(
            (code, message.as_str()),
            (
                "transform.no_object",
                "item 1 is a number, not an object with fields"
            )
        );
        for bad in [
            json!({ "mode": "parse", "delimiter": "" }),
            json!({ "mode": "parse", "delimiter": "ü" }),
            json!({ "mode": "parse", "delimiter": "\"" }),
            json!({ "mode": "format", "columns": ["a."] }),
        ] {
            assert!(parse("csv", bad.clone()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_table_comes_back(cells in prop::collection::vec(prop::array::uniform3(".{0,8}"), 1..6), delimiter in "[,;\t|]") {
            let items: Value = cells.iter().map(|[a, b, c]| json!({ "a": a, "b": b, "c": c })).collect();
            let text = run("csv", json!({ "mode": "format", "delimiter": delimiter }), items.clone()).unwrap();
            let back = run("csv", json!({ "mode": "parse", "delimiter": delimiter }), text).unwrap();
            prop_assert_eq!(back, items);
        }
    }
}
