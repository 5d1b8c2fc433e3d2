//! Executes workflows, durably.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    chassis::Service::new(engine::manifest())
        .migrations(&engine::MIGRATIONS)
        .run(engine::start)
}
