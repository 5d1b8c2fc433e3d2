//! What a route asks of whoever calls it.

use crate::access::Scope;
use authz::{Permission, ResourceKind};
use std::fmt;

/// What the path parameter `id` of a route names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    Workflow,
    Run,
    Question,
    Trigger,
    InboxItem,
    Notification,
    Conversation,
    Fact,
    Account,
    Prompt,
    Invocation,
    Backtest,
    ApiKey,
}

impl Thing {
    /// The word for it in codes, such as `workflow` in `workflow.not_found`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Run => "run",
            Self::Question => "question",
            Self::Trigger => "trigger",
            Self::InboxItem => "inbox_item",
            Self::Notification => "notification",
            Self::Conversation => "conversation",
            Self::Fact => "fact",
            Self::Account => "account",
            Self::Prompt => "prompt",
            Self::Invocation => "invocation",
            Self::Backtest => "backtest",
            Self::ApiKey => "api_key",
        }
    }

    /// The kinds of resource whose permissions decide about it.
    const fn kinds(self) -> &'static [ResourceKind] {
        match self {
            Self::Workflow
            | Self::Run
            | Self::Question
            | Self::Trigger
            | Self::Notification
            | Self::Backtest => &[ResourceKind::Workflow],
            Self::InboxItem => &[ResourceKind::IntegrationAccount, ResourceKind::Workflow],
            Self::Conversation => &[ResourceKind::Conversation],
            Self::Fact => &[ResourceKind::Memory],
            Self::Account => &[ResourceKind::IntegrationAccount],
            Self::Prompt => &[ResourceKind::Prompt],
            Self::Invocation => &[ResourceKind::Workflow, ResourceKind::Conversation],
            Self::ApiKey => &[ResourceKind::ApiKey],
        }
    }
}

/// What a route asks of whoever calls it.
#[derive(Debug, Clone, Copy)]
pub struct Requires {
    pub(crate) who: Who,
    pub(crate) scope: Scope,
    pub(crate) fully: bool,
    pub(crate) secret: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Who {
    Anyone { reason: &'static str },
    SignedIn,
    InTenant(Permission),
    On(Thing, Permission),
}

impl Requires {
    /// Nothing, and why that is right.
    #[must_use]
    pub const fn anyone(reason: &'static str) -> Self {
        Self {
            who: Who::Anyone { reason },
            scope: Scope::Read,
            fully: false,
            secret: false,
        }
    }

    /// A person. What they see, the handler filters by SpiceDB.
    #[must_use]
    pub const fn signed_in() -> Self {
        Self {
            who: Who::SignedIn,
            scope: Scope::Read,
            fully: false,
            secret: false,
        }
    }

    /// A permission in the person's tenant.
    #[must_use]
    pub fn in_tenant(permission: Permission) -> Self {
        assert!(
            ResourceKind::Tenant.has(permission),
            "a tenant has no permission {permission}"
        );
        Self {
            who: Who::InTenant(permission),
            scope: scope_for(permission),
            fully: false,
            secret: false,
        }
    }

    /// A permission on the thing that the path's `id` names.
    #[must_use]
    pub fn on(thing: Thing, permission: Permission) -> Self {
        let every = thing.kinds().iter().all(|kind| kind.has(permission));
        assert!(every, "{} has no permission {permission}", thing.word());
        Self {
            who: Who::On(thing, permission),
            scope: scope_for(permission),
            fully: matches!(permission, Permission::Delete | Permission::Manage),
            secret: false,
        }
    }

    /// To view the thing that the path's `id` names.
    #[must_use]
    pub fn view(thing: Thing) -> Self {
        Self::on(thing, Permission::View)
    }

    /// The same, but an API key needs `scope`.
    #[must_use]
    pub const fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// The same, decided by what SpiceDB knows at this moment.
    #[must_use]
    pub const fn fully(mut self) -> Self {
        self.fully = true;
        self
    }

    /// The same, and the answer holds a secret, so it is not kept for repeats.
    #[must_use]
    pub const fn answers_secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

const fn scope_for(permission: Permission) -> Scope {
    match permission {
        Permission::View => Scope::Read,
        Permission::Edit | Permission::Delete | Permission::Create => Scope::Write,
        Permission::Run => Scope::Run,
        Permission::Use | Permission::Manage | Permission::Administer => Scope::Admin,
        Permission::Tap => Scope::Tap,
    }
}

impl fmt::Display for Requires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.who {
            Who::Anyone { reason } => write!(f, "anyone: {reason}"),
            Who::SignedIn => write!(f, "signed in, scope {}", self.scope.as_str()),
            Who::InTenant(permission) => {
                write!(f, "tenant#{permission}, scope {}", self.scope.as_str())
            }
            Who::On(thing, permission) => {
                let scope = self.scope.as_str();
                write!(f, "{}#{permission}, scope {scope}", thing.word())
            }
        }
    }
}
