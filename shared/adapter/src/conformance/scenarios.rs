//! What every adapter does.

use super::Bench;
use crate::{Effect, Protocol, desk::PER_LANE};
use events::{AccountRejected, EffectOrigin, ErrorClass, Event};
use ids::{AccountId, TenantId};
use serde_json::Value;

/// How one adapter is driven and observed.
pub trait Specimen: Sync {
    /// Its protocol.
    type Protocol: Protocol;

    /// Settings, credentials and their hosts, for an account that works.
    fn account(&self) -> (Value, Value, Vec<String>);
    /// An effect that succeeds, and that the other side can be asked about.
    fn effect(
        &self,
        origin: EffectOrigin,
        account: AccountId,
    ) -> <Self::Protocol as Protocol>::Effect;
    /// How often the other side was given the effect with this key.
    fn receipts(&self, effect_key: &str) -> usize;
    /// Whether the other side recognises a repeat.
    fn is_idempotent(&self) -> bool;
}

/// Puts an adapter through everything that all adapters promise.
pub async fn conforms<S: Specimen>(bench: &mut Bench<S::Protocol>, specimen: &S) {
    let account = connected(bench, specimen).await;
    a_repeated_effect_happens_once(bench, specimen, account).await;
    an_interrupted_effect_is_never_silently_repeated(bench, specimen, account).await;
    an_intent_survives_a_crash(bench, specimen, account).await;
    what_has_no_room_in_memory_is_done_as_well(bench, specimen, account).await;
    another_tenants_account_does_not_exist(bench, specimen, account).await;
    credentials_of_another_context_are_refused(bench, specimen).await;
    a_removed_account_does_nothing(bench, specimen).await;
    an_account_is_not_lent_to_strangers(bench, specimen, account).await;
}

async fn connected<S: Specimen>(bench: &Bench<S::Protocol>, specimen: &S) -> AccountId {
    let (settings, credentials, hosts) = specimen.account();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    bench.connect(settings, &credentials, &hosts).await
}

async fn a_repeated_effect_happens_once<S: Specimen>(
    bench: &Bench<S::Protocol>,
    specimen: &S,
    account: AccountId,
) {
    let effect = specimen.effect(bench.origin("twice"), account);
    bench.request(&effect).await;
    let first = bench.answer("twice", 1).await;
    assert!(first.is_ok(), "{first:?}");
    bench.request(&effect).await;
    assert_eq!(bench.answer("twice", 2).await, first, "the recorded result");
    assert_eq!(specimen.receipts("twice"), 1);

    let foreign = specimen.effect(bench.origin("twice"), account);
    bench.request(&foreign).await;
    let key = foreign.origin().effect_key.clone();
    bench
        .request(&specimen.effect(bench.origin("after"), account))
        .await;
    assert!(bench.answer("after", 1).await.is_ok());
    assert_eq!(
        bench.state(&key).await,
        "confirmed",
        "another run's key is no use"
    );
    assert_eq!(specimen.receipts("twice"), 1);
}

async fn an_interrupted_effect_is_never_silently_repeated<S: Specimen>(
    bench: &mut Bench<S::Protocol>,
    specimen: &S,
    account: AccountId,
) {
    bench.crash().await;
    bench
        .request(&specimen.effect(bench.origin("interrupted"), account))
        .await;
    bench.interrupt("interrupted").await;
    bench.resume();
    let answer = bench.answer("interrupted", 1).await;
    if specimen.is_idempotent() {
        assert!(answer.is_ok(), "{answer:?}");
        assert_eq!(specimen.receipts("interrupted"), 1);
    } else {
        assert_eq!(answer.unwrap_err().class, ErrorClass::Unknown);
        assert_eq!(bench.state("interrupted").await, "unknown");
        assert_eq!(specimen.receipts("interrupted"), 0);
    }
}

async fn an_intent_survives_a_crash<S: Specimen>(
    bench: &mut Bench<S::Protocol>,
    specimen: &S,
    account: AccountId,
) {
    bench.crash().await;
    bench
        .request(&specimen.effect(bench.origin("intended"), account))
        .await;
    bench.resume();
    assert!(bench.answer("intended", 1).await.is_ok());
    assert_eq!(specimen.receipts("intended"), 1);
}

