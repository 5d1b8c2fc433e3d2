//! The gateway's process: HTTP on one side, the bus on the other.

use gateway::{Config, MIGRATIONS, manifest, start};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    chassis::Service::new(manifest())
        .migrations(&MIGRATIONS)
        .run::<Config, _>(start)
}
