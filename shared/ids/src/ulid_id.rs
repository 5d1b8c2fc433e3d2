//! The macro behind all ULID newtypes.

/// Text that is not an id: says which kind was expected and what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a {kind}: expected {expected}")]
pub struct InvalidId {
    /// The type that was asked for, such as `RunId`.
    pub kind: &'static str,
    /// The refused text.
    pub given: String,
    /// What would have been accepted.
    pub expected: &'static str,
}

macro_rules! ulid_ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(ulid::Ulid);

        impl $name {
            /// A new id from the clock and the system's randomness; for shells only.
            #[must_use]
            pub fn generate() -> Self {
                Self(ulid::Ulid::generate())
            }

            /// The id with these 128 bits.
            #[must_use]
            pub const fn from_u128(bits: u128) -> Self {
                Self(ulid::Ulid(bits))
            }

            /// All 128 bits.
            #[must_use]
            pub const fn as_u128(self) -> u128 {
                self.0.0
            }

            /// As SQL stores it.
            #[must_use]
            pub const fn uuid(self) -> uuid::Uuid {
                uuid::Uuid::from_u128(self.0.0)
            }

            /// From what SQL stored.
            #[must_use]
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(ulid::Ulid(uuid.as_u128()))
            }

            /// When the id was made, in milliseconds since the Unix epoch, UTC.
            #[must_use]
            pub const fn timestamp_ms(self) -> u64 {
                self.0.timestamp_ms()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                ulid::Ulid::from_string(text).map(Self).map_err(|_| $crate::InvalidId {
                    kind: stringify!($name),
                    given: text.to_owned(),
                    expected: "a ULID of 26 characters",
                })
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$" })
            }
        }
    )+};
}

pub(crate) use ulid_ids;
