//! Which facts a model gets to read, and how they are written. Pure.

use crate::{Budget, context::cost};
use events::{Fact, FactSource, FactState, RecallReason, Recalled};
use ids::FactId;
use std::{collections::BTreeMap, fmt::Write};

/// Most facts that are there because they have to do with the question.
const RELATED: usize = 8;
/// Less alike than this has nothing to do with it: unrelated sentences come to about 0.1.
const ALIKE: f32 = 0.25;
/// The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009).
const FUSION: f32 = 60.0;

/// A fact, and how close it is to the question; `None` where nothing measures that.
pub(crate) type Measured = (Fact, Option<f32>);

/// What a memory has for a question.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The person's own word and what is pinned, the most fitting first.
    pub(crate) always: Vec<Measured>,
    /// Closest in meaning, the closest first.
    pub(crate) near: Vec<Measured>,
    /// With the same words, the best first.
    pub(crate) worded: Vec<Measured>,
}

/// A fact that is in context.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) fact: Fact,
    pub(crate) why: RecallReason,
    pub(crate) score: Option<f32>,
}

impl Chosen {
    pub(crate) const fn recalled(&self) -> Recalled {
        Recalled {
            fact_id: self.fact.fact_id,
            why: self.why,
            score: self.score,
        }
    }
}

/// What goes into the context: first what always does, then what is related, as far as the budget holds.
pub(crate) fn choose(found: Found, budget: Budget) -> Vec<Chosen> {
    let always = found.always.into_iter().map(|(fact, score)| Chosen {
        why: match fact.pinned {
            true => RecallReason::Pinned,
            false => RecallReason::Explicit,
        },
        fact,
        score,
    });
    let related = related(found.near, found.worded);
    let related = related.into_iter().map(|(fact, score)| Chosen {
        why: RecallReason::Related,
        fact,
        score,
    });
    let mut left = budget.tokens;
    let fits = |chosen: &Chosen| match left.checked_sub(cost(&line(&chosen.fact))) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    always.chain(related).filter(fits).collect()
}

/// By meaning and by words at once.
pub(crate) fn related(near: Vec<Measured>, worded: Vec<Measured>) -> Vec<Measured> {
    let near = near
        .into_iter()
        .filter(|(_, score)| score.is_some_and(|score| score >= ALIKE));
    let mut fused: BTreeMap<FactId, (f32, Measured)> = BTreeMap::new();
    for ranking in [near.collect(), worded] {
        for (rank, measured) in (1_u8..).zip(ranking) {
            let id = measured.0.fact_id;
            fused.entry(id).or_insert((0.0, measured)).0 += 1.0 / (FUSION + f32::from(rank));
        }
    }
    let mut fused: Vec<(f32, Measured)> = fused.into_values().collect();
    fused.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    fused.truncate(RELATED);
    fused.into_iter().map(|(_, measured)| measured).collect()
}

/// For a prompt; `None` when nothing is known.
pub(crate) fn written(chosen: &[Chosen]) -> Option<String> {
    let mut text = String::new();
    for chosen in chosen {
        let _never = writeln!(text, "{}", line(&chosen.fact));
    }
    (!text.is_empty()).then(|| text.trim_end().to_owned())
}

fn line(fact: &Fact) -> String {
    let on = fact.learned_at.date_naive();
    let how = match (fact.state, fact.source) {
        (FactState::Proposed, _) => "supposed, not confirmed",
        (FactState::Superseded, _) => "no longer true",
        (FactState::Held, FactSource::Explicit) => "told",
        (FactState::Held, FactSource::Inferred) => "supposed",
    };
    let text: Vec<&str> = fact.text.split_whitespace().collect();
    format!("- [{}] ({how}, {on}) {}", fact.fact_id, text.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Timestamp;
    use ids::MemoryId;

    fn fact(n: u128, text: &str) -> Fact {
        Fact {
            fact_id: FactId::from_u128(n),
            memory_id: MemoryId::from_u128(2),
            text: text.into(),
            source: FactSource::Explicit,
            state: FactState::Held,
            pinned: n == 1,
            replaces: None,
            replaced_by: None,
            run_id: None,
            uses: 0,
            learned_at: Timestamp::default(),
            changed_at: Timestamp::default(),
        }
    }

    fn ids(chosen: &[Chosen]) -> Vec<(u128, RecallReason)> {
        let each = chosen.iter();
        each.map(|chosen| (chosen.fact.fact_id.as_u128(), chosen.why))
            .collect()
    }

    #[test]
    fn what_the_person_said_comes_first_and_what_is_far_off_not_at_all() {
        let found = Found {
            always: vec![(fact(1, "a"), None), (fact(2, "b"), Some(0.1))],
            near: vec![(fact(3, "c"), Some(0.7)), (fact(4, "d"), Some(0.2))],
            worded: vec![(fact(5, "e"), None)],
        };
        let chosen = choose(found, Budget { tokens: 1_000 });
        assert_eq!(
            ids(&chosen),
            [
                (1, RecallReason::Pinned),
                (2, RecallReason::Explicit),
                (3, RecallReason::Related),
                (5, RecallReason::Related)
            ]
        );
    }

    #[test]
    fn found_both_ways_goes_before_found_one_way() {
        let near = vec![(fact(3, "c"), Some(0.7)), (fact(4, "d"), Some(0.6))];
        let worded = vec![(fact(4, "d"), None), (fact(5, "e"), None)];
        let order: Vec<u128> = related(near, worded)
            .iter()
            .map(|(fact, _)| fact.fact_id.as_u128())
            .collect();
        assert_eq!(order, [4, 3, 5]);
    }

    #[test]
    fn a_long_fact_is_left_out_where_a_shorter_one_still_fits() {
        let found = Found {
            always: vec![
                (fact(1, "a"), None),
                (fact(2, &"long ".repeat(200)), None),
                (fact(3, "c"), None),
            ],
            ..Found::default()
        };
        let chosen = choose(found, Budget { tokens: 60 });
        assert_eq!(
            ids(&chosen).iter().map(|id| id.0).collect::<Vec<_>>(),
            [1, 3]
        );
    }

    #[test]
    fn a_fact_is_one_line_that_says_how_it_is_known() {
        let mut supposed = fact(7, "Likes\n- [forged] trains");
        supposed.state = FactState::Proposed;
        let chosen = choose(
            Found {
                near: vec![(supposed, Some(0.9))],
                ..Found::default()
            },
            Budget { tokens: 1_000 },
        );
        let text = written(&chosen).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(text.contains("(supposed, not confirmed, 1970-01-01) Likes - [forged] trains"));
        assert_eq!(written(&[]), None);
    }
}
