//! Which bridges are connected, and who waits for their word.

use crate::wire::SendEffect;
use adapter::{Done, Failed};
use ids::AccountId;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Notify, mpsc, oneshot};

/// Effects on their way to one bridge.
const QUEUE: usize = 64;

/// What a bridge says of an effect.
pub(crate) type Word = Result<Done, Failed>;

/// The bridges of this process.
#[derive(Default)]
pub struct Hub {
    state: Mutex<State>,
    connected: Notify,
    numbers: AtomicU64,
}

#[derive(Default)]
struct State {
    bridges: HashMap<AccountId, Bridge>,
    waiting: HashMap<(AccountId, String), oneshot::Sender<Word>>,
}

struct Bridge {
    number: u64,
    effects: mpsc::Sender<SendEffect>,
}

/// A bridge's place in the hub; left when dropped.
pub(crate) struct Seat {
    hub: Arc<Hub>,
    account: AccountId,
    number: u64,
}

impl Hub {
    /// Seats a bridge; an older one of the same account loses its place.
    pub(crate) fn seat(self: &Arc<Self>, account: AccountId) -> (Seat, mpsc::Receiver<SendEffect>) {
        let (effects, given) = mpsc::channel(QUEUE);
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        self.state()
            .bridges
            .insert(account, Bridge { number, effects });
        self.connected.notify_waiters();
        let hub = Arc::clone(self);
        (
            Seat {
                hub,
                account,
                number,
            },
            given,
        )
    }

    /// Whether a bridge of the account is connected.
    #[must_use]
    pub(crate) fn is_connected(&self, account: AccountId) -> bool {
        self.state().bridges.contains_key(&account)
    }

    /// The way to the account's bridge, as soon as there is one.
    pub(crate) async fn bridge(&self, account: AccountId) -> mpsc::Sender<SendEffect> {
        loop {
            let connected = self.connected.notified();
            tokio::pin!(connected);
            // Listens before it looks, so that no connection goes unnoticed.
            connected.as_mut().enable();
            if let Some(bridge) = self.state().bridges.get(&account) {
                return bridge.effects.clone();
            }
            connected.await;
        }
    }

    /// Waits for the bridge's word on an effect from now on.
    pub(crate) fn listen(&self, account: AccountId, effect_key: &str) -> oneshot::Receiver<Word> {
        let (tell, told) = oneshot::channel();
        let key = (account, effect_key.to_owned());
        self.state().waiting.insert(key, tell);
        told
    }

    /// Stops waiting.
    pub(crate) fn unlisten(&self, account: AccountId, effect_key: &str) {
        self.state()
            .waiting
            .remove(&(account, effect_key.to_owned()));
    }

    /// Passes a bridge's word on; false when nobody waits for it.
    pub(crate) fn tell(&self, account: AccountId, effect_key: String, word: Word) -> bool {
        let waiting = self.state().waiting.remove(&(account, effect_key));
        waiting.is_some_and(|tell| tell.send(word).is_ok())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        let seated = state.bridges.get(&self.account);
        if seated.is_some_and(|bridge| bridge.number == self.number) {
            state.bridges.remove(&self.account);
        }
    }
}
