//! What becomes of messages that cannot be handled, or not yet.

use super::{deleted, encode, publish, wait_until};
use bus::{Bus, Handler, Message, Patience, Position, Tap, Verdict, dead_letter};
use events::{DeadLetter, Stream, WorkflowDeleted};
use futures::{StreamExt, future::join};
use ids::EventId;
use std::{sync::Mutex, time::Duration};
use tokio_util::sync::CancellationToken;

const CONSUMER: &str = "listener-group";
const ATTEMPTS: u32 = 3;

/// Asks a closure about each message, without long pauses.
struct Asking<F> {
    verdict: F,
    seen: Mutex<Vec<Message>>,
    settled: Mutex<Vec<EventId>>,
}

impl<F: Fn(&Message, usize) -> Verdict> Asking<F> {
    /// `verdict` is told how often the message was seen before.
    fn new(verdict: F) -> Self {
        Self {
            verdict,
            seen: Mutex::default(),
            settled: Mutex::default(),
        }
    }

    fn seen(&self, id: EventId) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .filter(|message| message.envelope.id == id)
            .count()
    }

    fn settled(&self) -> Vec<EventId> {
        self.settled.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl<F: Fn(&Message, usize) -> Verdict + Send + Sync> Handler for Asking<F> {
    async fn handle(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        let ask = |(message, _): &(Message, Position)| {
            let verdict = (self.verdict)(message, self.seen(message.envelope.id));
            self.seen.lock().unwrap().push(message.clone());
            verdict
        };
        batch.iter().map(ask).collect()
    }

    async fn settled(&self, messages: &[Message]) {
        let ids = messages.iter().map(|message| message.envelope.id);
        self.settled.lock().unwrap().extend(ids);
    }

    fn patience(&self) -> Patience {
        Patience {
            attempts: ATTEMPTS,
            longest_pause: Duration::from_millis(2),
        }
    }
}

/// Consumes until `done`, and returns what was put aside meanwhile.
async fn consume_until(
    bus: &Bus,
    handler: &dyn Handler,
    letters: usize,
    done: impl FnMut() -> bool,
) -> Vec<Tap> {
    let mut taps = bus.subscribe("dead_letter.>").await.unwrap();
    let stop = CancellationToken::new();
    let work = bus::consume(bus, "listener", Stream::Workflow, CONSUMER, handler, &stop);
    let watch = async {
        let mut heard = Vec::new();
        while heard.len() < letters {
            let next = tokio::time::timeout(Duration::from_secs(10), taps.next());
            heard.push(next.await.unwrap().unwrap());
        }
        wait_until("all of it is handled", done).await;
        stop.cancel();
        // Nothing more than that.
        while let Ok(Some(more)) =
            tokio::time::timeout(Duration::from_millis(50), taps.next()).await
        {
            heard.push(more);
        }
        heard
    };
    join(work, watch).await.1
}

fn retry() -> Verdict {
    Verdict::Retry {
        after: Duration::from_millis(1),
        cause: "planted".to_owned(),
    }
}

pub(super) async fn what_is_away_is_waited_for(bus: Bus) {
    let (messages, longer) = (
        [encode(&deleted()), encode(&deleted())],
        10 * ATTEMPTS as usize,
    );
    let handler = Asking::new(|_, before| match before < longer {
        true => Verdict::Wait("the database is away".to_owned()),
        false => Verdict::Ok,
    });
    publish(&bus, &messages).await;
    let letters = consume_until(&bus, &handler, 0, || handler.settled().len() == 2).await;
    assert!(
        letters.is_empty(),
        "an outage makes no dead letters: {letters:?}"
    );
    let ids = messages.map(|message| message.envelope.id);
    assert_eq!(handler.settled(), ids, "each once, in their order");
}

pub(super) async fn what_fails_for_its_own_reasons_is_put_aside_with_them(bus: Bus) {
    let (good, bad) = (encode(&deleted()), encode(&deleted()));
    let id = bad.envelope.id;
    // What is away in between is not counted.
    let handler = Asking::new(|message, before| match before {
        _ if message.envelope.id != id => Verdict::Ok,
        1..=20 => Verdict::Wait("away".to_owned()),
        _ => retry(),
    });
    publish(&bus, &[bad, good.clone()]).await;
    let letters = consume_until(&bus, &handler, 1, || handler.settled().len() == 2).await;
    let letter: DeadLetter = serde_json::from_slice(&letters[0].payload).unwrap();
    assert_eq!((letters.len(), letter.event_id), (1, id));
    assert_eq!(letter.cause, "failed 3 times, at last: planted");
    assert_eq!(handler.seen(id), ATTEMPTS as usize + 20);
    assert_eq!(
        handler.seen(good.envelope.id),
        1,
        "the good one did not wait"
    );
    assert_eq!(handler.settled(), [good.envelope.id, id]);
}

pub(super) async fn a_released_dead_letter_comes_again_as_it_was_edited(bus: Bus) {
    let (bad, mended) = (encode(&deleted()), deleted());
    let id = bad.envelope.id;
    publish(&bus, std::slice::from_ref(&bad)).await;
    let handler =
        Asking::new(
            |message, _| match message.decode::<WorkflowDeleted>().unwrap() == mended {
                true => Verdict::Ok,
                false => Verdict::Poison("planted".to_owned()),
            },
        );
    let letters = consume_until(&bus, &handler, 1, || handler.seen(id) == 1).await;
    let letter: DeadLetter = serde_json::from_slice(&letters[0].payload).unwrap();
    let edited = serde_json::to_vec(&mended).unwrap();
    dead_letter::release(&bus, &letter, Some(edited.into()))
        .await
        .unwrap();
    let letters = consume_until(&bus, &handler, 0, || handler.seen(id) == 2).await;
    assert!(letters.is_empty(), "{letters:?}");
    let seen = handler.seen.lock().unwrap().clone();
    assert_eq!(seen[1].subject, bad.subject, "the same event");
    assert_eq!(handler.settled(), [id, id]);

    let mut cut = letter;
    cut.payload.truncate(8);
    let refused = dead_letter::release(&bus, &cut, None).await.unwrap_err();
    assert!(!refused.is_retryable(), "{refused}");
}
