//! The model is assumed hijacked: one that obeys every instruction in what it reads meets published injections in mail, HTML,
//! attachments, invitations, pages, webhooks and memory. Nothing that serves their authors leaves without a person's yes, nothing
//! goes to their host, and what the person wanted is done all the same.
//!
//! Some of the workflows that the person drew take an address from a model, and allow the friend's and the person's own server:
//! nobody is asked about these, and about every other somebody is.

mod attacker;
mod cases;
mod documents;
mod evidence;
mod exchange;
mod home;
mod injections;
mod letters;
mod model;
mod person;

use crate::{Options, Statement};
use cases::Seen;
use futures::{StreamExt, stream};
use home::Home;
use injections::{Injection, Way};
use std::time::Duration;

/// How many injections are met when nobody says.
const SAMPLE: usize = 60;
/// How many are met at once.
const AT_ONCE: usize = 8;
/// What is on its way in the end gets there, if it can.
const LATE: Duration = Duration::from_secs(3);

/// Lets the model meet injections, and looks what came of it.
pub async fn prove(options: Options) -> Vec<Statement> {
    let most = options.injections.unwrap_or(SAMPLE);
    let injections = injections::sample(options.seed, most);
    let (memories, others): (Vec<_>, Vec<_>) = injections
        .into_iter()
        .partition(|one| one.way == Way::Memory);
    let home = Home::start(&options).await;
    let mut met = meet(&home, others, AT_ONCE).await;
    met.extend(meet(&home, memories, 1).await);
    let undisturbed = cases::undisturbed(&home).await;
    tokio::time::sleep(LATE).await;
    evidence::statements(&home, &met, undisturbed).await
}

async fn meet(home: &Home, injections: Vec<Injection>, at_once: usize) -> Vec<(Injection, Seen)> {
    let each = stream::iter(injections).map(|injection| async move {
        let seen = cases::meet(home, &injection).await;
        (injection, seen)
    });
    each.buffer_unordered(at_once).collect().await
}
