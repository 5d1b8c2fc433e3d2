//! What becomes of the events of one key. Pure: times come in, steps come out.

use ids::{EventId, RunId};
use workflow::config::{FlowControl, Singleton};

/// Most events of one key that wait.
pub(crate) const MOST: usize = 1_000;
/// The payloads of one batch, in bytes: together they must fit one message.
pub(crate) const BATCH_BYTES: usize = 160 * 1024;
/// How soon the end of a run is looked for that others wait for; mostly it is told sooner.
const LOOK_MS: i64 = 1_000;
/// How soon the end of a run is looked for that nobody waits for.
const IDLE_MS: i64 = 60_000;

/// One key: what is known of it, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Key {
    /// Milliseconds since the Unix epoch.
    pub(crate) now_ms: i64,
    /// When the first of the events came that are debounced now.
    pub(crate) since_ms: Option<i64>,
    /// The starts that the throttle still counts.
    pub(crate) starts_ms: Vec<i64>,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) running: Vec<Running>,
}

/// An event without a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Waiting {
    pub(crate) event: EventId,
    pub(crate) at_ms: i64,
    pub(crate) priority: f64,
    /// Of its payload.
    pub(crate) bytes: usize,
    /// Whether nobody has looked at it before.
    pub(crate) is_new: bool,
    /// Why its key is not known.
    pub(crate) fault: Option<String>,
}

