use super::*;

fn offer(model: &str) -> Offer {
    Offer {
        model: model.to_owned(),
        account: None,
        is_usual: true,
        privacy: Privacy::Remote,
        context_tokens: None,
        price_micros: 0,
        p95_ms: None,
        rests: None,
    }
}

fn local(model: &str) -> Offer {
    Offer {
        privacy: Privacy::Local,
        ..offer(model)
    }
}

fn timed(model: &str, p95_ms: u64) -> Offer {
    Offer {
        p95_ms: Some(p95_ms),
        ..offer(model)
    }
}

fn priced(model: &str, price_micros: u64) -> Offer {
    Offer {
        price_micros,
        ..offer(model)
    }
}

fn roomy(model: &str, context_tokens: u64) -> Offer {
    Offer {
        context_tokens: Some(context_tokens),
        ..offer(model)
    }
}

fn resting(offer: Offer, seconds: u64) -> Offer {
    Offer {
        rests: Some(Duration::from_secs(seconds)),
        ..offer
    }
}

/// The names in their order, then `name: code` of who was passed over; a refusal as it is.
fn routed(
    offers: &[Offer],
    model: Option<&str>,
    need: Option<LlmNeed>,
    tokens: u64,
) -> Result<(String, String), Refusal> {
    let wish = Wish {
        model,
        need: need.as_ref(),
        tokens,
    };
    let route = route(offers, &wish)?;
    let order = route.order.iter().map(|at| offers[*at].model.as_str());
    let passed = route.passed.iter();
    let passed = passed.map(|passed| format!("{}: {}", passed.model, passed.code));
    let order: Vec<_> = order.collect();
    Ok((order.join(" "), passed.collect::<Vec<_>>().join(", ")))
}

fn order(offers: &[Offer], model: Option<&str>, need: Option<LlmNeed>) -> String {
    routed(offers, model, need, 0).unwrap().0
}

fn stays() -> Option<LlmNeed> {
    Some(LlmNeed {
        privacy: Some(Privacy::Local),
        ..LlmNeed::default()
    })
}

fn within(max_p95_ms: u64) -> Option<LlmNeed> {
    Some(LlmNeed {
        max_p95_ms: Some(max_p95_ms),
        ..LlmNeed::default()
    })
}

fn costs(max_price_micros: u64) -> Option<LlmNeed> {
    Some(LlmNeed {
        max_price_micros: Some(max_price_micros),
        ..LlmNeed::default()
    })
}

fn takes(min_context_tokens: u64) -> Option<LlmNeed> {
    Some(LlmNeed {
        min_context_tokens: Some(min_context_tokens),
        ..LlmNeed::default()
    })
}

fn anything() -> Option<LlmNeed> {
    Some(LlmNeed::default())
}

#[test]
fn unnamed_and_without_need_the_accounts_are_asked_in_their_order() {
    assert_eq!(order(&[offer("a"), offer("b")], None, None), "a b");
    let listed = Offer {
        is_usual: false,
        ..offer("listed")
    };
    assert_eq!(order(&[offer("a"), listed, offer("b")], None, None), "a b");
}

#[test]
fn what_was_meant_for_a_local_model_is_passed_on_to_a_remote_one_only_by_a_need() {
    let offers = [local("mine"), offer("theirs"), local("too")];
    assert_eq!(order(&offers, None, None), "mine too");
    assert_eq!(order(&offers, None, anything()), "mine theirs too");
    assert_eq!(order(&offers, None, stays()), "mine too");
    let remote_first = [offer("theirs"), local("mine")];
    assert_eq!(order(&remote_first, None, None), "theirs mine");
    let down = [resting(local("mine"), 30), offer("theirs")];
    assert_eq!(order(&down, None, None), "mine");
}

#[test]
fn who_names_a_model_gets_this_one_and_with_a_need_it_is_only_the_first() {
    let offers = [offer("a"), offer("b"), local("b")];
    assert_eq!(order(&offers, Some("b"), None), "b");
    assert_eq!(order(&offers, Some("b"), anything()), "b b a");
    let nobody = routed(&offers, Some("c"), None, 0);
    assert_eq!(nobody, Err(Refusal::Nobody));
    let (asked, passed) = routed(&offers, Some("c"), anything(), 0).unwrap();
    assert_eq!(
        (asked.as_str(), passed.as_str()),
        ("a b b", "c: llm.model_unknown")
    );
    let (asked, passed) = routed(&offers, Some("a"), stays(), 0).unwrap();
    assert_eq!(
        (asked.as_str(), passed.as_str()),
        ("b", "a: llm.need_unmet")
    );
    let down = [resting(offer("a"), 30), offer("b")];
    assert_eq!(order(&down, Some("a"), None), "a");
}

