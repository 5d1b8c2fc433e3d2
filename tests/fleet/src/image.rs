//! A disk image for a fleet's PostgreSQL and NATS, from which the power can be taken.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

/// Who keeps files on it.
const ON_IT: [&str; 2] = ["postgres", "nats"];

/// A mounted image; unmounted when it is dropped.
pub struct Image {
    file: PathBuf,
    at: PathBuf,
}

impl Image {
    /// Makes an image of `mib` mebibytes below `state` and mounts it, so that the directories of PostgreSQL and NATS lie on it.
    pub(crate) fn mount(state: &Path, mib: u32) -> Self {
        let image = Self {
            file: state.join("disk.img"),
            at: state.join("disk"),
        };
        let file = File::create(&image.file).expect("no image");
        file.set_len(u64::from(mib) << 20).expect("no image");
        run(Command::new("mkfs.ext4")
            .args(["-q", "-F"])
            .arg(&image.file));
        fs::create_dir_all(&image.at).expect("no place for the image");
        image.attach();
        for owner in ON_IT {
            let place = image.at.join(owner);
            fs::create_dir_all(&place).expect("no directory on the image");
            symlink(&place, state.join(owner)).expect("no link to the image");
        }
        image
    }

    /// Writes down everything that has not been.
    pub fn sync(&self) {
        run(Command::new("sync").arg("--file-system").arg(&self.at));
    }

    /// Leaves a file, synced or not.
    pub fn mark(&self, name: &str, synced: bool) {
        let mut file = File::create(self.at.join(name)).expect("no mark");
        file.write_all(name.as_bytes()).expect("no mark");
        if synced {
            file.sync_all().expect("a mark was not synced");
        }
    }

    /// Whether a file that was left is there with its text.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        fs::read_to_string(self.at.join(name)).is_ok_and(|text| text == name)
    }

    /// Copies what has reached the image: not what its file system still holds in memory.
    pub(crate) fn copy(&self) {
        let mut copy = Command::new("cp");
        run(copy.arg("--sparse=always").arg(&self.file).arg(self.kept()));
    }

    /// Goes on with the copy. Nobody may use the image.
    pub(crate) fn boot(&self) {
        run(Command::new("umount").arg(&self.at));
        fs::rename(self.kept(), &self.file).expect("there is no copy");
        self.attach();
    }

    /// Its own journal is written rarely, and nothing is written early: the copy is close to one instant.
    fn attach(&self) {
        let mut mount = Command::new("mount");
        mount.args(["-o", "loop,commit=300"]);
        run(mount.arg(&self.file).arg(&self.at));
    }

    fn kept(&self) -> PathBuf {
        self.file.with_extension("kept")
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // What still uses it ends with the fleet.
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}

fn run(command: &mut Command) {
    let done = command.status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "{command:?} failed"
    );
}
