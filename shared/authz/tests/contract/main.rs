//! One suite for SpiceDB, its twin in memory, and the cache before either.
//!
//! Needs `ST_TEST_SPICEDB=host:port` of a `spicedb serve-testing`, where every preshared key has its own store.
//! `cargo xtask test` starts one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod cached;
mod scenarios;
mod spicedb;

use authz::{Cached, Memory, SpiceDb};
use ids::UserId;

/// A client of an empty store of its own.
fn fresh_spicedb() -> SpiceDb {
    let address = std::env::var("ST_TEST_SPICEDB").unwrap_or_else(|_| {
        panic!(
            "set ST_TEST_SPICEDB to host:port of `spicedb serve-testing`, or run `cargo xtask test`"
        )
    });
    SpiceDb::new(
        &format!("http://{address}"),
        &UserId::generate().to_string(),
    )
    .unwrap()
}

/// The same, with the schema.
async fn spicedb_with_schema() -> SpiceDb {
    let spicedb = fresh_spicedb();
    spicedb.write_schema().await.unwrap();
    spicedb
}

macro_rules! contract {
    ($($scenario:ident,)+) => {
        mod on_memory {
            $(#[tokio::test] async fn $scenario() { crate::scenarios::$scenario(&super::Memory::new()).await; })+
        }
        mod on_cached_memory {
            $(#[tokio::test] async fn $scenario() {
                crate::scenarios::$scenario(&super::Cached::new(super::Memory::new(), 1000)).await;
            })+
        }
        mod on_spicedb {
            $(#[tokio::test] async fn $scenario() {
                crate::scenarios::$scenario(&super::spicedb_with_schema().await).await;
            })+
        }
    };
}

contract! {
    an_owner_may_do_everything_and_a_stranger_nothing,
    viewers_read_and_editors_change_but_only_owners_delete,
    a_group_shares_with_its_members_as_long_as_they_are_in_it,
    using_an_account_is_not_managing_it,
    administrators_administer_without_seeing,
    members_create_and_tap_in_their_own_tenant,
    shipped_prompts_are_seen_by_all_and_changed_by_administrators,
    what_the_schema_does_not_allow_is_refused,
    a_permission_that_the_kind_lacks_is_refused,
    many_answers_come_in_the_order_of_the_questions,
    a_lookup_finds_all_that_is_visible_and_nothing_else,
    whoever_has_a_permission_can_be_named,
    writing_and_deleting_may_be_repeated,
    a_filter_deletes_what_it_names_and_no_more,
    a_token_sees_its_own_write,
    a_token_that_is_none_is_refused,
    an_error_is_a_no,
    a_change_deletes_before_it_writes_and_may_be_repeated,
}
