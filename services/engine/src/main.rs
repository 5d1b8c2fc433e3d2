//! Executes workflows, durably.

fn main() -> std::process::ExitCode {
    chassis::Service::new(engine::manifest())
        .migrations(&engine::MIGRATIONS)
        .run(engine::start)
}