/// An event whose run was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Running {
    pub(crate) event: EventId,
    pub(crate) run: RunId,
    /// It has ended, or nobody needs to know.
    pub(crate) over: bool,
    /// It was told to end.
    pub(crate) cancelled: bool,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// The event starts nothing.
    Decline(EventId, &'static str, String),
    /// The event waits, and whoever asks is told for what.
    Hold(EventId, &'static str, String),
    /// These events start one run, under the name of the last.
    Start(Vec<EventId>),
    /// The run must end.
    Cancel(EventId, RunId),
    /// Nothing has to be known of the event any more.
    Forget(EventId),
}

/// See [`decide`].
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Decided {
    pub(crate) steps: Vec<Step>,
    pub(crate) since_ms: Option<i64>,
    pub(crate) starts_ms: Vec<i64>,
    /// When the key must be looked at again; none when nothing is left of it.
    pub(crate) look_at_ms: Option<i64>,
}

/// What a key waits for.
struct Gate {
    code: &'static str,
    message: String,
    until_ms: i64,
}

/// Decides what becomes of the events of a key as things stand.
pub(crate) fn decide(flow: &FlowControl, mut key: Key) -> Decided {
    let mut steps = Vec::new();
    let window = flow
        .throttle
        .map_or(0, |throttle| seconds(throttle.seconds));
    key.starts_ms.retain(|start| start + window > key.now_ms);
    let (over, running) = key.running.into_iter().partition(|run| run.over);
    key.running = running;
    let over: Vec<Running> = over;
    steps.extend(over.iter().map(|run| Step::Forget(run.event)));
    // Where a newer event takes the place of an older one, there are never many.
    let piles_up = flow.singleton.is_none() && flow.debounce.is_none();
    for mut event in std::mem::take(&mut key.waiting) {
        if let Some(fault) = event.fault.take() {
            steps.push(Step::Decline(event.event, "key_failed", fault));
        } else if piles_up && key.waiting.len() >= MOST {
            let message = format!("{MOST} events of the same key wait already");
            steps.push(Step::Decline(event.event, "overflow", message));
        } else {
            key.waiting.push(event);
        }
    }
    let gate = loop {
        let active = key.running.len();
        crowd_out(flow, &mut key, active, &mut steps);
        if let Some(gate) = closed(flow, &mut key, active, &mut steps) {
            break Some(gate);
        }
        let Some(events) = next(flow, &mut key) else {
            break None;
        };
        if let (true, Some(last)) = (flow.counts_runs(), events.last()) {
            key.running.push(Running {
                event: *last,
                run: RunId::from_u128(0),
                over: false,
                cancelled: false,
            });
        }
        if flow.throttle.is_some() {
            key.starts_ms.push(key.now_ms);
        }
        key.since_ms = None;
        steps.push(Step::Start(events));
    };
    if let Some(gate) = &gate {
        let fresh = key.waiting.iter().filter(|event| event.is_new);
        let held = |event: &Waiting| Step::Hold(event.event, gate.code, gate.message.clone());
        steps.extend(fresh.map(held));
    }
    let started = steps.iter().any(|step| matches!(step, Step::Start(_)));
    let counted = key.starts_ms.last().map(|last| last + window);
    let idle = (started || !key.running.is_empty()).then(|| key.now_ms + IDLE_MS);
    Decided {
        look_at_ms: gate.map(|gate| gate.until_ms).or(idle).or(counted),
        steps,
        since_ms: key.since_ms.filter(|_| !key.waiting.is_empty()),
        starts_ms: key.starts_ms,
    }
}

/// Declines the events that others have made pointless.
fn crowd_out(flow: &FlowControl, key: &mut Key, active: usize, steps: &mut Vec<Step>) {
    let all = key.waiting.len();
    let newest = all.saturating_sub(1);
    let (gone, code, message) = match (flow.singleton, flow.debounce) {
        (Some(Singleton::Skip), _) if active > 0 => {
            (0..all, "singleton", "a run of the same key is under way")
        }
        (_, Some(_)) => {
            let first = key.waiting.first().map(|event| event.at_ms);
            key.since_ms = key.since_ms.or(first);
            let message = "a newer event of the same key came before the pause was over";
            (0..newest, "debounced", message)
        }
        (Some(Singleton::Skip), None) => {
            let message = "an event of the same key came before";
            (all.min(1)..all, "singleton", message)
        }
        (Some(Singleton::Replace), None) => {
            let message = "a newer event of the same key took its place";
            (0..newest, "replaced", message)
        }
        (None, None) => return,
    };
    for late in key.waiting.drain(gone) {
        steps.push(Step::Decline(late.event, code, message.to_owned()));
    }
}

/// What the key waits for before anything can start.
fn closed(flow: &FlowControl, key: &mut Key, active: usize, steps: &mut Vec<Step>) -> Option<Gate> {
    let now_ms = key.now_ms;
    let (first, last) = (key.waiting.first()?, key.waiting.last()?);
    if let Some(debounce) = flow.debounce {
        let pause = last.at_ms + seconds(debounce.seconds);
        let since = key.since_ms.unwrap_or(first.at_ms);
        let longest = debounce.longest_seconds.map(|most| since + seconds(most));
        let until_ms = longest.map_or(pause, |longest| pause.min(longest));
        if until_ms > now_ms {
            let message = format!("nothing may come for {} s first", debounce.seconds);
            return Some(Gate {
                code: "debounce",
                message,
                until_ms,
            });
        }
    }
    if let Some(batch) = flow.batch {
        let until_ms = first.at_ms + seconds(batch.seconds);
        let bytes: usize = key.waiting.iter().map(|event| event.bytes).sum();
        let full = key.waiting.len() >= size(batch.size) || bytes >= BATCH_BYTES;
        if until_ms > now_ms && !full {
            let message = format!("up to {} events start one run", batch.size);
            return Some(Gate {
                code: "batch",
                message,
                until_ms,
            });
        }
    }
    if flow.at_a_time().is_some_and(|most| active >= most) {
        for run in &mut key.running {
            if flow.singleton == Some(Singleton::Replace) && !run.cancelled {
                run.cancelled = true;
                steps.push(Step::Cancel(run.event, run.run));
            }
        }
        let code = match flow.singleton {
            Some(_) => "singleton",
            None => "concurrency",
        };
        return Some(Gate {
            code,
            message: format!("as many runs of the same key are under way as may be: {active}"),
            until_ms: now_ms + LOOK_MS,
        });
    }
    let throttle = flow.throttle?;
    let before = key.starts_ms.len().checked_sub(size(throttle.count))?;
    let message = format!(
        "{} runs of the same key were started within {} s",
        throttle.count, throttle.seconds
    );
    key.starts_ms.get(before).map(|oldest| Gate {
        code: "throttle",
        message,
        until_ms: oldest + seconds(throttle.seconds),
    })
}

/// The events that start the next run.
fn next(flow: &FlowControl, key: &mut Key) -> Option<Vec<EventId>> {
    let taken = match flow.batch {
        Some(batch) => {
            let mut bytes = 0_usize;
            let fits = key.waiting.iter().take(size(batch.size)).take_while(|e| {
                bytes = bytes.saturating_add(e.bytes);
                bytes <= BATCH_BYTES
            });
            // One that is too large by itself goes alone.
            0..fits.count().max(1).min(key.waiting.len())
        }
        None => {
            let (first, _) = key.waiting.iter().enumerate().reduce(|best, event| {
                if event.1.priority > best.1.priority {
                    event
                } else {
                    best
                }
            })?;
            first..first + 1
        }
    };
    let events: Vec<EventId> = key.waiting.drain(taken).map(|event| event.event).collect();
    (!events.is_empty()).then_some(events)
}

/// In milliseconds.
fn seconds(seconds: u32) -> i64 {
    i64::from(seconds) * 1_000
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
