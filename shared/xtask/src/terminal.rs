//! Progress on the terminal: a spinner per step where a person watches, plain lines elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// One step that takes a while. Dropping it without [`Step::done`] leaves its line as a failure.
pub(crate) struct Step {
    title: String,
    since: Instant,
    bar: Option<ProgressBar>,
    finished: bool,
}

impl Step {
    /// Shows that the step begins.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        let title = title.into();
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner().with_message(title.clone());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed:>}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("  … {title}");
        }
        Self {
            title,
            since: Instant::now(),
            bar,
            finished: false,
        }
    }

    /// Shows that the step succeeded, with its time.
    pub(crate) fn done(mut self) {
        self.finish('✓');
    }

    fn finish(&mut self, mark: char) {
        self.finished = true;
        let line = format!(
            "  {mark} {} ({:.1} s)",
            self.title,
            self.since.elapsed().as_secs_f64()
        );
        match self.bar.take() {
            Some(bar) => {
                bar.finish_and_clear();
                eprintln!("{line}");
            }
            None => eprintln!("{line}"),
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.finished {
            self.finish('✗');
        }
    }
}
