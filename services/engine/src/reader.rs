//! Reads one shard's input and hands it to its lane, from the cursor on and without a gap.

use crate::{lane::Command, manifest::input_consumer};
use bus::{Bus, Delivery, Error};
use events::Stream;
use ids::Shard;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Deliveries of one shard, in their order.
pub(crate) struct Batch {
    pub(crate) shard: Shard,
    /// The epoch of the owner they were read for.
    pub(crate) epoch: u64,
    /// The life of the stream that their positions count in.
    pub(crate) incarnation: i64,
    pub(crate) deliveries: Vec<Delivery>,
}

/// A place in a life of the stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    pub(crate) incarnation: i64,
    pub(crate) seq: u64,
}

/// Messages per pull.
const PULL: usize = 256;
/// How long a consumer that cannot be read is left alone.
const PAUSE: Duration = Duration::from_millis(250);

pub(crate) struct Reader {
    pub(crate) bus: Bus,
    pub(crate) shard: Shard,
    pub(crate) epoch: u64,
    pub(crate) cursor: Cursor,
    pub(crate) lane: mpsc::Sender<Command>,
    pub(crate) stop: CancellationToken,
}

impl Reader {
    /// Reads until told to stop.
    pub(crate) async fn run(mut self) {
        let stop = self.stop.clone();
        loop {
            let read = tokio::select! {
                () = stop.cancelled() => return,
                read = self.read() => read,
            };
            if let Err(error) = read {
                tracing::warn!(error = &error as &dyn std::error::Error, shard = %self.shard, "input interrupted");
            }
            tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(PAUSE) => {} }
        }
    }

    async fn read(&mut self) -> Result<(), Error> {
        let consumer = input_consumer(self.shard);
        let incarnation = self.bus.incarnation(Stream::RunInput, &consumer).await?;
        if incarnation != self.cursor.incarnation {
            // Another life of the stream: read it from its start, repeats are recognised by what they say.
            self.cursor = Cursor {
                incarnation,
                seq: 0,
            };
        }
        let next = self.cursor.seq + 1;
        // The first delivery must be the first: a frozen owner's pull may take some, and none of them may be passed over.
        let mut last = self.bus.rewind(Stream::RunInput, &consumer, next).await?;
        let mut pull = self.bus.pull(Stream::RunInput, &consumer, PULL).await?;
        loop {
            let deliveries = pull.next().await?;
            for delivery in &deliveries {
                let at = delivery.position.consumer_seq;
                if at != last + 1 {
                    tracing::warn!(shard = %self.shard, "input has a gap, reading it again");
                    return Ok(());
                }
                last = at;
            }
            let seen = deliveries.iter().map(|d| d.position.stream_seq).max();
            let batch = Batch {
                shard: self.shard,
                epoch: self.epoch,
                incarnation,
                deliveries,
            };
            if self.lane.send(Command::Inputs(batch)).await.is_err() {
                return Ok(());
            }
            self.cursor.seq = self.cursor.seq.max(seen.unwrap_or_default());
        }
    }
}
