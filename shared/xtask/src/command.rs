//! Running other programs: quiet when they succeed, with their last words when they fail.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Lines of a failed program's output that are shown.
const LAST_WORDS: usize = 30;
/// Characters of each of these lines.
const LONGEST_LINE: usize = 400;

/// Runs to the end and returns what was written to standard output. Errors: not found, or a failure with its last lines.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start {shown}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let all = format!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<String> = all
        .lines()
        .map(|line| line.chars().take(LONGEST_LINE).collect())
        .collect();
    let tail = lines
        .get(lines.len().saturating_sub(LAST_WORDS)..)
        .unwrap_or_default()
        .join("\n");
    bail!("{shown} failed ({}):\n{tail}", output.status)
}

/// Runs to the end with the terminal attached, for programs that show their own progress.
pub(crate) fn attached(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("could not start {shown}"))?;
    if !status.success() {
        bail!("{shown} failed ({status})");
    }
    Ok(())
}

/// The first executable file of this name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
        .map(|dir| dir.join(name))
        .find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The first words of a command, for messages.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .take(4)
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
