//! The words of the schema, as closed enums.

use crate::Error;
use std::{fmt, str::FromStr};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $expected:literal { $($(#[$word_doc:meta])* $word:ident = $text:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$word_doc])* $word,)+
        }

        impl $name {
            /// As the schema writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                match text {
                    $($text => Ok(Self::$word),)+
                    _ => Err(Error::Text { given: text.to_owned(), expected: $expected }),
                }
            }
        }
    )+};
}

words! {
    /// What can be owned.
    ResourceKind: "a kind of resource" {
        /// A household or organisation.
        Tenant = "tenant",
        /// People that things can be shared with.
        Group = "group",
        /// A connection to an outside service.
        IntegrationAccount = "integration_account",
        /// A workflow with its versions, triggers and runs.
        Workflow = "workflow",
        /// A conversation with the assistant.
        Conversation = "conversation",
        /// What the assistant knows of a person.
        Memory = "memory",
        /// A prompt with its versions.
        Prompt = "prompt",
        /// A key for the HTTP API.
        ApiKey = "api_key",
    }

    /// What somebody may do with a resource.
    Permission: "a permission" {
        /// Read it.
        View = "view",
        /// Change it; of a conversation: post to it.
        Edit = "edit",
        /// Remove it.
        Delete = "delete",
        /// Start a workflow by hand.
        Run = "run",
        /// Act through an account's credential.
        Use = "use",
        /// Change an account's settings and credential, or remove it.
        Manage = "manage",
        /// Suspend, remove or hand over what others own, without seeing it.
        Administer = "administer",
        /// Make new resources in a tenant.
        Create = "create",
        /// Watch live events, each still filtered by what the person may view.
        Tap = "tap",
    }

    /// How a resource is tied to a person, a group or a tenant.
    Relation: "a relation" {
        /// The tenant that it belongs to.
        Tenant = "tenant",
        /// A tenant's administrator.
        Admin = "admin",
        /// Of a tenant or a group.
        Member = "member",
        /// Whose it is.
        Owner = "owner",
        /// May change it.
        Editor = "editor",
        /// May read it.
        Viewer = "viewer",
        /// May use an account.
        User = "user",
    }
}

impl ResourceKind {
    /// All kinds, in the order of the schema.
    pub const ALL: [Self; 8] = [
        Self::Tenant,
        Self::Group,
        Self::IntegrationAccount,
        Self::Workflow,
        Self::Conversation,
        Self::Memory,
        Self::Prompt,
        Self::ApiKey,
    ];

    /// What can be asked about this kind; nothing else is in the schema.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{Administer, Create, Delete, Edit, Manage, Run, Tap, Use, View};
        match self {
            Self::Tenant => &[View, Create, Tap, Administer],
            Self::Group => &[View, Administer],
            Self::IntegrationAccount => &[View, Use, Manage, Administer],
            Self::Workflow => &[View, Run, Edit, Delete, Administer],
            Self::Conversation | Self::Memory | Self::Prompt => &[View, Edit, Delete, Administer],
            Self::ApiKey => &[View, Delete, Administer],
        }
    }

    /// True when `permission` can be asked about this kind. Constant, so that a route can assert it while it compiles:
    /// `const { assert!(ResourceKind::Workflow.has(Permission::View)) }`.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        let mut rest = self.permissions();
        while let [first, others @ ..] = rest {
            if *first as u8 == permission as u8 {
                return true;
            }
            rest = others;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const _: () = assert!(ResourceKind::Workflow.has(Permission::Run));
    const _: () = assert!(!ResourceKind::Conversation.has(Permission::Run));

    #[test]
    fn words_read_what_they_write() {
        for kind in ResourceKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        let error = "owns".parse::<Permission>().unwrap_err();
        assert_eq!(error.to_string(), "`owns` is not a permission");
    }
}
