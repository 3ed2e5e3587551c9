//! Accounts: sign-up and login by OPAQUE (RFC 9807), and session tokens.
//!
//! The server never sees a password, not even at sign-up, and what it stores logs nobody in (B8, D17, D18).
//! A record is read for one verification and wiped after it; it is in no cache and no other row (X4).
//! Whether an account exists cannot be told from a login: unknown names get an answer of the same size,
//! made by the same steps, and stable for the name (D20).
//!
//! Everything here runs beside the tick; the curve arithmetic runs on blocking threads, a few at a time.
//!
//! *Not* responsible for: characters (see `sim`), messages (see `net`).

mod directory;
pub mod opaque;
mod token;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroize as _;

use self::directory::{AccountName, Directory};
use self::opaque::{LoginState, OpaqueError, OpaqueServer};
use self::token::Tokens;
use crate::clock::Clock;
use crate::durability::{AppendError, CredentialError, Durability};
use crate::metrics::Metrics;
use crate::rate_limit::{Buckets, Rate, TooMany};
use crate::rows::{AccountId, AccountRow, Change, CredentialRow, Transaction};

pub use self::directory::InvalidName;
pub use self::token::SessionToken;

/// The only parameters of argon2id so far, frozen under this number: 64 MiB, 3 passes, 4 lanes.
pub const STRETCHING_VERSION: u32 = 1;
/// A login that began must end within this time.
const LOGIN_WITHIN: Duration = Duration::from_secs(10);
/// How long a request waits for a free processor before it is told "busy".
const CRYPTO_WAIT: Duration = Duration::from_secs(5);
/// Names and addresses whose attempts are remembered at a time.
const MAX_LIMITED: usize = 65_536;

/// What an operator can set.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AccountLimits {
    /// Logins that may begin, by account and minute. Each is one guess at the password.
    pub logins_per_account: u32,
    /// Logins and sign-ups that may begin, by address and minute.
    pub logins_per_address: u32,
}

impl Default for AccountLimits {
    fn default() -> Self {
        Self {
            logins_per_account: 5,
            logins_per_address: 30,
        }
    }
}

/// The accounts of this server.
pub struct Accounts {
    opaque: Arc<OpaqueServer>,
    durability: Arc<Durability>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    crypto: Arc<Semaphore>,
    directory: Mutex<Directory>,
    tokens: Mutex<Tokens>,
    by_account: Mutex<Buckets<String>>,
    by_address: Mutex<Buckets<IpAddr>>,
}

/// A login between its two messages. Used once: finishing it consumes it.
pub struct PendingLogin {
    state: LoginState,
    account: Option<AccountId>,
    deadline: Duration,
}

