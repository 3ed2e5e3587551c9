//! A player that outlives the server: signs up, plays until the connection is gone, comes back to the next
//! server and tells the oracle what it finds there.
//!
//! *Not* responsible for: judging (see `oracle`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, ensure};
use e2e_tests::client::{Client, Refused, new_request_id};
use e2e_tests::possessions::Possessions;
use rand::Rng as _;
use rand::rngs::StdRng;
use server::sim::walk::WALK_SPEED_M;
use server::wire::v1::server_message::Body;
use server::wire::v1::{CreateCharacter, ErrorCode, client_message};
use shared::coords::LocalPos;

use super::oracle::{Oracle, Told};

const PASSWORD: &str = "correct horse battery staple";
/// How old a position may be after a kill: two seconds by promise, and one for a disk that is slow.
const POSITION_AGE_S: f32 = 3.0;
/// Logs beyond which no more are gathered: they are what fills slots.
const LOGS_ENOUGH: i64 = 60;

/// What a player does with its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// Harvests and steps through portals.
    Harvester,
    /// Walks far.
    Walker,
}

/// A player with all that it was told.
#[derive(Debug)]
pub(crate) struct Player {
    role: Role,
    account_name: String,
    character_name: String,
    /// Whether the account is acknowledged.
    has_account: bool,
    /// Whether a sign-up began that was never answered.
    may_have_account: bool,
    /// The same for every try, so that a retry is no second character.
    create_request: Vec<u8>,
    /// Once the character is acknowledged.
    character: Option<i64>,
    told: Possessions,
    /// Island and place where it stood last.
    stood: Option<(String, LocalPos)>,
    /// A step that was not answered yet: request, portal and the island behind it.
    step: Option<(Vec<u8>, String, String)>,
}

impl Player {
    /// Somebody new.
    pub(crate) fn new(number: usize, role: Role) -> Self {
        // Names of characters have letters only.
        let digits = number.to_string();
        let digits = digits.chars().filter_map(|digit| digit.to_digit(10));
        let letters: String = digits
            .filter_map(|digit| char::from_digit(digit + 10, 20))
            .collect();
        Self {
            role,
            account_name: format!("player{number}"),
            character_name: format!("Player {letters}"),
            has_account: false,
            may_have_account: false,
            create_request: new_request_id().unwrap(),
            character: None,
            told: Possessions::default(),
            stood: None,
            step: None,
        }
    }

    /// Plays until the server is gone. The result is an error when something ends before `ending` says so.
    pub(crate) async fn live(
        mut self,
        address: SocketAddr,
        ending: Arc<AtomicBool>,
        oracle: Arc<Oracle>,
        mut rng: StdRng,
    ) -> (Self, Result<()>) {
        let end = self.play(address, &oracle, &mut rng).await;
        // Whatever the connection ended with, the server was killed.
        let end = if ending.load(Ordering::SeqCst) {
            Ok(())
        } else {
            end
        };
        let name = self.account_name.clone();
        (
            self,
            end.with_context(|| format!("{name}, while the server was running")),
        )
    }

    /// Comes once more, looks, and goes.
    pub(crate) async fn visit(mut self, address: SocketAddr, oracle: &Oracle) -> Result<()> {
        let mut client = Client::connect(address).await?;
        self.arrive(&mut client, oracle).await
    }

    async fn play(&mut self, address: SocketAddr, oracle: &Oracle, rng: &mut StdRng) -> Result<()> {
        let mut client = Client::connect(address).await?;
        self.arrive(&mut client, oracle).await?;
        loop {
            let done = match (self.role, rng.gen_range(0..4)) {
                (Role::Walker, _) => self.walk(&mut client, rng).await,
                (Role::Harvester, 0) => self.travel(&mut client, oracle).await,
                (Role::Harvester, _) => self.harvest(&mut client, oracle, rng).await,
            };
            // What arrived before the connection broke was told.
            self.take_note(&client, oracle);
            done?;
        }
    }

    /// Signs up, logs in, makes a character, enters: whatever is still missing. Compares on the way.
    async fn arrive(&mut self, client: &mut Client, oracle: &Oracle) -> Result<()> {
        if !self.has_account {
            let tried = std::mem::replace(&mut self.may_have_account, true);
            match client.register(&self.account_name, PASSWORD).await {
                Ok(()) => oracle.told(Told::Account),
                Err(error) if tried && code_of(&error) == Some(ErrorCode::AccountNameTaken) => {}
                Err(error) => return Err(error),
            }
            self.has_account = true;
        }
        let logged_in = match client.login(&self.account_name, PASSWORD).await {
            Err(error) if error.to_string() == "wrong account name or password" => {
                oracle.lost(format!("account {}", self.account_name));
                return Err(error);
            }
            logged_in => logged_in?,
        };
        if logged_in.characters.len() > 1 {
            oracle.doubled(format!("{:?}", logged_in.characters));
        }
        let character_id = if let Some(character_id) = self.character {
            let listed = logged_in.characters.iter();
            let mut same =
                listed.filter(|one| one.character_id == character_id && one.name == self.character_name);
            if same.next().is_none() {
                oracle.lost(format!("character {character_id} of {:?}", logged_in.characters));
            }
            character_id
        } else {
            let name = self.character_name.clone();
            let create = client_message::Body::CreateCharacter(CreateCharacter { name });
            let created = client.request_as(self.create_request.clone(), create).await?;
            let Body::CharacterCreated(created) = created else {
                anyhow::bail!("expected CharacterCreated, got {created:?}");
            };
            oracle.told(Told::Character);
            let character_id = created.character.context("the character")?.character_id;
            *self.character.insert(character_id)
        };
        oracle.named(character_id, &self.character_name);
        client.enter_world(character_id).await?;
        oracle.found(character_id, &self.told, &client.possessions);
        self.told = client.possessions.clone();
        self.find_place(client, oracle).await
    }

