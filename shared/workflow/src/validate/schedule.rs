//! Schedules as the scheduler reads them.

/// Refuses what is no cron expression (five fields, or six with seconds first), or no time zone of the IANA database.
pub(super) fn check(cron: &str, timezone: &str) -> Result<(), String> {
    croner::parser::CronParser::builder()
        .seconds(croner::parser::Seconds::Optional)
        .build()
        .parse(cron)
        .map_err(|error| format!("`{cron}` is no cron expression: {error}"))?;
    timezone
        .parse::<chrono_tz::Tz>()
        .map(drop)
        .map_err(|_| format!("`{timezone}` is no time zone of the IANA database"))
}
