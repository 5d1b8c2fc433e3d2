//! Bugs on purpose. A checker that never failed proves nothing, so each has a bug that takes away the safety device it
//! watches: `planted::bug("skip-seq")` stands where the device is, and is constant `false` without the feature
//! `planted-bugs`. With it, `ST_PLANTED_BUG` names the bug that is on.

/// Whether this bug is on.
#[cfg(not(feature = "planted-bugs"))]
#[inline(always)]
#[must_use]
pub const fn bug(_name: &str) -> bool {
    false
}

/// Whether this bug is on.
#[cfg(feature = "planted-bugs")]
#[must_use]
pub fn bug(name: &str) -> bool {
    static PLANTED: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let planted = PLANTED.get_or_init(|| std::env::var("ST_PLANTED_BUG").ok());
    planted.as_deref() == Some(name)
}
