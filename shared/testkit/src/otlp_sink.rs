//! A collector of traces that keeps what it is sent (OTLP over gRPC).

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::{KeyValue, any_value::Value},
    trace::v1::ResourceSpans,
};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

type Received = Arc<Mutex<Vec<ResourceSpans>>>;

/// Receives traces until it is dropped.
pub struct OtlpSink {
    address: SocketAddr,
    received: Received,
    serving: JoinHandle<()>,
}

/// A span that arrived; ids as lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedSpan {
    /// `service.name` of whoever sent it.
    pub service: String,
    pub name: String,
    pub trace_id: String,
    pub span_id: String,
    /// Empty for the first span of a trace.
    pub parent_id: String,
}

struct Collector(Received);

impl OtlpSink {
    /// Starts a collector.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("no free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let received = Received::default();
        let service = TraceServiceServer::new(Collector(Arc::clone(&received)));
        let serving = tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming(TcpIncoming::from(listener));
        let serving = tokio::spawn(async {
            serving.await.expect("the collector failed");
        });
        Self {
            address,
            received,
            serving,
        }
    }

    /// For `OTEL_EXPORTER_OTLP_ENDPOINT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All spans so far.
    #[must_use]
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        received.iter().flat_map(spans).collect()
    }

    /// Everything that arrived, as text.
    #[must_use]
    pub fn text(&self) -> String {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{received:?}")
    }
}

impl Drop for OtlpSink {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        received.extend(request.into_inner().resource_spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn spans(of: &ResourceSpans) -> Vec<ReceivedSpan> {
    let attributes = of.resource.iter().flat_map(|resource| &resource.attributes);
    let service = attributes
        .clone()
        .find_map(service_name)
        .unwrap_or_default();
    let spans = of.scope_spans.iter().flat_map(|scope| &scope.spans);
    let received = spans.map(|span| ReceivedSpan {
        service: service.clone(),
        name: span.name.clone(),
        trace_id: hex(&span.trace_id),
        span_id: hex(&span.span_id),
        parent_id: hex(&span.parent_span_id),
    });
    received.collect()
}

fn service_name(attribute: &KeyValue) -> Option<String> {
    let Value::StringValue(text) = attribute.value.as_ref()?.value.as_ref()? else {
        return None;
    };
    (attribute.key == "service.name").then(|| text.clone())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
