//! What was measured, for people and programs.

use crate::yardstick::Yardstick;
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// One workload. What does not apply to it is left out.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Measured {
    pub(crate) workload: &'static str,
    /// Finished per second at the highest sustained rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rate: Option<f64>,
    /// `rate` over the rate of the yardstick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
    /// Processor seconds of all our programs, PostgreSQL and NATS per thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cpu_s_per_1000: Option<f64>,
    /// `cpu_s_per_1000` over that of the yardstick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cpu_ratio: Option<f64>,
    /// Milliseconds at half of the highest rate, from the moment a request was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p99_ms: Option<f64>,
    /// Requests without the right answer, and answers without a finished run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) errors: Option<u64>,
    /// What only some workloads have, by what it is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) figures: BTreeMap<&'static str, f64>,
    /// By program: seconds per thousand; mebibytes when idle.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) programs: BTreeMap<String, f64>,
}

impl Measured {
    pub(crate) fn yardstick(yardstick: &Yardstick) -> Self {
        Self {
            workload: "yardstick",
            rate: Some(yardstick.rate),
            ratio: Some(1.0),
            cpu_s_per_1000: Some(yardstick.cpu_s_per_1000),
            cpu_ratio: Some(1.0),
            programs: yardstick.programs.clone(),
            ..Self::default()
        }
    }
}

impl Measured {
    /// Every figure by its name.
    pub(crate) fn figures(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let common = [
            ("rate /s", self.rate),
            ("ratio", self.ratio),
            ("CPU-s/1000", self.cpu_s_per_1000),
            ("cpu_ratio", self.cpu_ratio),
            ("p50 ms", self.p50_ms),
            ("p99 ms", self.p99_ms),
            ("errors", self.errors.map(|errors| errors as f64)),
        ];
        let common = common
            .into_iter()
            .filter_map(|(name, figure)| Some((name, figure?)));
        common.chain(self.figures.iter().map(|(name, figure)| (*name, *figure)))
    }
}

/// One run's figures, side by side.
pub(crate) struct Table<'a>(pub(crate) &'a [Measured]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
        table.set_header([
            "workload",
            "rate /s",
            "ratio",
            "CPU-s/1000",
            "cpu_ratio",
            "p50 ms",
            "p99 ms",
            "errors",
            "also",
        ]);
        let figure = |figure: Option<f64>, digits: usize| {
            figure.map_or_else(String::new, |figure| format!("{figure:.digits$}"))
        };
        for row in self.0 {
            let mut also: Vec<String> = row
                .figures
                .iter()
                .map(|(name, figure)| format!("{name} {}", short(*figure)))
                .collect();
            also.extend(
                row.programs
                    .iter()
                    .filter(|(_, figure)| **figure >= 0.000_5)
                    .map(|(name, figure)| format!("{name} {figure:.3}")),
            );
            table.add_row([
                row.workload.to_owned(),
                figure(row.rate, 0),
                figure(row.ratio, 3),
                figure(row.cpu_s_per_1000, 3),
                figure(row.cpu_ratio, 1),
                figure(row.p50_ms, 1),
                figure(row.p99_ms, 1),
                row.errors
                    .map_or_else(String::new, |errors| errors.to_string()),
                also.join("\n"),
            ]);
        }
        write!(f, "{table}")
    }
}

/// Three digits, or all before the point.
pub(crate) fn short(figure: f64) -> String {
    let digits = match figure.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{figure:.digits$}")
}
