//! Sign-up and login from the client's side. The suite of the server serves as the client's: the identity
//! in place of argon2id makes no difference to anything that is tested here.

use std::net::Ipv4Addr;

use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, RegistrationResponse,
};
use rand::rngs::OsRng;

use super::opaque::Suite;
use super::*;
use crate::clock::ManualClock;
use crate::content::{character_level, skill_level};
use crate::durability::{DataDir, DurabilityConfig, LevelCurve};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

struct Fixture {
    accounts: Accounts,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

fn fixture(limits: AccountLimits) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::open(folder.path()).unwrap();
    let clock = Arc::new(ManualClock::at(0));
    let levels = LevelCurve {
        character_level,
        skill_level,
    };
    let (durability, loaded) =
        crate::durability::open(&data, DurabilityConfig::new(levels), clock.clone()).unwrap();
    let opaque = OpaqueServer::open(&data.keys(), 0).unwrap();
    let metrics = Arc::new(Metrics::default());
    let accounts = Accounts::new(
        opaque,
        &loaded.accounts,
        Arc::new(durability),
        clock.clone(),
        metrics,
        limits,
    );
    Fixture {
        accounts,
        clock,
        _folder: folder,
    }
}

fn generous() -> Fixture {
    fixture(AccountLimits {
        logins_per_account: 1000,
        logins_per_address: 1000,
    })
}

impl Fixture {
    async fn register(&self, name: &str, password: &str) -> Result<(), AccountError> {
        let started = ClientRegistration::<Suite>::start(&mut OsRng, password.as_bytes()).unwrap();
        let request = started.message.serialize().to_vec();
        assert_eq!(request.len(), 32);
        let response = self.accounts.register_start(name, request, HERE).await?;
        assert_eq!(response.len(), 64);
        let response = RegistrationResponse::deserialize(&response).unwrap();
        let parameters = ClientRegistrationFinishParameters::default();
        let finished = started
            .state
            .finish(&mut OsRng, password.as_bytes(), response, parameters)
            .unwrap();
        let upload = finished.message.serialize().to_vec();
        assert_eq!(upload.len(), 192);
        self.accounts
            .register_finish(name, upload, STRETCHING_VERSION)
            .await
    }

    /// The login up to the proof; `None` when the client already sees that the password is wrong.
    async fn prove(
        &self,
        name: &str,
        password: &str,
    ) -> Result<(PendingLogin, Option<Vec<u8>>), AccountError> {
        let started = ClientLogin::<Suite>::start(&mut OsRng, password.as_bytes()).unwrap();
        let request = started.message.serialize().to_vec();
        assert_eq!(request.len(), 96);
        let (pending, response, version) = self.accounts.login_start(name, request, HERE).await?;
        assert_eq!((response.len(), version), (320, STRETCHING_VERSION));
        let response = CredentialResponse::deserialize(&response).unwrap();
        let parameters = ClientLoginFinishParameters::default();
        let finished = started
            .state
            .finish(&mut OsRng, password.as_bytes(), response, parameters);
        Ok((
            pending,
            finished
                .ok()
                .map(|finished| finished.message.serialize().to_vec()),
        ))
    }

    async fn log_in(&self, name: &str, password: &str) -> Result<(AccountId, SessionToken), AccountError> {
        let (pending, proof) = self.prove(name, password).await?;
        self.accounts
            .login_finish(pending, proof.unwrap_or_else(|| vec![1; 64]))
            .await
    }
}

#[tokio::test]
async fn who_signed_up_can_log_in_and_resume() {
    let fixture = generous();
    fixture.register("Ada", "pässword").await.unwrap();
    let (account, token) = fixture.log_in("aDA", "pässword").await.unwrap();
    assert_eq!(fixture.accounts.resume(&token.to_bytes()).unwrap().0, account);
    assert!(matches!(
        fixture.accounts.resume(&token.to_bytes()),
        Err(AccountError::TokenRefused)
    ));
    assert!(matches!(
        fixture.register("ADA", "other").await,
        Err(AccountError::NameTaken)
    ));
}

