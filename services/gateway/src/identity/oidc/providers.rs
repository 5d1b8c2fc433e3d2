//! The configured providers, and talking to them through the one egress.

use crate::{Config, identity::setup::OidcProvider};
use anyhow::Context;
use egress::{Body, Egress, Http, Policy, Request};
use openidconnect::{
    ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IssuerUrl, RedirectUrl,
    core::{CoreClient, CoreProviderMetadata},
};
use serde::Deserialize;
use std::{future::Future, path::PathBuf, pin::Pin};
use url::Url;

/// One provider, as the operator writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Configured {
    /// Lower case, in addresses.
    id: String,
    name: String,
    issuer: Url,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    client_secret: Option<seal::Secret>,
}

/// One provider.
pub(in crate::identity) struct Provider {
    pub(super) id: String,
    name: String,
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
}

/// All providers.
pub(in crate::identity) struct Providers {
    all: Vec<Provider>,
    http: Http,
    /// Whether somebody unknown becomes a member.
    pub(super) signup: bool,
}

/// A client that knows where to send people and where to exchange codes.
pub(super) type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Providers {
    pub(in crate::identity) fn read(config: &Config) -> anyhow::Result<Self> {
        let configured: Vec<Configured> = match config.oidc_providers()? {
            Some(text) => serde_json::from_str(&text).context("OIDC_PROVIDERS cannot be read")?,
            None => Vec::new(),
        };
        let policy: Policy = config
            .egress_allow
            .parse()
            .context("EGRESS_ALLOW cannot be read")?;
        let all = configured
            .into_iter()
            .map(|provider| Provider::new(provider, &config.public_url))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            all,
            http: Egress::new(policy).http(),
            signup: config.oidc_signup,
        })
    }

    /// What the door shows.
    pub(in crate::identity) fn shown(&self) -> Vec<OidcProvider> {
        let shown = self.all.iter().map(|provider| OidcProvider {
            id: provider.id.clone(),
            name: provider.name.clone(),
        });
        shown.collect()
    }

    pub(super) fn find(&self, id: &str) -> Option<&Provider> {
        self.all.iter().find(|provider| provider.id == id)
    }

    /// Asks the provider where its doors are.
    pub(super) async fn client(&self, provider: &Provider) -> anyhow::Result<Client> {
        let metadata =
            CoreProviderMetadata::discover_async(provider.issuer.clone(), &self.transport())
                .await
                .with_context(|| format!("could not discover {}", provider.issuer.as_str()))?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            provider.client_id.clone(),
            provider.client_secret.clone(),
        );
        Ok(client.set_redirect_uri(provider.redirect.clone()))
    }

    /// The one egress, as the protocol's library wants it.
    pub(super) fn transport(&self) -> impl Fn(HttpRequest) -> Exchange + use<> {
        let http = self.http.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { exchange(&http, request).await })
        }
    }
}

type Exchange = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// Why a provider did not answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransportError {
    #[error("the address cannot be used")]
    Address(#[from] url::ParseError),
    #[error("the provider did not answer")]
    Egress(#[from] egress::Error),
    #[error("the answer cannot be read")]
    Answer(#[from] http::Error),
}

async fn exchange(http: &Http, request: HttpRequest) -> Result<HttpResponse, TransportError> {
    let (parts, body) = request.into_parts();
    let url: Url = parts.uri.to_string().parse()?;
    let mut asked = Request::new(parts.method, url);
    asked.headers = parts.headers;
    asked.body = Body::Whole(body.into());
    let answer = http.send(asked).await?;
    let mut response = http::Response::builder()
        .status(answer.status)
        .body(answer.body.to_vec())?;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

impl Provider {
    fn new(configured: Configured, public_url: &Url) -> anyhow::Result<Self> {
        let Configured { id, name, .. } = configured;
        anyhow::ensure!(
            !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "OIDC_PROVIDERS: the id `{id}` must be letters, digits and dashes"
        );
        let secret = match (configured.client_secret, configured.client_secret_file) {
            (Some(secret), _) => Some(secret.expose_str()?.to_owned()),
            (None, Some(path)) => Some(
                std::fs::read_to_string(&path)
                    .with_context(|| format!("could not read {}", path.display()))?
                    .trim()
                    .to_owned(),
            ),
            (None, None) => None,
        };
        let redirect = public_url
            .join(&format!("/api/v1/auth/oidc/{id}/callback"))
            .context("PUBLIC_URL cannot be used")?;
        // As the operator wrote it: `Url` adds a slash that the issuer in a token does not have.
        let issuer = configured.issuer.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            id,
            name,
            issuer: IssuerUrl::new(issuer)?,
            client_id: ClientId::new(configured.client_id),
            client_secret: secret.map(ClientSecret::new),
            redirect: RedirectUrl::from_url(redirect),
        })
    }
}
