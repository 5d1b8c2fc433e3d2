//! Passwords: Argon2id, hashed away from the threads that serve.

use crate::edge::{Problem, ProblemItem};
use anyhow::Context;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
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
        let nobody: PasswordHash = Argon2::default()
            .hash_password(super::token::generate().as_bytes())
            .context("could not hash a password")?;
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
