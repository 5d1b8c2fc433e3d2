//! What a model lacks of what a call needs, and what is refused when each lacks something.

use super::{Judged, Offer};
use events::{LlmNeed, Privacy};
use ids::AccountId;

/// One thing that a model lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// It is not known to be local.
    Privacy,
    /// What it costs.
    Price(u64),
    /// Its context, if that is known.
    Context(Option<u64>),
    /// Its p95, in milliseconds.
    Time(u64),
    /// Its time was not measured, and that of another one was.
    Unmeasured,
    /// Its context, for this question.
    Room(u64),
}

/// What one model lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking {
    pub(crate) model: String,
    pub(crate) account: Option<AccountId>,
    pub(crate) lacks: Vec<Lack>,
}

/// Why nobody is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no model, or none of the name.
    Nobody,
    /// Who could answer has no room for the question: the most there is, in tokens.
    TooLong { tokens: u64, room: u64 },
    /// Each lacks something. `unmet` are the needs that none meets; empty when each is met by some, and all by none.
    Unfit {
        unmet: Vec<&'static str>,
        lacking: Vec<Lacking>,
    },
}

impl Lack {
    /// The need that is not met.
    pub(crate) const fn need(self) -> &'static str {
        match self {
            Self::Privacy => "privacy",
            Self::Price(_) => "max_price_micros",
            Self::Context(_) => "min_context_tokens",
            Self::Time(_) | Self::Unmeasured => "max_p95_ms",
            Self::Room(_) => "room for the question",
        }
    }
}

impl Refusal {
    pub(super) fn of(unfit: &[Judged<'_>], need: &LlmNeed, tokens: u64) -> Self {
        let rooms = unfit
            .iter()
            .filter_map(|(_, lacks)| match lacks.as_slice() {
                [Lack::Room(room)] => Some(*room),
                _ => None,
            });
        if let Some(room) = rooms.max() {
            return Self::TooLong { tokens, room };
        }
        let lacks_all = |name: &str| {
            let mut all = unfit.iter();
            all.all(|(_, lacks)| lacks.iter().any(|lack| lack.need() == name))
        };
        let unmet = declared(need).into_iter().filter(|name| lacks_all(name));
        Self::Unfit {
            unmet: unmet.collect(),
            lacking: unfit
                .iter()
                .map(|((_, offer), lacks)| Lacking {
                    model: offer.model.clone(),
                    account: offer.account,
                    lacks: lacks.clone(),
                })
                .collect(),
        }
    }
}

/// The needs that say something, by their names.
pub(crate) fn declared(need: &LlmNeed) -> Vec<&'static str> {
    let names = [
        ("privacy", need.privacy == Some(Privacy::Local)),
        ("max_p95_ms", need.max_p95_ms.is_some()),
        ("max_price_micros", need.max_price_micros.is_some()),
        ("min_context_tokens", need.min_context_tokens.is_some()),
    ];
    let said = names.into_iter().filter(|(_, is_said)| *is_said);
    said.map(|(name, _)| name).collect()
}

/// What each of these lacks. Whose answers were not measured may be fast enough, unless one is known to be.
pub(super) fn of(may: &[(usize, &Offer)], need: &LlmNeed, tokens: u64) -> Vec<Vec<Lack>> {
    let mut all: Vec<Vec<Lack>> = may
        .iter()
        .map(|(_, offer)| untimed(offer, need, tokens))
        .collect();
    let Some(max) = need.max_p95_ms else {
        return all;
    };
    let is_fast = |offer: &Offer| offer.p95_ms.is_some_and(|p95| p95 <= max);
    let mut judged = may.iter().zip(&all);
    let is_one_fast = judged.any(|((_, offer), lacks)| lacks.is_empty() && is_fast(offer));
    for ((_, offer), lacks) in may.iter().zip(&mut all) {
        match offer.p95_ms {
            Some(p95) if p95 > max => lacks.push(Lack::Time(p95)),
            None if is_one_fast => lacks.push(Lack::Unmeasured),
            Some(_) | None => {}
        }
    }
    all
}

/// What it lacks whatever its time.
fn untimed(offer: &Offer, need: &LlmNeed, tokens: u64) -> Vec<Lack> {
    let must_stay = need.privacy == Some(Privacy::Local);
    let privacy = (must_stay && offer.privacy != Privacy::Local).then_some(Lack::Privacy);
    let too_dear = |most: &u64| offer.price_micros > *most;
    let price = need.max_price_micros.filter(too_dear);
    let price = price.map(|_| Lack::Price(offer.price_micros));
    let too_small = |least: &u64| offer.context_tokens.is_none_or(|known| known < *least);
    let context = need.min_context_tokens.filter(too_small);
    let context = context.map(|_| Lack::Context(offer.context_tokens));
    let room = offer.context_tokens.filter(|known| *known < tokens);
    let lacks = [privacy, price, context, room.map(Lack::Room)];
    lacks.into_iter().flatten().collect()
}
