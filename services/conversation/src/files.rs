//! Files that a person gave along with a message, as a model reads them. Pure.

use events::AttachedFile;
use std::fmt::Write as _;

/// What a person wrote, and after it what lies in the files, marked as such.
pub(crate) fn with_files(text: &str, files: &[AttachedFile]) -> String {
    let mut read = text.to_owned();
    for AttachedFile {
        artifact,
        text,
        is_cut,
    } in files
    {
        let name = artifact.name.as_deref().unwrap_or("file");
        let (kind, size) = (&artifact.media_type, artifact.size);
        // Writing into a string does not fail.
        let _ = match text {
            Some(text) => {
                let cut = if *is_cut { ", only its beginning" } else { "" };
                write!(
                    read,
                    "\n\n--- attached: {name} ({kind}, {size} bytes{cut}) ---\n{text}\n--- end of {name} ---"
                )
            }
            None => write!(
                read,
                "\n\n--- attached: {name} ({kind}, {size} bytes), which is no text and cannot be read ---"
            ),
        };
    }
    read.trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{Artifact, ArtifactHash};

    fn file(name: &str, text: Option<&str>, is_cut: bool) -> AttachedFile {
        AttachedFile {
            artifact: Artifact {
                hash: ArtifactHash::of_digest(&[1; 32]),
                size: 9,
                media_type: "text/csv".to_owned(),
                name: Some(name.to_owned()),
            },
            text: text.map(str::to_owned),
            is_cut,
        }
    }

    #[test]
    fn what_lies_in_files_is_told_from_what_the_person_wrote() {
        assert_eq!(with_files("Sum it up", &[]), "Sum it up");
        let files = [file("a.csv", Some("x;y"), true), file("b.png", None, false)];
        assert_eq!(
            with_files("Sum it up", &files),
            "Sum it up\n\n--- attached: a.csv (text/csv, 9 bytes, only its beginning) ---\nx;y\n--- end of a.csv ---\
             \n\n--- attached: b.png (text/csv, 9 bytes), which is no text and cannot be read ---"
        );
        assert!(with_files("", &files).starts_with("--- attached"));
    }
}