/// Why a sign-up or login goes no further.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Not a name.
    #[error(transparent)]
    InvalidName(#[from] InvalidName),
    /// Not bytes that an OPAQUE client makes.
    #[error("not an OPAQUE message")]
    Malformed,
    /// Parameters that this server does not know.
    #[error("unknown stretching version; this server knows {STRETCHING_VERSION}")]
    UnknownStretching,
    /// Somebody has the name.
    #[error("the account name is taken")]
    NameTaken,
    /// Wrong name or wrong password.
    #[error("wrong account name or password")]
    Refused,
    /// The token is unknown or too old.
    #[error("the session token is unknown or too old; log in again")]
    TokenRefused,
    /// Too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// No processor or no room in the journal right now.
    #[error("the server is busy; try again")]
    Busy,
    /// Nothing can be stored.
    #[error("the server cannot store anything at the moment")]
    ReadOnly,
    /// The disk does not give the record back.
    #[error("the server cannot read accounts at the moment")]
    Storage(#[source] CredentialError),
    /// No randomness, or a thread that died.
    #[error("the server cannot do this at the moment")]
    Internal,
}

impl Accounts {
    /// Accounts as stored, with the server's key.
    pub fn new(
        opaque: OpaqueServer,
        stored: &[AccountRow],
        durability: Arc<Durability>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
        limits: AccountLimits,
    ) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            opaque: Arc::new(opaque),
            durability,
            clock,
            metrics,
            crypto: Arc::new(Semaphore::new(processors)),
            directory: Mutex::new(Directory::load(stored)),
            tokens: Mutex::new(Tokens::default()),
            by_account: Mutex::new(Buckets::new(
                Rate::per_minute(limits.logins_per_account),
                MAX_LIMITED,
            )),
            by_address: Mutex::new(Buckets::new(
                Rate::per_minute(limits.logins_per_address),
                MAX_LIMITED,
            )),
        }
    }

    /// Answers the first message of a sign-up.
    ///
    /// # Errors
    /// The name is taken or not a name, the bytes are not OPAQUE, or it is too often.
    pub async fn register_start(
        &self,
        name: &str,
        request: Vec<u8>,
        address: IpAddr,
    ) -> Result<Vec<u8>, AccountError> {
        let name = AccountName::parse(name)?;
        lock(&self.by_address).take(network_of(address), self.clock.monotonic())?;
        if lock(&self.directory).is_taken(&name) {
            return Err(AccountError::NameTaken);
        }
        let opaque = self.opaque.clone();
        self.compute(move || opaque.register(name.key(), &request)).await
    }

    /// Stores a new account, and returns when it is on disk.
    ///
    /// # Errors
    /// The name was taken meanwhile, the bytes are not OPAQUE, or nothing can be stored.
    pub async fn register_finish(
        &self,
        name: &str,
        upload: Vec<u8>,
        stretching_version: u32,
    ) -> Result<(), AccountError> {
        let name = AccountName::parse(name)?;
        if stretching_version != STRETCHING_VERSION {
            return Err(AccountError::UnknownStretching);
        }
        let record = self.compute(move || OpaqueServer::record(&upload)).await?;
        let account_id = lock(&self.directory)
            .reserve(&name)
            .ok_or(AccountError::NameTaken)?;
        let changes = vec![
            Change::PutAccount(AccountRow {
                account_id,
                account_name: name.as_typed().to_owned(),
                created_at_micros: self.clock.utc_micros(),
            }),
            Change::PutCredential(CredentialRow {
                account_id,
                record,
                stretching_version: i64::from(stretching_version),
            }),
        ];
        let seq = self.durability.append(Transaction { changes }).map_err(|error| {
            lock(&self.directory).release(&name);
            match error {
                AppendError::Full => AccountError::Busy,
                AppendError::Failed(_) | AppendError::Closed => AccountError::ReadOnly,
                AppendError::Invalid { .. } | AppendError::TooLarge => {
                    tracing::error!(%error, "an account was refused");
                    AccountError::Internal
                }
            }
        })?;
        // From here on the name stays reserved: after a failure nobody knows whether it was stored.
        let mut status = self.durability.watch();
        let done = status
            .wait_for(|status| status.durable >= seq || status.failed.is_some())
            .await;
        match done {
            Ok(status) if status.durable >= seq => {}
            _ => return Err(AccountError::ReadOnly),
        }
        lock(&self.directory).confirm(&name);
        Ok(())
    }

    /// Answers the first message of a login, whether or not the account exists. Returns the state for the
    /// second message, the answer and the stretching version.
    ///
    /// # Errors
    /// Not a name, not OPAQUE bytes, too often, or the disk does not answer.
    pub async fn login_start(
        &self,
        name: &str,
        request: Vec<u8>,
        address: IpAddr,
    ) -> Result<(PendingLogin, Vec<u8>, u32), AccountError> {
        let name = AccountName::parse(name)?;
        let now = self.clock.monotonic();
        lock(&self.by_address).take(network_of(address), now)?;
        lock(&self.by_account).take(name.key().to_owned(), now)?;
        self.metrics.logins_started.up();
        let account = lock(&self.directory).find(&name);
        let (opaque, durability) = (self.opaque.clone(), self.durability.clone());
        let (state, answer) = self
            .compute(move || {
                // Unknown names take the same look at the disk: no account has the id 0.
                let row = durability
                    .credential(account.unwrap_or(0))
                    .map_err(ComputeError::Storage)?;
                let mut record = row.map(|row| row.record);
                let started = opaque.start_login(name.key(), record.as_deref(), &request);
                record.zeroize();
                Ok::<_, ComputeError>(started?)
            })
            .await?;
        let pending = PendingLogin {
            state,
            account,
            deadline: now + LOGIN_WITHIN,
        };
        Ok((pending, answer, STRETCHING_VERSION))
    }

    /// Checks the second message of a login.
    ///
    /// # Errors
    /// The password or the name was wrong, or it took too long.
    pub async fn login_finish(
        &self,
        pending: PendingLogin,
        finalization: Vec<u8>,
    ) -> Result<(AccountId, SessionToken), AccountError> {
        let in_time = self.clock.monotonic() <= pending.deadline;
        let proven = self
            .compute(move || OpaqueServer::finish_login(pending.state, &finalization))
            .await;
        match (proven, pending.account) {
            (Ok(()), Some(account)) if in_time => self.welcome(account),
            (Err(error @ (AccountError::Busy | AccountError::Internal)), _) => Err(error),
            _ => Err(AccountError::Refused),
        }
    }

    /// Logs in with the token of an earlier login, which is used up by it.
    ///
    /// # Errors
    /// The token is unknown or too old.
    pub fn resume(&self, token: &[u8]) -> Result<(AccountId, SessionToken), AccountError> {
        let account = lock(&self.tokens).redeem(token, self.clock.monotonic());
        self.welcome(account.ok_or(AccountError::TokenRefused)?)
    }

    fn welcome(&self, account: AccountId) -> Result<(AccountId, SessionToken), AccountError> {
        let token = SessionToken::random().map_err(|error| {
            tracing::error!(%error, "the system gives no randomness");
            AccountError::Internal
        })?;
        lock(&self.tokens).remember(&token, account, self.clock.monotonic());
        self.metrics.logins.up();
        Ok((account, token))
    }

    /// Runs curve arithmetic on a blocking thread, as many at a time as there are processors.
    async fn compute<T: Send + 'static, E: Into<ComputeError> + Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, AccountError> {
        let permit = tokio::time::timeout(CRYPTO_WAIT, self.crypto.clone().acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            return Err(AccountError::Busy);
        };
        let done = tokio::task::spawn_blocking(move || {
            let _permit: OwnedSemaphorePermit = permit;
            work()
        });
        match done.await {
            Ok(result) => result.map_err(|error| error.into().into()),
            Err(error) => {
                tracing::error!(%error, "a login calculation ended abnormally");
                Err(AccountError::Internal)
            }
        }
    }
}

/// What can go wrong on the blocking thread.
enum ComputeError {
    Opaque(OpaqueError),
    Storage(CredentialError),
}

impl From<OpaqueError> for ComputeError {
    fn from(error: OpaqueError) -> Self {
        Self::Opaque(error)
    }
}

impl From<ComputeError> for AccountError {
    fn from(error: ComputeError) -> Self {
        match error {
            ComputeError::Opaque(OpaqueError::Malformed) => Self::Malformed,
            ComputeError::Opaque(OpaqueError::Refused) => Self::Refused,
            ComputeError::Storage(error) => Self::Storage(error),
        }
    }
}

/// One household has one /64 of IPv6; single addresses in it cost nothing.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every state that a panic could leave behind is a valid one.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
