//! Where the calls of a workload go: answers everything with an empty object.

use http_body_util::Full;
use hyper::{Response, body::Incoming, header, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use tokio::net::TcpListener;

/// Starts it; its address as a URL. Ends with this program.
pub(crate) async fn open() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let answer = service_fn(|_: hyper::Request<Incoming>| async {
                let answer = Response::builder()
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(Full::new(bytes::Bytes::from_static(b"{}")));
                Ok::<_, Infallible>(answer.unwrap())
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    });
    url
}
