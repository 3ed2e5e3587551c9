//! OPAQUE, the client's side: the password is stretched here and never leaves this process.
//!
//! *Not* responsible for: sending anything (see `client`).

use anyhow::{Context as _, Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::key_exchange::tripledh::TripleDh;
use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, Identifiers, RegistrationResponse, Ristretto255,
};
use rand::rngs::OsRng;

/// The server's suite, with the key stretching that only clients do.
struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2::Sha512>;
    type Ksf = Argon2<'static>;
}

/// Stretching version 1: argon2id over 64 MiB, 3 passes, 4 lanes.
pub const STRETCHING_VERSION: u32 = 1;

fn stretching() -> Result<Argon2<'static>> {
    let params = Params::new(65_536, 3, 4, None).map_err(|error| anyhow!("argon2 parameters: {error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A sign-up that waits for the server's answer.
pub struct Registration {
    state: ClientRegistration<Suite>,
    password: Vec<u8>,
    /// For `RegisterStart`.
    pub request: Vec<u8>,
}

impl Registration {
    /// Begins a sign-up.
    pub fn start(password: &str) -> Result<Self> {
        let password = password.as_bytes().to_vec();
        let started =
            ClientRegistration::<Suite>::start(&mut OsRng, &password).context("registration start")?;
        Ok(Self {
            state: started.state,
            password,
            request: started.message.serialize().to_vec(),
        })
    }

    /// Makes the upload for `RegisterFinish` from the server's answer. Takes a tenth of a second.
    pub fn finish(self, response: &[u8]) -> Result<Vec<u8>> {
        let response = RegistrationResponse::deserialize(response).context("registration response")?;
        let stretching = stretching()?;
        let parameters = ClientRegistrationFinishParameters::new(Identifiers::default(), Some(&stretching));
        let finished = self
            .state
            .finish(&mut OsRng, &self.password, response, parameters);
        Ok(finished
            .context("registration finish")?
            .message
            .serialize()
            .to_vec())
    }
}

/// A login that waits for the server's answer.
pub struct Login {
    state: ClientLogin<Suite>,
    password: Vec<u8>,
    /// For `LoginStart`.
    pub request: Vec<u8>,
}

impl Login {
    /// Begins a login.
    pub fn start(password: &str) -> Result<Self> {
        let password = password.as_bytes().to_vec();
        let started = ClientLogin::<Suite>::start(&mut OsRng, &password).context("login start")?;
        Ok(Self {
            state: started.state,
            password,
            request: started.message.serialize().to_vec(),
        })
    }

    /// Makes the proof for `LoginFinish`; fails when the password is wrong or there is no such account.
    /// Takes a tenth of a second.
    pub fn finish(self, response: &[u8]) -> Result<Vec<u8>> {
        let response = CredentialResponse::deserialize(response).context("credential response")?;
        let stretching = stretching()?;
        let parameters = ClientLoginFinishParameters::new(None, Identifiers::default(), Some(&stretching));
        let finished = self
            .state
            .finish(&mut OsRng, &self.password, response, parameters);
        Ok(finished
            .context("wrong account name or password")?
            .message
            .serialize()
            .to_vec())
    }
}
