//! What is told of the models, and when it is news. Pure.

use crate::{Endpoint, store::tries::Figures};
use events::{LlmModel, Measured};
use ids::TenantId;
use std::{sync::Arc, time::Duration};

/// Answers without which a p95 says nothing.
const ENOUGH: u64 = 5;
/// Most models that are told of one tenant: servers that resell others' list hundreds, and an event has its bound.
const MOST: usize = 300;
/// Figures that are only a little older are told this late.
const STALE: Duration = Duration::from_secs(300);

/// All models that a tenant may use, in the order in which they are asked.
pub(crate) fn entries(
    endpoints: &[Arc<Endpoint>],
    tenant: &TenantId,
    figures: &Figures,
) -> Vec<LlmModel> {
    let serving = endpoints.iter().filter(|endpoint| endpoint.serves(tenant));
    let models = serving.flat_map(|endpoint| {
        let names = endpoint.models().into_iter();
        names.map(|name| entry(endpoint, name, tenant, figures))
    });
    models.take(MOST).collect()
}

fn entry(endpoint: &Endpoint, name: String, tenant: &TenantId, figures: &Figures) -> LlmModel {
    let settings = endpoint.settings();
    let account_id = endpoint.account().map(|account| account.id);
    LlmModel {
        account_id,
        protocol: settings.protocol.name().to_owned(),
        privacy: settings.privacy_of(&name),
        context_tokens: settings.context_tokens,
        input_price_micros: micros(settings.input_price),
        output_price_micros: micros(settings.output_price),
        measured: measured(figures, tenant, endpoint, &name),
        name,
    }
}

/// What was measured of a model.
pub(crate) fn measured(
    figures: &Figures,
    tenant: &TenantId,
    endpoint: &Endpoint,
    model: &str,
) -> Option<Measured> {
    let account = endpoint.account().map(|account| account.id);
    let key = (tenant.clone(), account, model.to_owned());
    figures.get(&key).copied()
}

/// The time to judge a model by, where enough answers were measured.
pub(crate) fn judged_p95(measured: &Measured) -> Option<u64> {
    let answers = measured.calls.saturating_sub(measured.failures);
    measured.p95_ms.filter(|_| answers >= ENOUGH)
}

/// Millionths of a dollar: the settings are in dollars, checked to be neither negative nor huge.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the settings were checked"
)]
pub(crate) fn micros(dollars: f64) -> u64 {
    (dollars * 1_000_000.0).round() as u64
}

/// Whether what is known now must be told, when `told` was told so long ago.
pub(crate) fn is_news(told: &[LlmModel], now: &[LlmModel], since: Duration) -> bool {
    let is_same_model = |told: &LlmModel, now: &LlmModel| {
        let bare = |model: &LlmModel| LlmModel {
            measured: None,
            ..model.clone()
        };
        bare(told) == bare(now)
    };
    let mut pairs = told.iter().zip(now);
    let is_same = told.len() == now.len() && pairs.all(|(told, now)| is_same_model(told, now));
    let mut pairs = told.iter().zip(now);
    !is_same
        || pairs.any(|(told, now)| differ(told.measured.as_ref(), now.measured.as_ref()))
        || (since >= STALE && told != now)
}

/// By more than a fifth.
fn differ(told: Option<&Measured>, now: Option<&Measured>) -> bool {
    let (Some(told), Some(now)) = (told, now) else {
        return told.is_some() != now.is_some();
    };
    let count = |number: u64| Some(to_float(number));
    let pairs = [
        (count(told.calls), count(now.calls)),
        (count(told.failures), count(now.failures)),
        (told.tokens_per_second, now.tokens_per_second),
        (told.p50_ms.map(to_float), now.p50_ms.map(to_float)),
        (told.p95_ms.map(to_float), now.p95_ms.map(to_float)),
    ];
    pairs.into_iter().any(|pair| match pair {
        (Some(told), Some(now)) => (told - now).abs() > told.max(now) / 5.0,
        (told, now) => told.is_some() != now.is_some(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a fifth of it is what counts")]
const fn to_float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Privacy;

    fn model(measured: Option<Measured>) -> LlmModel {
        LlmModel {
            name: "m".into(),
            account_id: None,
            protocol: "openai".into(),
            privacy: Privacy::Remote,
            context_tokens: None,
            input_price_micros: 0,
            output_price_micros: 0,
            measured,
        }
    }

    fn after(calls: u64, p95_ms: u64) -> Measured {
        Measured {
            calls,
            failures: 0,
            tokens_per_second: Some(10.0),
            p50_ms: Some(100),
            p95_ms: Some(p95_ms),
        }
    }

    fn is_told(told: Option<Measured>, now: Option<Measured>, seconds: u64) -> bool {
        is_news(&[model(told)], &[model(now)], Duration::from_secs(seconds))
    }

    #[test]
    fn figures_are_told_when_they_changed_by_a_fifth_or_five_minutes_ago() {
        let told = Some(after(100, 1_000));
        assert!(!is_told(told, told, 3_600));
        assert!(!is_told(told, Some(after(110, 1_100)), 60));
        assert!(is_told(told, Some(after(110, 1_100)), 300));
        assert!(is_told(told, Some(after(110, 1_300)), 0));
        assert!(is_told(told, Some(after(110, 700)), 0));
        assert!(is_told(told, Some(after(200, 1_000)), 0));
        assert!(is_told(None, told, 0));
        assert!(is_told(told, None, 0));
    }

    #[test]
    fn whatever_else_changes_is_told_at_once() {
        let dearer = LlmModel {
            input_price_micros: 1,
            ..model(None)
        };
        assert!(is_news(&[model(None)], &[dearer], Duration::ZERO));
        assert!(is_news(&[model(None)], &[], Duration::ZERO));
        assert!(!is_news(&[], &[], Duration::MAX));
    }

    #[test]
    fn a_few_answers_say_nothing_about_the_slowest() {
        assert_eq!(judged_p95(&after(4, 900)), None);
        assert_eq!(judged_p95(&after(5, 900)), Some(900));
        let failing = Measured {
            failures: 3,
            ..after(7, 900)
        };
        assert_eq!(judged_p95(&failing), None);
    }
}
