//! Names that people or documents choose: tenants, nodes, ports.

use crate::InvalidId;
use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $max:literal, $allowed:expr, $pattern:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let allowed: fn(u8) -> bool = $allowed;
                if !text.is_empty() && text.len() <= $max && text.bytes().all(allowed) {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidId { kind: stringify!($name), given: text.to_owned(), expected: concat!("text like ", $pattern) })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    )+};
}

names! {
    /// An isolated household or organisation; one token of every subject.
    TenantId: 32, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-', "^[a-z0-9-]{1,32}$";
    /// A node of a workflow, unique in its document; expressions name it.
    NodeId: 64, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-', "^[A-Za-z0-9_-]{1,64}$";
    /// An input or output port of a node.
    PortName: 64, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-', "^[A-Za-z0-9_-]{1,64}$";
}

impl TenantId {
    /// The tenant of an installation that has only one.
    #[must_use]
    pub fn default_tenant() -> Self {
        Self("default".into())
    }
}

impl Default for TenantId {
    fn default() -> Self {
        Self::default_tenant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_never_carries_subject_syntax() {
        for bad in ["", "a.b", "a>", "*", "A", "a b", &"x".repeat(33)] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad:?} was accepted");
        }
        assert_eq!(TenantId::default_tenant().as_str(), "default");
    }

    #[test]
    fn a_name_that_is_refused_says_what_was_expected() {
        let error = serde_json::from_str::<NodeId>("\"a b\"")
            .unwrap_err()
            .to_string();
        assert!(error.contains("`a b` is not a NodeId"), "{error}");
    }
}
