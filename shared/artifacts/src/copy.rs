//! Hashing bytes while they are written.

use crate::{Error, Put, Source};
use events::ArtifactHash;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes in memory at a time.
const BUFFER: usize = 256 * 1024;

/// Writes all that `from` gives; what it is called and how much it was.
pub(crate) async fn copy(
    mut from: Source,
    to: &mut (dyn AsyncWrite + Send + Unpin),
    most: u64,
) -> Result<Put, Error> {
    let mut hash = Sha256::new();
    let mut size = 0_u64;
    let mut buffer = vec![0_u8; BUFFER];
    loop {
        let read = from.read(&mut buffer).await.map_err(Error::Source)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        size += bytes.len() as u64;
        if size > most {
            return Err(Error::TooLarge { most });
        }
        hash.update(bytes);
        let written = to.write_all(bytes).await;
        written.map_err(Error::store("write an artifact"))?;
    }
    let flushed = to.flush().await;
    flushed.map_err(Error::store("write an artifact"))?;
    Ok(Put {
        hash: ArtifactHash::of_digest(&hash.finalize().into()),
        size,
    })
}
