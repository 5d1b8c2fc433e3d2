//! A real IMAP server (Dovecot) with one mailbox.

use crate::Certificate;
use crate::environment::program;
use crate::process::{Server, free_address};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The unprivileged owner of the mail when root runs the tests: Dovecot refuses to serve root's.
const NOBODY: u32 = 65534;

/// An IMAP server for the account [`TestImap::USER`]. Mail is kept as Maildir.
pub struct TestImap {
    server: Server,
    home: TempDir,
    plain: SocketAddr,
    tls: SocketAddr,
    certificate: Certificate,
    owner: Option<u32>,
}

impl TestImap {
    /// The account's login name.
    pub const USER: &'static str = "ada@example.org";
    /// The account's password.
    pub const PASSWORD: &'static str = "correct horse battery staple";

    /// Starts a server with an empty mailbox.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// As [`TestImap::start`]; it does not offer to tell of new mail (RFC 2177).
    #[must_use]
    pub fn without_idle() -> Self {
        Self::start_with("imap_capability = IMAP4rev1 LITERAL+ UIDPLUS\n")
    }

    fn start_with(config: &str) -> Self {
        let home = tempfile::tempdir().expect("no temporary directory");
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755))
            .expect("could not open the directory");
        let owner = (fs::metadata(home.path()).expect("no directory").uid() == 0).then_some(NOBODY);
        let (plain, tls) = (free_address(), free_address());
        let certificate = Certificate::create(home.path());
        let mailbox = home.path().join("mail");
        for dir in ["", "cur", "new", "tmp"] {
            create_owned(&mailbox.join(dir), owner);
        }
        write_config(home.path(), plain, tls, &certificate, owner, config);
        let server = launch(home.path(), plain);
        Self {
            server,
            home,
            plain,
            tls,
            certificate,
            owner,
        }
    }

    /// Where it listens without TLS (STARTTLS on offer).
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.plain
    }

    /// Where it listens with TLS from the first byte.
    #[must_use]
    pub const fn tls_address(&self) -> SocketAddr {
        self.tls
    }

    /// The certificate that a client must trust.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Delivers a message (header and body) into the inbox, as a mail server would.
    pub fn deliver(&self, message: &str) {
        self.deliver_to("", message);
    }

    /// Delivers into a folder, which is created when it is missing; the empty name is the inbox.
    pub fn deliver_to(&self, folder: &str, message: &str) {
        let mailbox = match folder {
            "" => self.home.path().join("mail"),
            _ => self.home.path().join("mail").join(format!(".{folder}")),
        };
        for dir in ["", "cur", "new", "tmp"] {
            create_owned(&mailbox.join(dir), self.owner);
        }
        let name = format!("{}.test", ulid::Ulid::generate());
        let scratch = mailbox.join("tmp").join(&name);
        fs::write(&scratch, message).expect("could not write a mail");
        if let Some(owner) = self.owner {
            chown(&scratch, Some(owner), Some(owner)).expect("could not hand over a mail");
        }
        fs::rename(&scratch, mailbox.join("new").join(&name)).expect("could not deliver a mail");
    }

    /// Ends the server at once; mail stays.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again at the same addresses.
    pub fn restart(&mut self) {
        self.server.kill();
        self.server = launch(self.home.path(), self.plain);
    }

    /// Forgets all message numbers and starts again: the inbox gets another UIDVALIDITY (RFC 9051 §2.3.1.1).
    pub fn renumber(&mut self) {
        self.server.kill();
        // UIDVALIDITY is the second in which the list is made anew.
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        for entry in fs::read_dir(self.home.path().join("mail"))
            .expect("no mailbox")
            .flatten()
        {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                fs::remove_file(entry.path()).ok();
            }
        }
        self.server = launch(self.home.path(), self.plain);
    }

    /// Stops it from doing anything, connections staying open: a half-open peer.
    pub fn freeze(&self) {
        for pid in self.processes() {
            Command::new("kill")
                .args(["-STOP", &pid])
                .stderr(Stdio::null())
                .status()
                .ok();
        }
    }

    /// Ends a freeze.
    pub fn thaw(&self) {
        for pid in self.processes() {
            Command::new("kill")
                .args(["-CONT", &pid])
                .stderr(Stdio::null())
                .status()
                .ok();
        }
    }

    /// The server and the processes that it started.
    fn processes(&self) -> Vec<String> {
        let master = self.server.id().to_string();
        let children = Command::new("pgrep")
            .args(["-P", &master])
            .output()
            .expect("could not start pgrep");
        let mut all = vec![master];
        all.extend(
            String::from_utf8_lossy(&children.stdout)
                .lines()
                .map(ToOwned::to_owned),
        );
        all
    }
}

fn create_owned(dir: &Path, owner: Option<u32>) {
    fs::create_dir_all(dir).expect("could not create a mailbox");
    if let Some(owner) = owner {
        chown(dir, Some(owner), Some(owner)).expect("could not hand over a mailbox");
    }
}

fn write_config(
    home: &Path,
    plain: SocketAddr,
    tls: SocketAddr,
    certificate: &Certificate,
    owner: Option<u32>,
    more: &str,
) {
    let shown = |path: &Path| path.display().to_string();
    let (uid, gid) = owner.map_or_else(|| ids(home), |owner| (owner, owner));
    let users = home.join("users");
    let line = format!(
        "{}:{{PLAIN}}{}:{uid}:{gid}::{}::\n",
        TestImap::USER,
        TestImap::PASSWORD,
        shown(home)
    );
    fs::write(&users, line).expect("could not write the users");
    // Without root Dovecot cannot change to users of its own.
    let caller = if owner.is_some() {
        String::new()
    } else {
        let name = caller_name();
        format!(
            "default_internal_user = {name}\ndefault_login_user = {name}\nservice imap-login {{\n  chroot =\n}}\nservice anvil {{\n  chroot =\n}}\n"
        )
    };
    let config = include_str!("dovecot.conf")
        .replace("@HOME@", &shown(home))
        .replace("@PLAIN@", &plain.port().to_string())
        .replace("@TLS@", &tls.port().to_string())
        .replace("@CERTIFICATE@", &shown(&certificate.certificate))
        .replace("@KEY@", &shown(&certificate.key))
        .replace("@USERS@", &shown(&users));
    fs::write(home.join("dovecot.conf"), config + &caller + more)
        .expect("could not write the configuration");
}

fn ids(dir: &Path) -> (u32, u32) {
    let meta = fs::metadata(dir).expect("no directory");
    (meta.uid(), meta.gid())
}

fn caller_name() -> String {
    let name = Command::new("id")
        .arg("-un")
        .output()
        .expect("could not start id");
    String::from_utf8_lossy(&name.stdout).trim().to_owned()
}

fn launch(home: &Path, plain: SocketAddr) -> Server {
    let mut command = Command::new(program("ST_TEST_DOVECOT"));
    command
        .arg("-F")
        .arg("-c")
        .arg(home.join("dovecot.conf"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let stale: PathBuf = home.join("run/master.pid");
    fs::remove_file(stale).ok();
    let mut server = Server::start(&mut command);
    server.wait_for_port(plain);
    server
}
