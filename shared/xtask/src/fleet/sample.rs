//! The sample: a mailbox with a few mails on a real IMAP server of this machine, and an SMTP server that keeps what it is
//! sent, for people who only want to look. Where no language model is configured, also a stand-in that answers by rules.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;

use anyhow::{Context, Result};

use super::Fleet;
use super::settings::Ports;
use crate::infra::random_secret;
use crate::paths::{Paths, is_root};
use crate::process::{Program, private_dir};
use crate::tools;

const USER: &str = "ada@example.org";
const CONFIG: &str = include_str!("sample/dovecot.conf");
const SMTP: &str = include_str!("sample/smtp.py");

/// The mails, each as it would arrive.
const MAILS: [(&str, &str); 4] = [
    ("1", include_str!("sample/outage.eml")),
    ("2", include_str!("sample/invoice.eml")),
    ("3", include_str!("sample/lunch.eml")),
    ("4", include_str!("sample/newsletter.eml")),
];

/// Dovecot refuses to serve root's mail: then this user owns it (nobody).
const NOBODY: u32 = 65534;

/// The program that stands in for a language model, beside our services.
const MODEL: &str = "scripted-model";

/// Makes the mailbox when it does not exist, and allows adapters to reach the servers. `bin` holds the stand-in's program.
pub(crate) fn programs(
    paths: &Paths,
    fleet: &Fleet,
    bin: &Path,
    ports: Ports,
    settings: &mut BTreeMap<String, String>,
) -> Result<(Vec<Program>, Sample)> {
    // Outside the clone: the mail's owner may be unable to enter it.
    let home = home(fleet);
    let password = fleet.state.join("sample/password");
    if !password.is_file() {
        private_dir(&fleet.state.join("sample"))?;
        fs::write(&password, random_secret()?.get(..12).unwrap_or("sample"))?;
        deliver_all(&home)?;
    }
    let (imap, imap_setting) = ports.of("sample-imap", 5)?;
    let (smtp, smtp_setting) = ports.of("sample-smtp", 6)?;
    let password = fs::read_to_string(&password).context("the sample has no password")?;
    let password = password.trim().to_owned();
    write_config(&home, imap, &password)?;
    let allowed = settings.entry("EGRESS_ALLOW".to_owned()).or_default();
    if !allowed.is_empty() {
        allowed.push(',');
    }
    allowed.push_str("127.0.0.1,localhost");
    let config = home.join("dovecot.conf").display().to_string();
    let mut programs = vec![
        Program::new("sample-imap", &tools::dovecot()?, imap, &imap_setting).args([
            "-F".to_owned(),
            "-c".to_owned(),
            config,
        ]),
        Program::new("sample-smtp", &tools::python(paths)?, smtp, &smtp_setting).args([
            "-u".to_owned(),
            "-c".to_owned(),
            SMTP.to_owned(),
            smtp.to_string(),
            USER.to_owned(),
            home.join("Maildir").display().to_string(),
            fleet.state.join("sample/sent").display().to_string(),
        ]),
    ];
    let model = if settings.keys().any(|name| name.starts_with("LLM_")) {
        None
    } else {
        let (port, setting) = ports.of("sample-model", 7)?;
        let address = format!("127.0.0.1:{port}");
        settings.insert("LLM_BASE_URL".to_owned(), format!("http://{address}/v1"));
        programs
            .push(Program::new("sample-model", &bin.join(MODEL), port, &setting).args([address]));
        Some(port)
    };
    let sample = Sample {
        imap,
        smtp,
        model,
        user: USER,
        password,
    };
    Ok((programs, sample))
}

/// How to reach the sample's servers.
pub(crate) struct Sample {
    pub(crate) imap: u16,
    pub(crate) smtp: u16,
    /// The stand-in for a language model, where none is configured.
    pub(crate) model: Option<u16>,
    pub(crate) user: &'static str,
    pub(crate) password: String,
}

/// What to enter under Accounts, and what answers in place of a model.
pub(crate) fn card(sample: &Sample) -> String {
    let Sample {
        imap,
        smtp,
        model,
        user,
        password,
    } = sample;
    let mailbox = format!(
        "Sample mailbox: IMAP localhost:{imap}, no encryption, user {user}, password {password}.\n\
         Mail to {user} sent over SMTP localhost:{smtp}, no encryption, arrives in it; other mail is kept in .local/sample/sent."
    );
    match model {
        None => mailbox,
        Some(_) => format!(
            "{mailbox}\nSample model: a STAND-IN, not a language model. It sorts by keywords and repeats what it is told. For real \
             answers\nconnect one under Accounts, or set LLM_BASE_URL and start again."
        ),
    }
}

fn home(fleet: &Fleet) -> std::path::PathBuf {
    let name = fleet
        .state
        .to_string_lossy()
        .trim_matches('/')
        .replace('/', "-");
    if is_root() {
        Path::new("/var/lib/silver-telegram").join(format!("{name}-mail"))
    } else {
        fleet.state.join("sample/mail")
    }
}

fn deliver_all(home: &Path) -> Result<()> {
    for dir in ["", "Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"] {
        fs::create_dir_all(home.join(dir))?;
        own(&home.join(dir))?;
    }
    for (name, mail) in MAILS {
        let file = home.join("Maildir/new").join(format!("{name}.sample"));
        fs::write(&file, mail)?;
        own(&file)?;
    }
    Ok(())
}

fn own(path: &Path) -> Result<()> {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY))
            .with_context(|| format!("could not hand over {}", path.display()))?;
    }
    Ok(())
}

fn write_config(home: &Path, port: u16, password: &str) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let meta = fs::metadata(home.join("Maildir"))?;
    let users = format!(
        "{USER}:{{PLAIN}}{password}:{}:{}::{}::\n",
        meta.uid(),
        meta.gid(),
        home.display()
    );
    fs::write(home.join("users"), users)?;
    let caller = if is_root() {
        String::new()
    } else {
        let name = crate::command::capture(std::process::Command::new("id").arg("-un"))?;
        let name = name.trim();
        format!(
            "default_internal_user = {name}\ndefault_login_user = {name}\nservice imap-login {{\n  chroot =\n}}\nservice anvil {{\n  chroot =\n}}\n"
        )
    };
    let config = CONFIG
        .replace("@HOME@", &home.display().to_string())
        .replace("@PORT@", &port.to_string());
    fs::write(home.join("dovecot.conf"), config + &caller)
        .context("could not write Dovecot's configuration")
}
