//! An empty SpiceDB of a test's own: the shared server keeps one for each key.

use crate::environment::required;

/// Where an empty `SpiceDB` is and the key that opens it.
#[derive(Debug, Clone)]
pub struct TestSpiceDb {
    /// `http://host:port`.
    pub url: String,
    pub key: String,
}

impl TestSpiceDb {
    /// A `SpiceDB` without a schema.
    #[must_use]
    pub fn start() -> Self {
        let url = format!("http://{}", required("ST_TEST_SPICEDB"));
        Self {
            url,
            key: ulid::Ulid::generate().to_string(),
        }
    }
}
