//! Files that come along with a message.

use crate::{
    App,
    access::Access,
    artifacts::read_along,
    edge::{Problem, ProblemItem},
};
use events::{ArtifactHash, AttachedFile};

/// Most files of one message.
const MOST: usize = 10;
/// How much of one file a model gets to read, in bytes.
const OF_ONE: u64 = 32 * 1024;
/// How much of all of them.
const OF_ALL: u64 = 96 * 1024;

/// The files of a message, with what can be read of them.
///
/// # Errors
/// 422 when there are too many of them, or one that is not there or that the person may not read; 503 when the store is away.
pub(super) async fn attached(
    app: &App,
    access: &Access,
    hashes: &[ArtifactHash],
) -> Result<Vec<AttachedFile>, Problem> {
    if hashes.len() > MOST {
        let message = format!("a message takes at most {MOST} files");
        return Err(refused("/attachments", "attachments.too_many", message));
    }
    let mut left = OF_ALL;
    let mut files = Vec::with_capacity(hashes.len());
    for (place, hash) in hashes.iter().enumerate() {
        let file = read_along(app, access, hash, OF_ONE.min(left)).await?;
        let file = file.ok_or_else(|| {
            let message = "there is no such file; send it again".to_owned();
            refused(
                &format!("/attachments/{place}"),
                "artifact.not_found",
                message,
            )
        })?;
        let read = file.text.as_ref().map_or(0, String::len);
        left = left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        files.push(file);
    }
    Ok(files)
}

fn refused(pointer: &str, code: &str, message: String) -> Problem {
    Problem::refused("body.invalid", "The message cannot be taken")
        .item(ProblemItem::new(pointer, code, message))
}
