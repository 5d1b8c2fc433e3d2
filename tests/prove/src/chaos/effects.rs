//! I11, I12: what arrived outside was meant, and what must not be repeated was not.

use super::{
    evidence::{Evidence, Receipt},
    ledger::Kind,
};
use crate::Statement;
use events::RunEvent;
use ids::RunId;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(evidence: &Evidence) -> Vec<Statement> {
    let intents = intents(evidence);
    vec![
        each_receipt_was_meant(evidence, &intents),
        attempts_share_their_key(evidence),
        what_was_confirmed_arrived(evidence, &intents),
        what_must_not_be_repeated_was_not(evidence),
    ]
}

/// Effects in run logs, by key.
fn intents(evidence: &Evidence) -> BTreeMap<&str, RunId> {
    let mut intents = BTreeMap::new();
    for (run, log) in &evidence.logs {
        for event in log.events() {
            if let RunEvent::EffectRequested { effect_key, .. } = event {
                intents.insert(effect_key.as_str(), *run);
            }
        }
    }
    intents
}

fn each_receipt_was_meant(evidence: &Evidence, intents: &BTreeMap<&str, RunId>) -> Statement {
    let stray = evidence.receipts.iter().filter(|receipt| {
        let key = receipt.effect_key.as_deref();
        key.is_none_or(|key| !intents.contains_key(key))
    });
    let found: Vec<String> = stray
        .map(
            |Receipt {
                 key,
                 node,
                 effect_key,
                 ..
             }| {
                format!("{node} of {key} arrived under effect key {effect_key:?}, which no log has")
            },
        )
        .collect();
    let distinct: BTreeSet<_> = evidence
        .receipts
        .iter()
        .map(|receipt| &receipt.effect_key)
        .collect();
    let figure = format!(
        "{} receipts of {} effects",
        evidence.receipts.len(),
        distinct.len()
    );
    Statement::of("I11-receipt-was-meant", figure, &found)
}

fn attempts_share_their_key(evidence: &Evidence) -> Statement {
    let mut keys: BTreeMap<(&str, &str), BTreeSet<&Option<String>>> = BTreeMap::new();
    for receipt in &evidence.receipts {
        keys.entry((&receipt.key, &receipt.node))
            .or_default()
            .insert(&receipt.effect_key);
    }
    let several = keys.iter().filter(|(_, keys)| keys.len() > 1);
    let found: Vec<String> = several
        .map(|((key, node), keys)| format!("{node} of {key} arrived under the keys {keys:?}"))
        .collect();
    let again = evidence.receipts.len() - keys.len();
    Statement::of(
        "I11-attempts-share-a-key",
        format!("{} effects, {again} repeats", keys.len()),
        &found,
    )
}

fn what_was_confirmed_arrived(evidence: &Evidence, intents: &BTreeMap<&str, RunId>) -> Statement {
    let arrived: BTreeSet<&str> = evidence
        .receipts
        .iter()
        .filter_map(|receipt| receipt.effect_key.as_deref())
        .collect();
    let mut found = Vec::new();
    let mut confirmed = 0;
    for (key, effect) in &evidence.effects {
        if !intents.contains_key(key.as_str()) {
            found.push(format!(
                "effect {key} of run {} is in the ledger and in no log",
                effect.run
            ));
        }
        if effect.state == "confirmed" {
            confirmed += 1;
            if !arrived.contains(key.as_str()) {
                found.push(format!(
                    "effect {key} of run {} is confirmed and never arrived",
                    effect.run
                ));
            }
        }
    }
    Statement::of(
        "I11-confirmed-has-receipt",
        format!("{confirmed} confirmed"),
        &found,
    )
}

fn what_must_not_be_repeated_was_not(evidence: &Evidence) -> Statement {
    let mut arrived: BTreeMap<&str, u32> = BTreeMap::new();
    for receipt in evidence
        .receipts
        .iter()
        .filter(|receipt| receipt.method == "POST")
    {
        *arrived.entry(&receipt.key).or_default() += 1;
    }
    let twice = arrived.iter().filter(|(_, times)| **times > 1);
    let found: Vec<String> = twice
        .map(|(key, times)| format!("{key} arrived {times} times"))
        .collect();
    let unknown = evidence
        .effects
        .values()
        .filter(|effect| effect.state == "unknown")
        .count();
    let figure = format!(
        "{} calls of {}, {unknown} left to a person",
        arrived.len(),
        Kind::Once.name()
    );
    Statement::of("I12-once-is-once", figure, &found)
}
