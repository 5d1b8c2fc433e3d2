//! A real SMTP server (aiosmtpd) that keeps what it is given.

use crate::environment::program;
use crate::process::{Server, free_address};
use crate::{Certificate, wait_until};
use serde::Deserialize;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Prints each accepted message as one line of JSON. The recipient `refused@…` is refused for good, `later@…` for now.
const SINK: &str = include_str!("smtp_sink.py");

/// A mail as the server accepted it.
#[derive(Debug, Clone, Deserialize)]
pub struct ReceivedMail {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Header and body, with CRLF line ends.
    pub data: String,
}

/// An SMTP server. It refuses the recipient `refused@…` with 550 and `later@…` with 451.
pub struct TestSmtp {
    server: Server,
    address: SocketAddr,
    login: Option<(String, String)>,
    home: TempDir,
    certificate: Certificate,
    mails: Arc<Mutex<Vec<ReceivedMail>>>,
}

impl TestSmtp {
    /// Starts a server that accepts mail from everybody, with STARTTLS on offer.
    #[must_use]
    pub fn start() -> Self {
        Self::launch(None)
    }

    /// Starts a server that accepts mail only after a login over STARTTLS.
    #[must_use]
    pub fn start_with_login(user: &str, password: &str) -> Self {
        Self::launch(Some((user.to_owned(), password.to_owned())))
    }

    fn launch(login: Option<(String, String)>) -> Self {
        let home = tempfile::tempdir().expect("no temporary directory");
        let (address, certificate) = (free_address(), Certificate::create(home.path()));
        let mails = Arc::new(Mutex::new(Vec::new()));
        let server = run(address, &certificate, login.as_ref(), &mails);
        Self {
            server,
            address,
            login,
            home,
            certificate,
            mails,
        }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate that a client must trust for STARTTLS.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// All mails accepted so far.
    #[must_use]
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.mails.lock().expect("a test thread panicked").clone()
    }

    /// Waits until `count` mails were accepted.
    pub async fn wait_for(&self, count: usize) -> Vec<ReceivedMail> {
        wait_until("mails at the SMTP server", async || {
            let mails = self.mails();
            (mails.len() >= count).then_some(mails)
        })
        .await
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again at the same address; what it accepted stays known.
    pub fn restart(&mut self) {
        self.server.kill();
        self.server = run(
            self.address,
            &self.certificate,
            self.login.as_ref(),
            &self.mails,
        );
    }

    /// Stops it from doing anything, connections staying open.
    pub fn freeze(&self) {
        self.server.signal("STOP");
    }

    /// Ends a freeze.
    pub fn thaw(&self) {
        self.server.signal("CONT");
    }

    /// The directory of its certificate.
    #[must_use]
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }
}

fn run(
    address: SocketAddr,
    certificate: &Certificate,
    login: Option<&(String, String)>,
    mails: &Arc<Mutex<Vec<ReceivedMail>>>,
) -> Server {
    let mut command = Command::new(program("ST_TEST_PYTHON"));
    command.args(["-u", "-c", SINK, &address.port().to_string()]);
    command
        .arg(&certificate.certificate)
        .arg(&certificate.key)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some((user, password)) = login {
        command.args([user, password]);
    }
    let mut server = Server::start(&mut command);
    let lines = BufReader::new(server.stdout()).lines();
    let mails = Arc::clone(mails);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let mail = serde_json::from_str(&line).expect("the SMTP sink printed no mail");
            mails.lock().expect("a test thread panicked").push(mail);
        }
    });
    server.wait_for_port(address);
    server
}
