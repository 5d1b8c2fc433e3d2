//! From the consumer to the loop of the same process: what was just written to the ledger need not be looked for there.

use crate::store::ledger::Open;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};

/// Rows in memory of one lane, and of all; the others lie in the ledger until there is room.
pub(crate) const PER_LANE: usize = 128;
const ALL: usize = 512;

/// Where rows are handed over, while somebody sits there.
#[derive(Default)]
pub(crate) struct Desk {
    seat: Mutex<Option<Seat>>,
    /// Rows were left in the ledger.
    pub(crate) left: Notify,
}

struct Seat {
    owner: i32,
    rows: mpsc::UnboundedSender<Handed>,
    room: Arc<Semaphore>,
    lanes: BTreeMap<String, Arc<Semaphore>>,
}

/// A row with the room that it takes.
pub(crate) struct Handed {
    pub(crate) row: Open,
    pub(crate) room: Room,
}

/// Given back when dropped.
pub(crate) struct Room {
    _all: OwnedSemaphorePermit,
    _lane: OwnedSemaphorePermit,
}

/// Room for one row that is about to be written.
pub(crate) struct Place {
    pub(crate) owner: i32,
    rows: mpsc::UnboundedSender<Handed>,
    room: Room,
}

impl Desk {
    /// From now on the process with this number takes what is handed over.
    pub(crate) fn sit(&self, owner: i32) -> mpsc::UnboundedReceiver<Handed> {
        let (rows, receiver) = mpsc::unbounded_channel();
        let seat = Seat {
            owner,
            rows,
            room: Arc::new(Semaphore::new(ALL)),
            lanes: BTreeMap::new(),
        };
        *self.seat.lock().unwrap_or_else(PoisonError::into_inner) = Some(seat);
        receiver
    }

    /// Nobody takes anything any more.
    pub(crate) fn leave(&self) {
        *self.seat.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Room for a row of this lane, if there is any and somebody who takes it.
    pub(crate) fn place(&self, lane: &str) -> Option<Place> {
        let mut seat = self.seat.lock().unwrap_or_else(PoisonError::into_inner);
        let seat = seat.as_mut().filter(|seat| !seat.rows.is_closed())?;
        let of_lane = seat.lane(lane);
        Some(Place {
            owner: seat.owner,
            rows: seat.rows.clone(),
            room: Room {
                _all: Arc::clone(&seat.room).try_acquire_owned().ok()?,
                _lane: of_lane.try_acquire_owned().ok()?,
            },
        })
    }
}

impl Seat {
    fn lane(&mut self, name: &str) -> Arc<Semaphore> {
        if self.lanes.len() > ALL {
            self.lanes
                .retain(|_, room| room.available_permits() < PER_LANE);
        }
        let new = || Arc::new(Semaphore::new(PER_LANE));
        Arc::clone(self.lanes.entry(name.to_owned()).or_insert_with(new))
    }
}

impl Place {
    /// Hands the row over, once it is durable. One whose taker is gone is found in the ledger.
    pub(crate) fn hand(self, row: Open) {
        let handed = Handed {
            row,
            room: self.room,
        };
        drop(self.rows.send(handed));
    }
}
