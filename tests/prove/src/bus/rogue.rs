//! A service that keeps no discipline. The permissions of real services allow none of this, so it borrows the
//! administrator's key.

use fleet_tests::Spine;

/// Does what the bug says; other bugs are the fleet's own.
pub(super) async fn act(spine: &Spine, bug: &str) {
    let subject = match bug {
        "stray-subject" => "engine.please.default.hurry",
        "asks-for-reply" => "run.responded.default.gateway.01M7ZB8GFPPE4QBHEZR228P8GN",
        _ => return,
    };
    let bus = spine.fleet().administrator_bus().await;
    let client = bus.client();
    let said = match bug {
        "asks-for-reply" => {
            client
                .publish_with_reply(subject, client.new_inbox(), "{}".into())
                .await
        }
        _ => client.publish(subject, "{}".into()).await,
    };
    said.expect("the rogue was not heard");
    client.flush().await.expect("the rogue was not heard");
}
