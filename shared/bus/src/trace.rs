//! Trace context across the bus (W3C Trace Context, version 00).

use crate::Envelope;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The `traceparent` of the current span; `None` outside of any.
#[must_use]
pub fn current_traceparent() -> Option<String> {
    traceparent_of(&tracing::Span::current())
}

/// The `traceparent` of what follows from `span`; `None` when it has no trace.
#[must_use]
pub fn traceparent_of(span: &tracing::Span) -> Option<String> {
    let context = span.context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| {
        format!(
            "00-{}-{}-{:02x}",
            span.trace_id(),
            span.span_id(),
            span.trace_flags().to_u8()
        )
    })
}

/// A span for handling one event, child of the span that published it.
#[must_use]
pub fn span(envelope: &Envelope, operation: &'static str) -> tracing::Span {
    let span = tracing::info_span!(
        "event",
        otel.name = format!("{operation} {}", envelope.event_type),
        otel.kind = "consumer",
        messaging.system = "nats",
        messaging.message.id = %envelope.id,
        event.type = envelope.event_type,
        event.correlation_id = %envelope.correlation_id,
        trace.id = tracing::field::Empty,
    );
    follow(&span, envelope.traceparent.as_deref());
    span
}

/// Makes `span` a child of the one that `traceparent` names, and writes its trace into the field `trace.id`.
pub fn follow(span: &tracing::Span, traceparent: Option<&str>) {
    if span.is_disabled() {
        return;
    }
    if let Some(parent) = traceparent.and_then(parse) {
        // Fails only where nothing keeps traces, and then there is nothing to link.
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
    }
    let trace_id = span.context().span().span_context().trace_id();
    span.record("trace.id", tracing::field::display(trace_id));
}

/// Whether the trace that `traceparent` names is being recorded.
#[must_use]
pub fn is_recorded(traceparent: &str) -> bool {
    parse(traceparent).is_some_and(|context| context.is_sampled())
}

fn parse(traceparent: &str) -> Option<SpanContext> {
    let mut parts = traceparent.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if version != "00" || parts.next().is_some() {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        flags,
        true,
        TraceState::default(),
    );
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_valid_traceparent_is_followed() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(
            parse(good).unwrap().span_id().to_string(),
            "b7ad6b7169203331"
        );
        for bad in [
            "",
            "00",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            &good.replace("0af", "xyz"),
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
        assert!(is_recorded(good) && !is_recorded(&good.replace("-01", "-00")));
    }
}
