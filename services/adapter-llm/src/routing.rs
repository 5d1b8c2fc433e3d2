//! Which models a call may be answered by, the first choice first. Pure.
//!
//! A model that is named is the first choice, then healthy servers come before those that rest, then what the need sorts by
//! (price, then the time of answers), then the older account. Without a need a call is not passed on as widely:
//!
//! | model | need | who may answer |
//! |---|---|---|
//! | – | – | each model that is asked unnamed; only local ones where the first of them is local |
//! | named | – | the first server that has it, and no other: who names a model wants this one |
//! | – | some | each model that is asked unnamed and meets the need |
//! | named | some | the same, the named one first |

mod lack;
#[cfg(test)]
mod tests;

pub(crate) use lack::{Lack, Lacking, Refusal, declared};

use events::{FellBack, LlmNeed, Privacy};
use ids::AccountId;
use std::time::Duration;

/// Of a model that was named, when no server has it.
pub(crate) const UNKNOWN: &str = "llm.model_unknown";

/// What is known of a model when a call comes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Offer {
    pub(crate) model: String,
    /// Absent for the operator's server.
    pub(crate) account: Option<AccountId>,
    /// It is asked without being named: somebody configured it, or it is the first that its server lists.
    pub(crate) is_usual: bool,
    pub(crate) privacy: Privacy,
    pub(crate) context_tokens: Option<u64>,
    /// For a million tokens in and a million out, in millionths of a dollar.
    pub(crate) price_micros: u64,
    /// Absent where too few answers were measured.
    pub(crate) p95_ms: Option<u64>,
    /// For how long its server is left alone after it failed.
    pub(crate) rests: Option<Duration>,
}

/// What a call asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'a> {
    pub(crate) model: Option<&'a str>,
    pub(crate) need: Option<&'a LlmNeed>,
    /// A guess at the length of the question.
    pub(crate) tokens: u64,
}

/// Who is asked.
#[derive(Debug, PartialEq)]
pub(crate) struct Route {
    /// Places among the offers, the first choice first; never empty.
    pub(crate) order: Vec<usize>,
    /// Who would have been asked before, and why it is not.
    pub(crate) passed: Vec<FellBack>,
}

/// Chooses among `offers`, which stand in the order of their accounts.
pub(crate) fn route(offers: &[Offer], wish: &Wish<'_>) -> Result<Route, Refusal> {
    let free = LlmNeed::default();
    let need = wish.need.unwrap_or(&free);
    let may = may_answer(offers, wish);
    if may.is_empty() {
        return Err(Refusal::Nobody);
    }
    let lacks = lack::of(&may, need, wish.tokens);
    let judged = may.into_iter().zip(lacks);
    let (mut fit, unfit): (Vec<Judged<'_>>, Vec<Judged<'_>>) =
        judged.partition(|(_, lacks)| lacks.is_empty());
    fit.sort_by_key(|((at, offer), _)| {
        let by_price = need.max_price_micros.map(|_| offer.price_micros);
        let by_time = need.max_p95_ms.map(|_| offer.p95_ms.unwrap_or(u64::MAX));
        (!offer.is_named(wish), by_price, by_time, *at)
    });
    let mut order: Vec<(usize, &Offer)> = fit.iter().map(|(found, _)| *found).collect();
    order.sort_by_key(|(_, offer)| offer.rests);
    let Some(&(first, chosen)) = order.first() else {
        return Err(Refusal::of(&unfit, need, wish.tokens));
    };
    let mut passed = unknown(offers, wish);
    passed.extend(passed_unfit(&unfit, first, wish));
    let waits = |offer: &Offer| offer.rests.is_some() && chosen.rests.is_none();
    let resting = fit.iter().take_while(|((_, offer), _)| waits(offer));
    passed.extend(resting.map(|((_, offer), _)| offer.passed("llm.resting")));
    Ok(Route {
        order: order.into_iter().map(|(at, _)| at).collect(),
        passed,
    })
}

type Judged<'a> = ((usize, &'a Offer), Vec<Lack>);

/// Those among which a need chooses; the table of the module.
fn may_answer<'a>(offers: &'a [Offer], wish: &Wish<'_>) -> Vec<(usize, &'a Offer)> {
    let all = || offers.iter().enumerate();
    if wish.need.is_none() && wish.model.is_some() {
        let named = all().find(|(_, offer)| offer.is_named(wish));
        return named.into_iter().collect();
    }
    let usual = all().find(|(_, offer)| offer.is_usual);
    let is_local = usual.is_some_and(|(_, offer)| offer.privacy == Privacy::Local);
    let stays = wish.need.is_none() && is_local;
    all()
        .filter(|(_, offer)| offer.is_usual || offer.is_named(wish))
        .filter(|(_, offer)| !stays || offer.privacy == Privacy::Local)
        .collect()
}

/// The model that was wished for, when no server has it.
fn unknown(offers: &[Offer], wish: &Wish<'_>) -> Vec<FellBack> {
    let is_known = offers.iter().any(|offer| offer.is_named(wish));
    let name = wish.model.filter(|_| !is_known);
    let passed = name.map(|name| FellBack {
        model: name.to_owned(),
        account_id: None,
        code: UNKNOWN.to_owned(),
    });
    passed.into_iter().collect()
}

/// Those that were wished for, or by their order would have been asked first, and cannot answer this.
fn passed_unfit(unfit: &[Judged<'_>], first: usize, wish: &Wish<'_>) -> Vec<FellBack> {
    let is_passed = |at: usize, offer: &Offer| match (wish.model, wish.need) {
        (Some(_), _) => offer.is_named(wish),
        (None, None) => at < first,
        (None, Some(_)) => false,
    };
    let unfit = unfit
        .iter()
        .filter(|((at, offer), _)| is_passed(*at, offer));
    let passed = unfit.map(|((_, offer), lacks)| {
        let is_room = lacks.iter().all(|lack| matches!(lack, Lack::Room(_)));
        offer.passed(match is_room {
            true => "llm.question_too_long",
            false => "llm.need_unmet",
        })
    });
    passed.collect()
}

impl Offer {
    fn is_named(&self, wish: &Wish<'_>) -> bool {
        wish.model == Some(self.model.as_str())
    }

    fn passed(&self, code: &str) -> FellBack {
        FellBack {
            model: self.model.clone(),
            account_id: self.account,
            code: code.to_owned(),
        }
    }
}
