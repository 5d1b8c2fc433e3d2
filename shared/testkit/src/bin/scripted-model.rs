//! The scripted model as a program: `scripted-model [address] [milliseconds per word]`.
//!
//! For the sample installation and for tests of the whole fleet. `POST /scripts` adds a script, `GET /requests` shows what was
//! asked.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "support for tests: a wrong argument ends it"
)]

use std::time::Duration;
use testkit::{ModelOptions, ScriptedModel};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let pause = arguments.next().map_or(Ok(40), |text| text.parse());
    let options = ModelOptions {
        pause: Duration::from_millis(pause.expect("milliseconds per word are a number")),
        ..ModelOptions::default()
    };
    let listener = tokio::net::TcpListener::bind(&address)
        .await
        .expect("the address cannot be used");
    let model = ScriptedModel::serve(listener, options);
    println!("{}", model.base_url());
    model.run().await;
}
