//! Sizes of files: one that cannot be proofread in one sitting is two.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::capture;
use crate::paths::Paths;

/// Lines that no file has more of. Most have a quarter of it.
const MOST_LINES: usize = 500;

/// What people write and read. Generated declarations are neither.
const WRITTEN: [&str; 8] = [
    ".rs", ".ts", ".tsx", ".mjs", ".py", ".proto", ".sql", ".css",
];
const GENERATED: &str = ".d.ts";

/// One sentence for each file that is too long. Errors: no Git, or no checkout.
pub(crate) fn violations(paths: &Paths) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    let tracked = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let files = capture(git.current_dir(&paths.root).args(tracked))?;
    let mut found = Vec::new();
    for file in files.lines().filter(|file| is_written(file)) {
        let path = paths.root.join(file);
        // Deleted, and Git was not told yet.
        if !path.exists() {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| format!("could not read {file}"))?;
        found.extend(too_long(file, text.lines().count()));
    }
    Ok(found)
}

fn is_written(file: &str) -> bool {
    !file.ends_with(GENERATED) && WRITTEN.iter().any(|ending| file.ends_with(ending))
}

fn too_long(file: &str, lines: usize) -> Option<String> {
    (lines > MOST_LINES).then(|| {
        format!("{file} has {lines} lines, and none should have more than {MOST_LINES}: make it two concepts")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_files_that_people_write_are_named() {
        assert_eq!(too_long("a.rs", 500), None);
        assert!(too_long("a.rs", 501).is_some_and(|told| told.starts_with("a.rs has 501 lines")));
        assert!(is_written("web/src/App.tsx"));
        assert!(!is_written("web/src/api/schema.d.ts"));
        assert!(!is_written("Cargo.lock"));
    }
}
