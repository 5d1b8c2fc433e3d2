//! A first look at schedules. The scheduler, which knows cron and time zones, has the last word.

/// Refuses what no cron parser takes.
pub(super) fn plausible(cron: &str, timezone: &str) -> Result<(), String> {
    let fields = cron.split_whitespace().count();
    let alphabet = |c: char| c.is_ascii_alphanumeric() || " \t*,-/?#".contains(c);
    if !(5..=6).contains(&fields) {
        return Err(format!("`{cron}` has {fields} fields, expected 5 or 6"));
    }
    if let Some(stranger) = cron.chars().find(|c| !alphabet(*c)) {
        return Err(format!("`{stranger}` has no meaning in a cron expression"));
    }
    let name = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    if timezone.is_empty() || !timezone.chars().all(name) {
        return Err(format!("`{timezone}` is no name of a time zone"));
    }
    Ok(())
}
