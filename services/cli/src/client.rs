//! HTTP to the gateway; problem+json becomes a readable error.

use anyhow::{Context, bail};
use reqwest::{Method, Response, header};
use serde_json::Value;
use url::Url;

/// One gateway and the key to it.
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
}

impl Client {
    pub(crate) fn new(base: &Url, api_key: &str) -> anyhow::Result<Self> {
        let mut headers = header::HeaderMap::new();
        if !api_key.is_empty() {
            let mut value = header::HeaderValue::from_str(&format!("Bearer {api_key}"))
                .context("ST_API_KEY has characters that no key has")?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        let http = reqwest::Client::builder()
            .default_headers(headers)
            .build()
            .context("could not set up HTTP")?;
        Ok(Self {
            http,
            base: base.clone(),
        })
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, String)]) -> anyhow::Result<Value> {
        let response = self
            .send(self.request(Method::GET, path)?.query(query))
            .await?;
        body(response).await
    }

    /// Sends JSON under an idempotency key, so that a retry by a proxy does not act twice.
    pub(crate) async fn act(
        &self,
        method: Method,
        path: &str,
        json: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut request = self
            .request(method, path)?
            .header("idempotency-key", idempotency_key())
            .header("prefer", "wait=10");
        if let Some(json) = json {
            request = request.json(json);
        }
        body(self.send(request).await?).await
    }

    /// Replaces something that must still be the draft `version`.
    pub(crate) async fn replace(
        &self,
        path: &str,
        version: u64,
        json: &Value,
    ) -> anyhow::Result<Value> {
        let request = self
            .request(Method::PUT, path)?
            .header("idempotency-key", idempotency_key())
            .header(header::IF_MATCH, format!("\"{version}\""))
            .json(json);
        body(self.send(request.header("prefer", "wait=10")).await?).await
    }

    /// A stream of server-sent events, behind the one with the id `last`.
    pub(crate) async fn stream(
        &self,
        path: &str,
        query: &[(&str, String)],
        last: Option<&str>,
    ) -> anyhow::Result<Response> {
        let request = self
            .request(Method::GET, path)?
            .query(query)
            .header(header::ACCEPT, "text/event-stream");
        let request = match last {
            Some(last) => request.header("last-event-id", last),
            None => request,
        };
        self.send(request).await
    }

    /// Sends a file as it is read.
    pub(crate) async fn upload(
        &self,
        path: &str,
        query: &[(&str, String)],
        media_type: &str,
        file: tokio::fs::File,
    ) -> anyhow::Result<Value> {
        let request = self
            .request(Method::POST, path)?
            .query(query)
            .header(header::CONTENT_TYPE, media_type)
            .body(file);
        body(self.send(request).await?).await
    }

    /// An answer that is read as it comes.
    pub(crate) async fn download(&self, path: &str) -> anyhow::Result<Response> {
        self.send(self.request(Method::GET, path)?).await
    }

    fn request(&self, method: Method, path: &str) -> anyhow::Result<reqwest::RequestBuilder> {
        let url = self
            .base
            .join(path)
            .with_context(|| format!("`{path}` is no path"))?;
        Ok(self.http.request(method, url))
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Response> {
        let response = request
            .send()
            .await
            .with_context(|| format!("could not reach the gateway at {}", self.base))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let problem: Value = response.json().await.unwrap_or_default();
        bail!("{}", readable(status, &problem))
    }
}

async fn body(response: Response) -> anyhow::Result<Value> {
    let bytes = response.bytes().await.context("the answer broke off")?;
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&bytes).context("the gateway did not answer with JSON")
}

/// The problem's sentence, its hint, and a line per faulty place.
fn readable(status: reqwest::StatusCode, problem: &Value) -> String {
    let text = |key: &str| problem.get(key).and_then(Value::as_str);
    let mut lines = vec![
        text("detail")
            .or_else(|| text("title"))
            .map_or_else(|| status.to_string(), str::to_owned),
    ];
    for error in problem
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let part = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
        lines.push(format!("  {} {}", part("pointer"), part("message")));
    }
    if let Some(hint) = text("hint") {
        lines.push(format!("  hint: {hint}"));
    }
    if status == reqwest::StatusCode::UNAUTHORIZED {
        lines
            .push("  hint: make an API key in the UI under Settings and set ST_API_KEY".to_owned());
    }
    lines.join("\n")
}

/// Unique enough for one call: the time and the process.
fn idempotency_key() -> String {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    format!("st-{}-{nanos}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_problem_names_every_faulty_place() {
        let problem = json!({"detail": "The workflow is not valid", "hint": "Fix it",
            "errors": [{"pointer": "/edges/0", "message": "no such node"}]});
        let text = readable(reqwest::StatusCode::UNPROCESSABLE_ENTITY, &problem);
        assert_eq!(
            text,
            "The workflow is not valid\n  /edges/0 no such node\n  hint: Fix it"
        );
    }
}
