//! The few lines that are spoken in clear before STARTTLS (RFC 3207).

use std::io;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// The longest answer, in bytes.
const ANSWER_BYTES: u64 = 16 * 1024;

/// Asks the server to go on in TLS. Afterwards the handshake may begin.
///
/// # Errors
/// `InvalidData` when the server does not offer STARTTLS, or speaks before the handshake; otherwise what the network said.
pub(crate) async fn ask(stream: &mut TcpStream, hello: &str) -> io::Result<()> {
    let mut lines = BufReader::new(stream);
    expect(&mut lines, "220").await?;
    lines
        .write_all(format!("EHLO {hello}\r\n").as_bytes())
        .await?;
    let offers = expect(&mut lines, "250").await?;
    let offered = |line: &str| {
        line.get(4..)
            .is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS"))
    };
    if !offers.lines().any(offered) {
        return Err(invalid("the server does not offer STARTTLS"));
    }
    lines.write_all(b"STARTTLS\r\n").await?;
    expect(&mut lines, "220").await?;
    // What came in clear after the last line would be taken for the server's word inside TLS.
    if lines.buffer().is_empty() {
        Ok(())
    } else {
        Err(invalid("the server spoke before the TLS handshake"))
    }
}

/// Reads one answer, whose last line has a space after its code.
async fn expect(lines: &mut BufReader<&mut TcpStream>, code: &str) -> io::Result<String> {
    let mut answer = String::new();
    let mut bounded = lines.take(ANSWER_BYTES);
    loop {
        let start = answer.len();
        if bounded.read_line(&mut answer).await? == 0 {
            return Err(invalid("the server ended the conversation"));
        }
        let line = answer.get(start..).unwrap_or_default();
        if !line.starts_with(code) {
            return Err(invalid(&format!("the server answered `{}`", line.trim())));
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(answer);
        }
    }
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}
