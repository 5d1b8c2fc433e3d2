//! The plug is pulled: PostgreSQL and NATS keep their files on a disk image; everything stands still, the image is copied,
//! everything is killed, and the copy is what is there afterwards. What had not been synced is lost with the page cache of
//! the image's file system; torn sectors and the caches of real drives are not part of it.

use super::{Scene, nemesis, recovery, start};
use crate::{Options, Statement};
use fleet_tests::Fleet;
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::time::sleep;

/// How long the load runs when nobody says.
const MINUTES: f64 = 1.0;
/// How often the plug is pulled.
const CUTS: u32 = 2;
/// The size of the image; what is not used takes no space.
const IMAGE_MIB: u32 = 3_000;

/// Loads a fleet, cuts its power, boots it and checks it.
pub async fn prove(options: Options) -> Vec<Statement> {
    let patience = options.patience.unwrap_or(recovery::LIMIT);
    let time = Duration::from_secs_f64(options.minutes.unwrap_or(MINUTES) * 60.0);
    if !Fleet::can_mount() {
        let why = "a disk image cannot be mounted here: it takes root and loop devices";
        return vec![Statement::fails("power-was-cut", why)];
    }
    let mut wanted = options.fleet();
    wanted.image_mib = Some(IMAGE_MIB);
    let fleet = start(wanted);
    if options.has_bug("fsync-off") {
        fsync_off(&fleet).await;
    }
    // What an installation wrote long ago has reached the disk.
    fleet.image().sync();
    let scene = Scene::set(fleet).await;
    let mut found = Vec::new();
    for _ in 0..CUTS {
        sleep(time / CUTS).await;
        nemesis::told(&scene.fleet, "cut the power");
        let image = scene.fleet.image();
        image.mark("synced", true);
        image.mark("not-synced", options.has_bug("all-synced"));
        scene.fleet.cut_power();
        if !image.has("synced") {
            found.push("what was synced is gone".to_owned());
        }
        if image.has("not-synced") {
            found.push("what was not synced is still there".to_owned());
        }
        nemesis::provisioned(&scene.fleet).await;
    }
    let (_, mut statements) = scene.verdict(patience).await;
    statements.push(Statement::of(
        "the-cut-takes-what-was-not-synced",
        format!("{CUTS} cuts, and nothing else"),
        &found,
    ));
    statements
}

/// PostgreSQL as nobody should run it.
async fn fsync_off(fleet: &Fleet) {
    let conn = PgConnection::connect(&fleet.database_url("postgres")).await;
    let mut conn = conn.expect("the superuser could not connect");
    for statement in [
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET synchronous_commit = off",
        "ALTER SYSTEM SET wal_writer_delay = '10s'",
        "SELECT pg_reload_conf()",
    ] {
        sqlx::query(statement)
            .execute(&mut conn)
            .await
            .expect("the setting was refused");
    }
}
