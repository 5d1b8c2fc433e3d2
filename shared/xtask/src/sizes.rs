//! Sizes of files, printed for review. They never fail a build.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::command::capture;
use crate::paths::Paths;

/// Files of at least so many lines are named.
const LOOK_AGAIN: usize = 300;
const ENDINGS: [&str; 5] = [".rs", ".ts", ".tsx", ".css", ".sql"];

/// Prints the median and the long files of what git tracks.
pub(crate) fn sizes(paths: &Paths) -> Result<()> {
    let tracked = capture(
        Command::new("git")
            .current_dir(&paths.root)
            .args(["ls-files"]),
    )?;
    let mut files: Vec<(usize, &str)> = tracked
        .lines()
        .filter(|file| ENDINGS.iter().any(|ending| file.ends_with(ending)))
        .filter_map(|file| {
            Some((
                fs::read_to_string(paths.root.join(file))
                    .ok()?
                    .lines()
                    .count(),
                file,
            ))
        })
        .filter(|(lines, _)| *lines > 0)
        .collect();
    files.sort_unstable();
    let total: usize = files.iter().map(|(lines, _)| lines).sum();
    let median = files.get(files.len() / 2).map_or(0, |(lines, _)| *lines);
    println!("{} files, {total} lines, median {median}", files.len());
    for (lines, file) in files.iter().rev().filter(|(lines, _)| *lines >= LOOK_AGAIN) {
        println!("{lines:>6}  {file}");
    }
    Ok(())
}
