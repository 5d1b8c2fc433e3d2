//! Whether a change of an account is taken. Pure.

use crate::{AccountKind, Keys, Problem, store::accounts::Row};
use events::AccountConnectRequested;
use ids::{AccountId, TenantId};
use seal::{SealContext, Sealed, Secret};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is stored when the change is taken.
pub(crate) struct Taken {
    pub(crate) sealed: Option<Sealed>,
    pub(crate) sealed_version: Option<i64>,
    pub(crate) version: i64,
}

/// True when the change comes too late to say anything: it was taken before, or a newer one was, or the account is gone.
pub(crate) fn is_settled(known: &Row, event: &AccountConnectRequested, tenant: &TenantId) -> bool {
    known.is_removed()
        || known.tenant != tenant.as_str()
        || i64::try_from(event.version).is_ok_and(|version| version <= known.version)
}

/// Checks settings and credentials, those that came and those that stay.
pub(crate) fn judge<K: AccountKind>(
    keys: &Keys,
    tenant: &TenantId,
    event: &AccountConnectRequested,
    known: Option<&Row>,
) -> Result<Taken, Problem> {
    let settings: K::Settings = read(&event.settings).map_err(|(pointer, message)| Problem {
        code: "account.setting_invalid",
        message,
        pointer: Some(pointer),
    })?;
    let version = i64::try_from(event.version)
        .map_err(|_| Problem::credentials("the version is too large"))?;
    let (sealed, sealed_version) = match (&event.sealed, known) {
        (Some(sealed), _) => (Some(parse(sealed)?), Some(version)),
        (None, Some(row)) => (row.sealed.as_ref().map(|s| s.0.clone()), row.sealed_version),
        (None, None) => (None, None),
    };
    let credentials = match &sealed {
        None => None,
        Some(sealed) => {
            let sealed_version =
                u64::try_from(sealed_version.unwrap_or_default()).unwrap_or_default();
            let expected = context::<K>(tenant, event.account_id, sealed_version, sealed);
            let secret = keys.open(sealed, &expected).map_err(|error| Problem {
                code: "account.credentials_not_for_this",
                message: format!("the credentials cannot be used: {error}; enter them again"),
                pointer: None,
            })?;
            for host in K::hosts(&settings) {
                if !sealed.context.allows_host(&host) {
                    return Err(Problem {
                        code: "account.host_not_allowed",
                        message: format!(
                            "the credentials were not given for {host}; enter them again"
                        ),
                        pointer: Some("/host".to_owned()),
                    });
                }
            }
            Some(credentials::<K>(&secret).map_err(Problem::credentials)?)
        }
    };
    K::check(&settings, credentials.as_ref())?;
    Ok(Taken {
        sealed,
        sealed_version,
        version,
    })
}

/// What credentials must have been sealed for. The hosts are those that the sealing person named: they are bound to it.
pub(crate) fn context<K: AccountKind>(
    tenant: &TenantId,
    account: AccountId,
    version: u64,
    sealed: &Sealed,
) -> SealContext {
    SealContext {
        tenant: tenant.clone(),
        account: account.to_string(),
        adapter: format!("adapter-{}", K::ADAPTER),
        version,
        allowed_hosts: sealed.context.allowed_hosts.clone(),
    }
}

/// Reads opened credentials. The message names a field, never a value.
pub(crate) fn credentials<K: AccountKind>(secret: &Secret) -> Result<K::Credentials, String> {
    let mut text = serde_json::Deserializer::from_slice(secret.expose());
    serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let (path, cause) = (error.path().to_string(), error.into_inner().to_string());
        // Other messages of serde repeat the value.
        let told = ["missing field", "unknown field"]
            .into_iter()
            .find(|known| cause.starts_with(known));
        match told {
            Some(_) => format!(
                "credentials: {}",
                cause.split(" at line").next().unwrap_or_default()
            ),
            None => format!("credentials: `{path}` is not of the right kind"),
        }
    })
}

fn parse(sealed: &Value) -> Result<Sealed, Problem> {
    read(sealed).map_err(|(_, message)| Problem {
        code: "account.credentials_not_for_this",
        message: format!("the sealed credentials cannot be read: {message}"),
        pointer: None,
    })
}

/// Reads JSON, or says where it is wrong: a pointer and a sentence.
fn read<T: DeserializeOwned>(value: &Value) -> Result<T, (String, String)> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer: String = error
            .path()
            .iter()
            .map(|segment| format!("/{segment}"))
            .filter(|segment| segment != "/?")
            .collect();
        (pointer, error.into_inner().to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    struct Kind;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        #[expect(dead_code, reason = "read by nobody but serde")]
        host: String,
        #[expect(dead_code, reason = "read by nobody but serde")]
        port: u16,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Credentials {
        #[expect(dead_code, reason = "read by nobody but serde")]
        password: Secret,
    }

    impl AccountKind for Kind {
        const ADAPTER: &'static str = "kind";
        type Settings = Settings;
        type Credentials = Credentials;

        fn check(_: &Settings, _: Option<&Credentials>) -> Result<(), Problem> {
            Ok(())
        }

        fn hosts(_: &Settings) -> Vec<String> {
            Vec::new()
        }
    }

    #[test]
    fn a_bad_credential_is_named_but_never_repeated() {
        for (text, expected) in [
            (
                r#"{"password": 918273}"#,
                "credentials: `password` is not of the right kind",
            ),
            (
                r#"{"passwort": "918273"}"#,
                "credentials: unknown field `passwort`, expected `password`",
            ),
            ("{}", "credentials: missing field `password`"),
            (
                r#"{"password": "918273"#,
                "credentials: `password` is not of the right kind",
            ),
        ] {
            let told = credentials::<Kind>(&Secret::from(text.to_owned()))
                .err()
                .unwrap();
            assert_eq!(told, expected);
            assert!(!told.contains("918273"));
        }
    }

    #[test]
    fn a_bad_setting_is_pointed_at() {
        for (settings, expected) in [
            (json!({ "host": "a", "port": "x" }), "/port"),
            (json!({ "host": "a", "port": 1, "tsl": true }), "/tsl"),
            (json!({ "port": 1 }), ""),
        ] {
            let (pointer, _) = read::<Settings>(&settings).unwrap_err();
            assert_eq!(pointer, expected);
        }
    }
}
