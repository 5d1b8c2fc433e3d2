//! Servers as child processes that do not outlive their test.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server and its children: one process group, signalled as one.
pub(crate) struct Server {
    child: Child,
}

impl Server {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        Self {
            child: child.unwrap_or_else(|error| panic!("could not start {command:?}: {error}")),
        }
    }

    /// The server's process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Takes the pipe of its standard output.
    pub(crate) fn stdout(&mut self) -> std::process::ChildStdout {
        self.child
            .stdout
            .take()
            .expect("standard output was not piped")
    }

    /// Sends a signal, such as `STOP`, to the whole group.
    pub(crate) fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), "--", &group])
            .stderr(Stdio::null())
            .status();
        sent.expect("could not start kill");
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        self.signal("KILL");
        self.child.wait().ok();
    }

    /// Waits until it accepts connections; panics when it ended or after 20 seconds.
    pub(crate) fn wait_for_port(&mut self, address: SocketAddr) {
        let since = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the server for {address} ended: {status}");
            }
            assert!(
                since.elapsed() < Duration::from_secs(20),
                "nothing listens at {address}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An address of the loopback interface whose port is free now.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("no free port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
}
