//! Live streams, a line per event.

use crate::{client::Client, output};
use eventsource_stream::Eventsource;
use futures::StreamExt;
use serde_json::Value;
use std::time::Duration;

/// How long a stream that ended is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Prints server-sent events until the stream says `end` or the person stops it. One that only breaks off, as when the
/// gateway is replaced, is taken up where it was.
///
/// # Errors
/// The stream is refused: it does not exist, or the key may not see it any more.
pub(crate) async fn follow(
    client: &Client,
    path: &str,
    query: &[(&str, String)],
    json: bool,
) -> anyhow::Result<()> {
    let mut last = None;
    loop {
        let opened = client.stream(path, query, last.as_deref()).await?;
        let mut events = opened.bytes_stream().eventsource();
        while let Some(Ok(event)) = events.next().await {
            if event.event == "end" {
                return Ok(());
            }
            if !event.data.is_empty() {
                print(&event.data, json)?;
            }
            if !event.id.is_empty() {
                last = Some(event.id);
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn print(data: &str, json: bool) -> anyhow::Result<()> {
    let data: Value = serde_json::from_str(data).unwrap_or(Value::String(data.to_owned()));
    match (json, data.get("subject").and_then(Value::as_str)) {
        (false, Some(subject)) => {
            let time = data.get("time").and_then(Value::as_str).unwrap_or_default();
            let data = data.get("data").unwrap_or(&Value::Null);
            output::line(format!("{time}  {subject}  {data}"))
        }
        (true, _) | (false, None) => output::line(&data),
    }
}
