//! OPAQUE (RFC 9807), the server's side.
//!
//! Suite: Ristretto255 for the OPRF and the key exchange, 3DH, SHA-512; no context, no identifiers besides
//! the lower-case account name. The server stretches nothing, so its key stretching is the identity; the
//! client's is argon2id. This is what the npm package `@serenity-kit/opaque` speaks.
//!
//! *Not* responsible for: who may try how often (see `accounts`).

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use opaque_ke::key_exchange::tripledh::TripleDh;
use opaque_ke::ksf::Identity;
use opaque_ke::{
    CipherSuite, CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload,
    Ristretto255, ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
};
use rand::rngs::OsRng;
use zeroize::Zeroizing;

/// The suite of protocol version 1.
pub struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2::Sha512>;
    type Ksf = Identity;
}

/// Bytes of a stored server setup.
const SETUP_BYTES: u64 = 128;

/// The server's long-term secrets. Losing them locks every account out.
pub struct OpaqueServer {
    setup: ServerSetup<Suite>,
}

/// The server's memory between the two messages of a login.
pub struct LoginState(ServerLogin<Suite>);

/// Why a message leads nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OpaqueError {
    /// Not bytes that a client makes.
    #[error("not an OPAQUE message")]
    Malformed,
    /// The proof does not hold.
    #[error("the proof does not hold")]
    Refused,
}

/// Why the server's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("cannot use {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is there but it is not a key.
    #[error("{} is damaged: restore it from a copy, without it nobody can log in", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// It is gone while there are accounts that need it.
    #[error("{} is missing, and {account_count} accounts need it: restore it from a copy", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// How many would be locked out.
        account_count: usize,
    },
}

impl OpaqueServer {
    /// Reads the server's key, or makes it when there is none and no account needs one.
    ///
    /// # Errors
    /// See [`KeyFileError`]; an existing file is never overwritten.
    pub fn open(keys_dir: &Path, account_count: usize) -> Result<Self, KeyFileError> {
        let path = keys_dir.join("opaque_server_setup");
        let at = |source| KeyFileError::Io {
            path: path.clone(),
            source,
        };
        match fs::File::open(&path) {
            Ok(file) => {
                let mut bytes = Zeroizing::new(Vec::new());
                file.take(SETUP_BYTES + 1).read_to_end(&mut bytes).map_err(at)?;
                let setup = ServerSetup::deserialize(&bytes)
                    .ok()
                    .filter(|_| bytes.len() as u64 == SETUP_BYTES);
                let setup = setup.ok_or_else(|| KeyFileError::Damaged { path: path.clone() })?;
                Ok(Self { setup })
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(error)),
            Err(_) if account_count > 0 => Err(KeyFileError::Missing { path, account_count }),
            Err(_) => {
                let setup = ServerSetup::<Suite>::new(&mut OsRng);
                let bytes = Zeroizing::new(setup.serialize().to_vec());
                write_secret(&path, &bytes).map_err(at)?;
                Ok(Self { setup })
            }
        }
    }

    /// Answers the first message of a sign-up.
    pub fn register(&self, identifier: &str, request: &[u8]) -> Result<Vec<u8>, OpaqueError> {
        let request = RegistrationRequest::deserialize(request).map_err(malformed)?;
        let started = ServerRegistration::start(&self.setup, request, identifier.as_bytes());
        Ok(started.map_err(malformed)?.message.serialize().to_vec())
    }

    /// The record to store, from the second message of a sign-up.
    pub fn record(upload: &[u8]) -> Result<Vec<u8>, OpaqueError> {
        let upload = RegistrationUpload::<Suite>::deserialize(upload).map_err(malformed)?;
        Ok(ServerRegistration::finish(upload).serialize().to_vec())
    }

    /// Answers the first message of a login; without a record, as if there were one.
    pub fn start_login(
        &self,
        identifier: &str,
        record: Option<&[u8]>,
        request: &[u8],
    ) -> Result<(LoginState, Vec<u8>), OpaqueError> {
        let request = CredentialRequest::deserialize(request).map_err(malformed)?;
        let record = record
            .map(ServerRegistration::<Suite>::deserialize)
            .transpose()
            .map_err(malformed)?;
        let parameters = ServerLoginParameters::default();
        let identifier = identifier.as_bytes();
        let started = ServerLogin::start(&mut OsRng, &self.setup, record, request, identifier, parameters);
        let started = started.map_err(malformed)?;
        Ok((LoginState(started.state), started.message.serialize().to_vec()))
    }

    /// Whether the second message of a login proves the password.
    pub fn finish_login(state: LoginState, finalization: &[u8]) -> Result<(), OpaqueError> {
        let finalization = CredentialFinalization::deserialize(finalization).map_err(malformed)?;
        let finished = state.0.finish(finalization, ServerLoginParameters::default());
        // The session key is dropped here: the session token takes its place.
        if finished.is_ok() {
            Ok(())
        } else {
            Err(OpaqueError::Refused)
        }
    }
}

fn malformed<E>(_: opaque_ke::errors::ProtocolError<E>) -> OpaqueError {
    // The cause says at which byte a stranger's message is wrong; nobody needs it.
    OpaqueError::Malformed
}

/// Writes a new file that only its owner reads, in a way that leaves all of it or nothing.
fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_private_and_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let made = OpaqueServer::open(dir.path(), 0).unwrap();
        let read = OpaqueServer::open(dir.path(), 3).unwrap();
        assert_eq!(made.setup.serialize(), read.setup.serialize());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let metadata = fs::metadata(dir.path().join("opaque_server_setup")).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_or_missing_key_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let missing = OpaqueServer::open(dir.path(), 3);
        assert!(matches!(
            missing,
            Err(KeyFileError::Missing { account_count: 3, .. })
        ));
        write_secret(&dir.path().join("opaque_server_setup"), &[7; 127]).unwrap();
        assert!(matches!(
            OpaqueServer::open(dir.path(), 0),
            Err(KeyFileError::Damaged { .. })
        ));
    }
}