#[test]
fn a_listed_model_is_asked_when_it_is_named() {
    let listed = Offer {
        is_usual: false,
        ..offer("listed")
    };
    let offers = [offer("a"), listed];
    assert_eq!(order(&offers, Some("listed"), None), "listed");
    assert_eq!(order(&offers, Some("listed"), anything()), "listed a");
    assert_eq!(order(&offers, None, anything()), "a");
}

#[test]
fn who_rests_is_asked_last_and_when_all_rest_the_one_that_is_soonest_up() {
    let offers = [resting(offer("a"), 9), offer("b"), resting(offer("c"), 3)];
    let (asked, passed) = routed(&offers, None, None, 0).unwrap();
    assert_eq!(
        (asked.as_str(), passed.as_str()),
        ("b c a", "a: llm.resting")
    );
    let all = [resting(offer("a"), 9), resting(offer("b"), 3)];
    let (asked, passed) = routed(&all, None, None, 0).unwrap();
    assert_eq!((asked.as_str(), passed.as_str()), ("b a", ""));
}

#[test]
fn a_need_for_speed_sorts_by_it_and_takes_the_unmeasured_only_when_nothing_measured_does() {
    let offers = [
        timed("slow", 900),
        offer("new"),
        timed("ok", 500),
        timed("fast", 100),
    ];
    assert_eq!(order(&offers, None, within(500)), "fast ok");
    assert_eq!(order(&offers, None, within(50)), "new");
    let refused = routed(&[timed("slow", 900)], None, within(50), 0);
    let Err(Refusal::Unfit { unmet, lacking }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(unmet, ["max_p95_ms"]);
    assert_eq!(lacking[0].lacks, [Lack::Time(900)]);
    let dear = Offer {
        price_micros: 9,
        ..timed("dear", 10)
    };
    let both = Some(LlmNeed {
        max_price_micros: Some(5),
        ..within(50).unwrap()
    });
    // Who is fast enough but too dear does not keep the unmeasured out.
    assert_eq!(order(&[dear, offer("new")], None, both), "new");
}

#[test]
fn a_need_for_a_price_sorts_by_it_before_speed() {
    let offers = [priced("dear", 9), priced("mid", 5), priced("cheap", 1)];
    assert_eq!(order(&offers, None, costs(5)), "cheap mid");
    let fast = Offer {
        p95_ms: Some(10),
        ..priced("fast", 4)
    };
    let cheap = Offer {
        p95_ms: Some(40),
        ..priced("cheap", 1)
    };
    let both = Some(LlmNeed {
        max_price_micros: Some(5),
        ..within(50).unwrap()
    });
    assert_eq!(order(&[fast, cheap], None, both), "cheap fast");
}

#[test]
fn a_context_that_is_needed_must_be_known() {
    let offers = [
        offer("unknown"),
        roomy("small", 4_000),
        roomy("large", 32_000),
    ];
    assert_eq!(order(&offers, None, takes(8_000)), "large");
    assert_eq!(order(&offers, None, anything()), "unknown small large");
}

#[test]
fn a_long_question_goes_to_who_has_room_and_else_to_nobody() {
    let offers = [roomy("small", 4_000), roomy("large", 32_000)];
    let (asked, passed) = routed(&offers, None, None, 5_000).unwrap();
    assert_eq!(asked, "large");
    assert_eq!(passed, "small: llm.question_too_long");
    assert_eq!(order(&offers, None, None), "small large");
    let too_long = Refusal::TooLong {
        tokens: 50_000,
        room: 32_000,
    };
    assert_eq!(routed(&offers, None, None, 50_000), Err(too_long));
    let named = Refusal::TooLong {
        tokens: 5_000,
        room: 4_000,
    };
    assert_eq!(routed(&offers, Some("small"), None, 5_000), Err(named));
    let unknown = [offer("unknown")];
    assert_eq!(routed(&unknown, None, None, 50_000).unwrap().0, "unknown");
}

#[test]
fn a_refusal_names_the_needs_that_nobody_meets_and_what_each_lacks() {
    let refused = routed(&[offer("a"), priced("b", 7)], None, stays(), 0);
    let Err(Refusal::Unfit { unmet, lacking }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(unmet, ["privacy"]);
    let lacks: Vec<_> = lacking
        .iter()
        .map(|lacking| lacking.lacks.clone())
        .collect();
    assert_eq!(lacks, [[Lack::Privacy], [Lack::Privacy]]);
    let dear = Offer {
        price_micros: 7,
        ..local("dear")
    };
    let both = Some(LlmNeed {
        privacy: Some(Privacy::Local),
        ..costs(5).unwrap()
    });
    let refused = routed(&[offer("theirs"), dear], None, both, 0);
    let Err(Refusal::Unfit { unmet, lacking }) = refused else {
        panic!("{refused:?}");
    };
    assert!(unmet.is_empty(), "{unmet:?}");
    assert_eq!(lacking[1].lacks, [Lack::Price(7)]);
}
