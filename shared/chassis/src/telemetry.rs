//! Logs as JSON lines, traces over OTLP, metrics for Prometheus.

use crate::config::Common;
use anyhow::Context;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// What must be flushed before the process ends.
pub(crate) struct Telemetry {
    pub(crate) metrics: PrometheusHandle,
    traces: SdkTracerProvider,
}

/// Upper bounds of duration histograms, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

impl Telemetry {
    pub(crate) fn start(service: &str, common: &Common) -> anyhow::Result<Self> {
        let filter = || {
            EnvFilter::try_new(&common.log)
                .with_context(|| format!("LOG `{}` is no filter", common.log))
        };
        let resource = Resource::builder()
            .with_service_name(format!("st-{service}"))
            .with_attribute(opentelemetry::KeyValue::new(
                "service.instance.id",
                common.replica(),
            ))
            .build();
        let mut traces = SdkTracerProvider::builder().with_resource(resource);
        if let Some(endpoint) = &common.otlp_endpoint {
            let exporter = opentelemetry_otlp::SpanExporter::builder()
                .with_tonic()
                .with_endpoint(endpoint)
                .build()
                .with_context(|| format!("could not export traces to {endpoint}"))?;
            // Sampled as the environment says (OTEL_TRACES_SAMPLER), all by default.
            traces = traces.with_batch_exporter(exporter);
        } else {
            // Log lines and events still carry trace ids; nothing else is kept.
            traces = traces.with_sampler(Sampler::AlwaysOff);
        }
        let traces = traces.build();
        // What is logged does not decide what is traced, unless nobody traces: then its spans cost nothing.
        let traced = match &common.otlp_endpoint {
            Some(_) => EnvFilter::new("info"),
            None => filter()?,
        };
        tracing_subscriber::registry()
            .with(
                tracing_subscriber::fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_span_list(false)
                    .with_filter(filter()?),
            )
            .with(
                tracing_opentelemetry::layer()
                    .with_tracer(traces.tracer("silver-telegram"))
                    .with_filter(traced),
            )
            .try_init()
            .context("could not start logging")?;
        let metrics = PrometheusBuilder::new()
            .set_buckets(&SECONDS)
            .context("could not set the histogram buckets")?
            .add_global_label("service", service)
            .install_recorder()
            .context("could not start metrics")?;
        Ok(Self { metrics, traces })
    }

    pub(crate) fn flush(&self) {
        if let Err(error) = self.traces.shutdown() {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "traces not flushed"
            );
        }
    }
}

/// The span of one HTTP request; `trace.id` is in every log line below it.
#[must_use]
pub fn http_span(method: &str, route: &str) -> tracing::Span {
    let span = tracing::info_span!(
        "http",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        trace.id = tracing::field::Empty,
    );
    bus::follow(&span, None);
    span
}
