//! Who is asked, of all that the catalogue has.

use crate::{
    Catalogue, Endpoint, Fault, catalogue, figures,
    routing::{self, Offer, Refusal, UNKNOWN, Wish},
    store::tries::Figures,
};
use events::FellBack;
use ids::TenantId;
use std::sync::{Arc, PoisonError};
use tokio::time::Instant;

/// Servers that one call may try.
const MOST_SERVERS: usize = 4;

/// One model that may be asked.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) model: String,
}

/// Who is asked.
pub(crate) struct Choice {
    /// The first choice first; of each server one.
    pub(crate) candidates: Vec<Candidate>,
    /// Who would have been asked before, and why it is not.
    pub(crate) passed: Vec<FellBack>,
}

impl Catalogue {
    /// Who may answer such a call.
    ///
    /// # Errors
    /// `llm.not_configured`; `llm.model_unknown` with the names that are known; `llm.no_model_fits` and
    /// `llm.question_too_long` when no model does for this call.
    pub(crate) async fn choose(&self, tenant: &TenantId, wish: &Wish<'_>) -> Result<Choice, Fault> {
        if let Ok(choice) = self.find(tenant, wish)
            && choice.has_named()
        {
            return Ok(choice);
        }
        // It may have been connected just now.
        self.refresh().await.map_err(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "accounts not read"
            );
            Fault::storage()
        })?;
        self.find(tenant, wish).map_err(|refusal| {
            let known = catalogue::names(&self.entries(tenant));
            let need = wish.need.copied().unwrap_or_default();
            match (refusal, wish.model) {
                (Refusal::TooLong { tokens, room }, _) => Fault::no_room(tokens, room),
                (Refusal::Unfit { unmet, lacking }, _) => {
                    Fault::no_model_fits(&need, &unmet, &lacking)
                }
                (Refusal::Nobody, Some(model)) if !known.is_empty() => {
                    Fault::model_unknown(model, &known)
                }
                (Refusal::Nobody, _) if self.is_silent(tenant) => Fault::no_models(),
                (Refusal::Nobody, _) => Fault::not_configured(),
            }
        })
    }

    fn find(&self, tenant: &TenantId, wish: &Wish<'_>) -> Result<Choice, Refusal> {
        let candidates = self.candidates(tenant);
        let offers: Vec<Offer> = {
            let figures = self.figures.read().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let offer = |(candidate, is_usual): &(Candidate, bool)| {
                candidate.offer(tenant, *is_usual, (&figures, now))
            };
            candidates.iter().map(offer).collect()
        };
        let route = routing::route(&offers, wish)?;
        let mut chosen: Vec<Candidate> = Vec::new();
        let ordered = route.order.iter().filter_map(|at| candidates.get(*at));
        for (candidate, _) in ordered {
            let is_asked = chosen.iter().any(|known| known.is_beside(candidate));
            if !is_asked && chosen.len() < MOST_SERVERS {
                chosen.push(candidate.clone());
            }
        }
        Ok(Choice {
            candidates: chosen,
            passed: route.passed,
        })
    }

    /// All models of the tenant in the order of their accounts, and whether each is asked unnamed.
    fn candidates(&self, tenant: &TenantId) -> Vec<(Candidate, bool)> {
        let endpoints = self.endpoints();
        let serving = endpoints.iter().filter(|endpoint| endpoint.serves(tenant));
        let models = serving.flat_map(|endpoint| {
            let usual = endpoint.usual();
            let models = endpoint.models().into_iter().enumerate();
            models.map(move |(at, model)| {
                let endpoint = Arc::clone(endpoint);
                (Candidate { endpoint, model }, at < usual)
            })
        });
        models.collect()
    }

    /// A server is configured, but names no model.
    fn is_silent(&self, tenant: &TenantId) -> bool {
        self.endpoints().iter().any(|known| known.serves(tenant))
    }
}

impl Choice {
    /// The model that was named is known, if one was.
    fn has_named(&self) -> bool {
        self.passed.iter().all(|passed| passed.code != UNKNOWN)
    }
}

impl Candidate {
    /// Of the same server.
    fn is_beside(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.endpoint, &other.endpoint)
    }

    fn offer(
        &self,
        tenant: &TenantId,
        is_usual: bool,
        (figures, now): (&Figures, Instant),
    ) -> Offer {
        let settings = self.endpoint.settings();
        let measured = figures::measured(figures, tenant, &self.endpoint, &self.model);
        let (input, output) = (settings.input_price, settings.output_price);
        Offer {
            model: self.model.clone(),
            account: self.endpoint.account().map(|account| account.id),
            is_usual,
            privacy: settings.privacy_of(&self.model),
            context_tokens: settings.context_tokens,
            price_micros: figures::micros(input) + figures::micros(output),
            p95_ms: measured.as_ref().and_then(figures::judged_p95),
            rests: self.endpoint.rest().remaining(now),
        }
    }
}
