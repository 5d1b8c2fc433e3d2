//! A small disk of its own for a fleet's PostgreSQL, to be filled.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// The file that takes the space.
const FILLER: &str = "filler";
/// What is written at once, in bytes; then less and less.
const PORTIONS: [usize; 3] = [1 << 20, 4 << 10, 1];

/// A mounted file system in memory; unmounted when it is dropped.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// Mounts one of `mib` mebibytes; `None` where that is not allowed, as without root.
    pub(crate) fn mount(at: &Path, mib: u32) -> Option<Self> {
        fs::create_dir_all(at).expect("could not create the place of a disk");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"])
            .arg(at)
            .status();
        let is_mounted = mounted.is_ok_and(|status| status.success());
        is_mounted.then(|| Self(at.to_path_buf()))
    }

    /// Takes all space that is left.
    pub(crate) fn fill(&self) {
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(self.filler());
        let mut file: File = file.expect("could not create the filler");
        for portion in PORTIONS {
            let bytes = vec![0; portion];
            while file.write_all(&bytes).is_ok() {}
        }
    }

    /// Gives the space back.
    pub(crate) fn free(&self) {
        fs::remove_file(self.filler()).expect("there is no filler");
    }

    fn filler(&self) -> PathBuf {
        self.0.join(FILLER)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // What still uses it ends with the fleet.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
