//! Conditions of rules that hold for all workflows of a tenant.

use expressions::{Expression, Reference};

/// Longest condition, in bytes.
const CONDITION_BYTES: usize = 2_000;

/// Whether a text is a condition that a rule for all workflows can have: one expression over `input` and `trigger`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn check_condition(text: &str) -> Result<(), String> {
    if text.len() > CONDITION_BYTES {
        return Err(format!("it is longer than {CONDITION_BYTES} bytes"));
    }
    let condition = Expression::parse(text).map_err(|error| error.to_string())?;
    let references = condition.references();
    let known = |name: &&Reference| matches!(name, Reference::Input | Reference::Trigger);
    let other = references.named().find(|name| !known(name));
    let other = other.map(ToString::to_string);
    let unknown = references.unknown().next().map(str::to_owned);
    match other.or(unknown) {
        Some(name) => Err(format!(
            "it knows `input` and `trigger`, and nothing of `{name}`"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check_condition;

    #[test]
    fn a_condition_knows_what_is_sent_and_what_started_the_run() {
        check_condition("{{ input.body.amount > 500 and trigger.type = 'webhook' }}").unwrap();
        for (bad, why) in [
            ("{{ nodes.a.x > 1 }}", "nodes.a"),
            ("{{ amount > 1 }}", "amount"),
            ("{{ input.x > }}", ""),
            ("always", "one expression"),
        ] {
            let said = check_condition(bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
        }
        let long = format!("{{{{ input.x = '{}' }}}}", "x".repeat(2_000));
        assert!(check_condition(&long).unwrap_err().contains("longer"));
    }
}
