//! The gateway's process: HTTP on one side, the bus on the other.

use gateway::{Config, MIGRATIONS, manifest, start};

fn main() -> std::process::ExitCode {
    chassis::Service::new(manifest())
        .migrations(&MIGRATIONS)
        .run::<Config, _>(start)
}