#[tokio::test]
async fn wrong_password_unknown_name_and_forged_proof_look_the_same() {
    let fixture = generous();
    fixture.register("ada", "password").await.unwrap();
    for (name, password) in [("ada", "Password"), ("ada", ""), ("nobody", "password")] {
        let (pending, proof) = fixture.prove(name, password).await.unwrap();
        assert_eq!(proof, None, "{name}");
        let refused = fixture.accounts.login_finish(pending, vec![9; 64]).await;
        assert!(
            matches!(refused, Err(AccountError::Refused)),
            "{name}: {refused:?}"
        );
    }
}

/// The part of the answer that depends on the name alone does so for names that do not exist, too.
#[tokio::test]
async fn d20_an_unknown_name_gets_a_stable_answer() {
    let fixture = generous();
    fixture.register("ada", "password").await.unwrap();
    let started = ClientLogin::<Suite>::start(&mut OsRng, b"guess").unwrap();
    let request = started.message.serialize().to_vec();
    for name in ["ada", "nobody"] {
        let mut answers = Vec::new();
        for _ in 0..2 {
            answers.push(
                fixture
                    .accounts
                    .login_start(name, request.clone(), HERE)
                    .await
                    .unwrap()
                    .1,
            );
        }
        assert_eq!(answers[0][..32], answers[1][..32], "{name}");
        assert_ne!(answers[0][32..], answers[1][32..], "{name}");
    }
}

#[tokio::test]
async fn a_proof_is_good_for_its_own_login_and_in_time() {
    let fixture = generous();
    fixture.register("ada", "password").await.unwrap();
    let (_, captured) = fixture.prove("ada", "password").await.unwrap();
    let (pending, _) = fixture.prove("ada", "password").await.unwrap();
    let replayed = fixture.accounts.login_finish(pending, captured.unwrap()).await;
    assert!(matches!(replayed, Err(AccountError::Refused)));

    let (pending, proof) = fixture.prove("ada", "password").await.unwrap();
    fixture.clock.advance(LOGIN_WITHIN + Duration::from_millis(1));
    let late = fixture.accounts.login_finish(pending, proof.unwrap()).await;
    assert!(matches!(late, Err(AccountError::Refused)));
}

#[tokio::test]
async fn guesses_are_limited_by_account_and_by_address() {
    let fixture = fixture(AccountLimits {
        logins_per_account: 2,
        logins_per_address: 6,
    });
    fixture.register("ada", "password").await.unwrap();
    for _ in 0..2 {
        fixture.log_in("ada", "guess").await.unwrap_err();
    }
    assert!(matches!(
        fixture.log_in("ada", "password").await,
        Err(AccountError::TooMany(_))
    ));
    for name in ["aaa", "bbb"] {
        assert!(matches!(
            fixture.log_in(name, "guess").await,
            Err(AccountError::Refused)
        ));
    }
    assert!(matches!(
        fixture.log_in("ccc", "guess").await,
        Err(AccountError::TooMany(_))
    ));
    fixture.clock.advance(Duration::from_mins(1));
    fixture.log_in("ada", "password").await.unwrap();
}

#[tokio::test]
async fn messages_that_no_client_makes_are_refused() {
    let fixture = generous();
    for length in [0, 31, 32, 33, 96, 192, 4096] {
        for byte in [0, 0xff] {
            let bytes = vec![byte; length];
            let started = fixture.accounts.register_start("ada", bytes.clone(), HERE).await;
            assert!(
                matches!(started, Err(AccountError::Malformed)),
                "{length} x {byte}"
            );
            let finished = fixture.accounts.register_finish("ada", bytes.clone(), 1).await;
            assert!(
                matches!(finished, Err(AccountError::Malformed)),
                "{length} x {byte}"
            );
            let login = fixture.accounts.login_start("ada", bytes, HERE).await;
            assert!(matches!(login, Err(AccountError::Malformed)), "{length} x {byte}");
        }
    }
    assert!(matches!(
        fixture.accounts.register_finish("ada", vec![0; 192], 7).await,
        Err(AccountError::UnknownStretching)
    ));
}

#[test]
fn addresses_of_one_household_count_as_one() {
    let network = |text: &str| network_of(text.parse().unwrap());
    assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
    assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
}