    /// Compares where the character stands with where it stood, and repeats the step that was not answered.
    async fn find_place(&mut self, client: &mut Client, oracle: &Oracle) -> Result<()> {
        let island = island_of(client);
        if let Some((stood_on, stood)) = &self.stood {
            let may_have_stepped = self.step.as_ref().is_some_and(|(_, _, to)| *to == island);
            let (dx, dy) = (client.position.x_m - stood.x_m, client.position.y_m - stood.y_m);
            let distance = (dx * dx + dy * dy).sqrt();
            if *stood_on == island {
                if distance > POSITION_AGE_S * WALK_SPEED_M {
                    oracle.lost(format!("{distance} metres of the way of {}", self.character_name));
                }
            } else if !may_have_stepped {
                oracle.lost(format!(
                    "a step of {} from {island} to {stood_on}",
                    self.character_name
                ));
            }
        }
        if let Some((request, portal, to)) = self.step.clone() {
            match client.step_through(&portal, request).await {
                Ok(_) => oracle.told(Told::PortalStep),
                // It was not done, and the character is too far away to do it now.
                Err(error) if island != to && code_of(&error) == Some(ErrorCode::TooFar) => {
                    self.step = None;
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
            self.step = None;
            // Not a second time: from the other side the same portal is not there.
            client.wait_until(|client| island_of(client) == to).await?;
        }
        self.stood = Some((island_of(client), client.position));
        Ok(())
    }

    /// Harvests something for a while.
    async fn harvest(&mut self, client: &mut Client, oracle: &Oracle, rng: &mut StdRng) -> Result<()> {
        let node = match rng.gen_range(0..3) {
            0 => "bush",
            _ if client.possessions.count("log") > LOGS_ENOUGH => "rock",
            1 if client.possessions.count("log") > 0 => "rock",
            _ => "pile",
        };
        let node = client.node(node)?;
        match client.start_harvest(&node.entity_id).await {
            Ok(_) => {}
            Err(error) if may_happen(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
        for _ in 0..rng.gen_range(1..30) {
            let event = client.next_event(|_| true).await?;
            self.take_note(client, oracle);
            match event {
                Body::HarvestEnded(ended) if ended.entity_id == node.entity_id => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Steps to the other island.
    async fn travel(&mut self, client: &mut Client, oracle: &Oracle) -> Result<()> {
        let island = client.island.as_ref().context("no island")?;
        let portal = island.portals.first().context("no portal")?.clone();
        let place = portal.position.unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest f32")]
        client.walk_to(place.x_m as f32, place.y_m as f32, 1.0).await?;
        self.take_note(client, oracle);
        let request = new_request_id()?;
        self.step = Some((
            request.clone(),
            portal.portal_id.clone(),
            portal.to_island_id.clone(),
        ));
        match client.step_through(&portal.portal_id, request).await {
            Ok(used) => {
                ensure!(used.island_id == portal.to_island_id, "{used:?}");
                oracle.told(Told::PortalStep);
                client
                    .wait_until(|client| island_of(client) == used.island_id)
                    .await?;
                self.step = None;
            }
            Err(error) if may_happen(&error) => self.step = None,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Walks a long way.
    async fn walk(&mut self, client: &mut Client, rng: &mut StdRng) -> Result<()> {
        let (x_m, y_m) = (rng.gen_range(-35.0..35.0), rng.gen_range(-35.0..35.0));
        client.walk_to(x_m, y_m, 1.0).await
    }

    /// Remembers what the client knows by now.
    fn take_note(&mut self, client: &Client, oracle: &Oracle) {
        let Some(character_id) = self.character else {
            return;
        };
        if client.possessions.revision() > self.told.revision() {
            oracle.heard(character_id, &self.told, &client.possessions);
            self.told = client.possessions.clone();
        }
        self.stood = Some((island_of(client), client.position));
    }
}

fn island_of(client: &Client) -> String {
    client
        .island
        .as_ref()
        .map(|island| island.island_id.clone())
        .unwrap_or_default()
}

fn code_of(error: &anyhow::Error) -> Option<ErrorCode> {
    error.downcast_ref::<Refused>().map(|refused| refused.code)
}

/// Refusals that a player meets on a good day: a short step too far, no logs left, a busy server.
fn may_happen(error: &anyhow::Error) -> bool {
    matches!(
        code_of(error),
        Some(
            ErrorCode::TooFar
                | ErrorCode::Ingredient
                | ErrorCode::InventoryFull
                | ErrorCode::Busy
                | ErrorCode::RateLimited
        )
    )
}
