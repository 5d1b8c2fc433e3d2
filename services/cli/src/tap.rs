//! Live streams, a line per event.

use crate::{client::Client, output};
use eventsource_stream::Eventsource;
use futures::StreamExt;
use serde_json::Value;

/// Prints server-sent events until the stream or the person ends it.
pub(crate) async fn follow(
    client: &Client,
    path: &str,
    query: &[(&str, String)],
    json: bool,
) -> anyhow::Result<()> {
    let mut events = client
        .stream(path, query)
        .await?
        .bytes_stream()
        .eventsource();
    while let Some(event) = events.next().await {
        let event = event.map_err(|error| anyhow::anyhow!("the stream broke off: {error}"))?;
        if event.data.is_empty() {
            continue;
        }
        let data: Value =
            serde_json::from_str(&event.data).unwrap_or(Value::String(event.data.clone()));
        match (json, data.get("subject").and_then(Value::as_str)) {
            (false, Some(subject)) => {
                let time = data.get("time").and_then(Value::as_str).unwrap_or_default();
                output::line(format!(
                    "{time}  {subject}  {}",
                    data.get("data").unwrap_or(&Value::Null)
                ))?;
            }
            (true, _) | (false, None) => output::line(&data)?,
        }
    }
    Ok(())
}
