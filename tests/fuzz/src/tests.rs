use super::*;

/// Cases of each target in the ordinary tests; `cargo xtask prove fuzz` makes many more.
const CASES: u64 = 300;

fn all(target: Target) -> (u64, u64) {
    let (mut refused, mut ended) = (0, 0);
    for seed in 0..CASES {
        match case(target, seed) {
            Ok(Verdict::Refused) => refused += 1,
            Ok(Verdict::Ended) => ended += 1,
            Err(why) => {
                let name = target.to_possible_value().unwrap();
                panic!(
                    "{why}\nreplay: cargo xtask prove fuzz --target {} --seed {seed}",
                    name.get_name()
                );
            }
        }
    }
    (refused, ended)
}

#[test]
fn damaged_texts_are_refused_or_run_to_their_end() {
    let (refused, ended) = all(Target::Text);
    assert!(
        refused > 100 && ended > 1,
        "{refused} refused, {ended} ended"
    );
}

#[test]
fn changed_documents_are_refused_or_run_to_their_end() {
    let (refused, ended) = all(Target::Document);
    assert!(
        refused > 50 && ended > 4,
        "{refused} refused, {ended} ended"
    );
}

#[test]
fn strange_inputs_and_results_end_as_well() {
    assert_eq!(all(Target::Input), (0, CASES));
}

#[test]
fn expressions_end_or_are_refused() {
    let (refused, ended) = all(Target::Expression);
    assert!(
        refused > 50 && ended > 50,
        "{refused} refused, {ended} ended"
    );
}

#[test]
fn memory_is_counted() {
    memory::begin();
    let held = vec![1_u8; 1_000_000];
    drop(held);
    assert!(
        (1_000_000..1_100_000).contains(&memory::peak()),
        "{}",
        memory::peak()
    );
}