async fn what_has_no_room_in_memory_is_done_as_well<S: Specimen>(
    bench: &Bench<S::Protocol>,
    specimen: &S,
    account: AccountId,
) {
    let keys: Vec<String> = (0..2 * PER_LANE).map(|n| format!("many-{n}")).collect();
    for key in &keys {
        bench
            .request(&specimen.effect(bench.origin(key), account))
            .await;
    }
    for key in &keys {
        assert!(bench.answer(key, 1).await.is_ok(), "{key}");
        assert_eq!(specimen.receipts(key), 1, "{key}");
    }
}

async fn another_tenants_account_does_not_exist<S: Specimen>(
    bench: &Bench<S::Protocol>,
    specimen: &S,
    account: AccountId,
) {
    let effect = specimen.effect(bench.origin("foreign"), account);
    bench.request_of("elsewhere", &effect).await;
    let foreign = bench.answer("foreign", 1).await.unwrap_err();

    let effect = specimen.effect(bench.origin("nowhere"), AccountId::generate());
    bench.request(&effect).await;
    let missing = bench.answer("nowhere", 1).await.unwrap_err();
    assert_eq!(foreign.code, "account.unknown");
    assert_eq!(foreign.message, missing.message, "no telling them apart");
    assert_eq!(
        specimen.receipts("foreign") + specimen.receipts("nowhere"),
        0
    );
}

async fn credentials_of_another_context_are_refused<S: Specimen>(
    bench: &Bench<S::Protocol>,
    specimen: &S,
) {
    let (settings, credentials, hosts) = specimen.account();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let request = || bench.connect_request(settings.clone(), &credentials, &hosts);
    let of_another_account = request().sealed;

    let mut swapped = request();
    swapped.sealed = of_another_account;
    let mut older = request();
    older.version = 2;
    let mut elsewhere = request();
    let tenant = |name: &str| bus::Cause::root(name.parse::<TenantId>().unwrap());
    bench.publish(&tenant("default"), &swapped).await;
    bench.publish(&tenant("default"), &older).await;
    bench.publish(&tenant("elsewhere"), &elsewhere).await;
    for refused in [&swapped, &older, &elsewhere] {
        let rejected = rejected(bench, refused.account_id).await;
        assert_eq!(rejected["code"], "account.credentials_not_for_this");
    }

    elsewhere.account_id = AccountId::generate();
    elsewhere.sealed = Some(serde_json::json!({ "no": "seal" }));
    bench.publish(&tenant("default"), &elsewhere).await;
    rejected(bench, elsewhere.account_id).await;
}

async fn rejected<P: Protocol>(bench: &Bench<P>, account: AccountId) -> Value {
    let id = account.to_string();
    bench
        .hears::<AccountRejected>(|payload| payload["account_id"] == id.as_str())
        .await
}

async fn a_removed_account_does_nothing<S: Specimen>(bench: &Bench<S::Protocol>, specimen: &S) {
    let account = connected(bench, specimen).await;
    bench.remove(account).await;
    bench
        .request(&specimen.effect(bench.origin("removed"), account))
        .await;
    let error = bench.answer("removed", 1).await.unwrap_err();
    assert_eq!(error.code, "account.unknown");
    assert_eq!(specimen.receipts("removed"), 0);
}

/// Last, because the workflow stays shared.
async fn an_account_is_not_lent_to_strangers<S: Specimen>(
    bench: &Bench<S::Protocol>,
    specimen: &S,
    account: AccountId,
) {
    bench.share_workflow().await;
    let effect = specimen.effect(bench.origin("lent"), account);
    bench.request(&effect).await;
    let error = bench.answer("lent", 1).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Permission, "account.use_denied")
    );
    assert_eq!(
        specimen.receipts("lent"),
        0,
        "{}",
        <S::Protocol as Protocol>::Effect::TYPE
    );
}
