//! Passwords: Argon2id, hashed away from the threads that serve.

use crate::edge::{Problem, ProblemItem};
use argon2::{
    ARGON2ID_IDENT, Argon2, Params, Version,
    password_hash::{
        PasswordHasher, PasswordVerifier,
        phc::{Output, PasswordHash, Salt},
    },
};
use rand::RngExt;
use seal::Secret;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Characters that a password must have at least (NIST SP 800-63B-4 asks for 15 where it is the only factor, 8 at least).
const MIN_LENGTH: usize = 10;
/// Bytes beyond which nothing is hashed.
const MAX_BYTES: usize = 1024;
/// Hashes at a time: each takes 19 MiB.
const AT_A_TIME: usize = 2;

/// Hashes and checks passwords.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
    /// Checked when there is no account, so that time does not tell.
    nobody: String,
}

impl Passwords {
    pub(super) fn new() -> anyhow::Result<Self> {
        // What no password hashes to. Nothing is hashed while the gateway starts: that takes 19 MiB.
        let nobody = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::default().into()),
            params: Params::default().try_into()?,
            salt: Some(Salt::new(&rand::rng().random::<[u8; 16]>())?),
            hash: Some(Output::new(&rand::rng().random::<[u8; 32]>())?),
        };
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_A_TIME)),
            nobody: nobody.to_string(),
        })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// 422 when it is too short or too long.
    pub(super) async fn hash(&self, password: Secret) -> Result<String, Problem> {
        let length = password.expose_str().map_or(0, |text| text.chars().count());
        if length < MIN_LENGTH || password.expose().len() > MAX_BYTES {
            let message = format!("it must have {MIN_LENGTH} characters or more");
            return Err(
                Problem::refused("password.weak", "The password is too weak")
                    .item(ProblemItem::new("/password", "password.length", message)),
            );
        }
        self.turn(move || {
            let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.expose());
            hash.map(|hash| hash.to_string())
                .map_err(|error| Problem::internal(&error))
        })
        .await?
    }

    /// Whether `password` is the one behind `hash`; takes as long when there is no hash.
    pub(super) async fn verify(
        &self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<bool, Problem> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let matches = self
            .turn(move || {
                password.expose().len() <= MAX_BYTES
                    && Argon2::default()
                        .verify_password(password.expose(), hash.as_str())
                        .is_ok()
            })
            .await?;
        Ok(known && matches)
    }

    async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|error| Problem::internal(&error))?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(|error| Problem::internal(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_of_nobody_is_hashed_and_never_right() {
        let passwords = Passwords::new().unwrap();
        let password = || Secret::from("correct horse battery".to_owned());
        let hash = passwords.hash(password()).await.unwrap();
        // What costs time and memory is the same for both.
        let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(&hash), cost(&passwords.nobody));
        assert!(passwords.verify(password(), Some(hash)).await.unwrap());
        let nobody = passwords.nobody.clone();
        assert!(!passwords.verify(password(), Some(nobody)).await.unwrap());
        assert!(!passwords.verify(password(), None).await.unwrap());
    }
}
