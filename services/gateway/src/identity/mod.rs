//! Who people are: accounts of this installation, OpenID, sessions, API keys.

mod api_key;
mod api_keys;
mod cookie;
mod limits;
mod me;
mod oidc;
mod password;
mod session;
mod sessions;
mod setup;
mod store;
mod token;

pub(crate) use api_key::{bearer, by_api_key, guarded_key, holds};
pub(crate) use session::by_session;

use crate::{Config, access::Routes};
use limits::Limits;
use std::sync::Arc;

/// What identity needs beside the database.
#[derive(Clone)]
pub struct Identity(Arc<Parts>);

struct Parts {
    /// SHA-256 of the token for the first account.
    setup_token: Option<[u8; 32]>,
    limits: Limits,
    passwords: password::Passwords,
    oidc: oidc::Providers,
}

impl Identity {
    /// Reads what the configuration says about identity.
    ///
    /// # Errors
    /// Names the option that cannot be used.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Parts {
            setup_token: config.setup_token()?.map(|token| token::hash(&token)),
            limits: Limits::default(),
            passwords: password::Passwords::new()?,
            oidc: oidc::Providers::read(config)?,
        })))
    }
}

/// All routes of identity.
pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = setup::routes(routes);
    let routes = sessions::routes(routes);
    let routes = me::routes(routes);
    let routes = oidc::routes(routes);
    api_keys::routes(routes)
}

/// Forgets what has expired.
pub(crate) async fn prune(app: &crate::App) -> Result<(), ::store::Error> {
    app.identity.0.limits.shrink();
    store::prune(app.database.pool()).await
}
