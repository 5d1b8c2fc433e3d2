//! The bridge's contract becomes Rust, without `protoc`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const ROOT: &str = "../../proto/bridge/v1";
    const CONTRACT: &str = "../../proto/bridge/v1/bridge.proto";
    // Cargo reads this from the output of a build script.
    std::io::Write::write_all(
        &mut std::io::stdout(),
        format!("cargo::rerun-if-changed={CONTRACT}\n").as_bytes(),
    )?;
    let contract = protox::compile([CONTRACT], [ROOT])?;
    tonic_prost_build::configure()
        .build_client(false)
        .compile_fds(contract)?;
    Ok(())
}
