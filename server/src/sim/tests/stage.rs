//! A stage for tests: the islands of the fixture, flat, and players who say what a test wants.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shared::coords::{ColumnPos, LocalPos, VoxelPos};
use shared::ids::IslandId;

use super::journal::{Disk, journal};
use crate::content::Content;
use crate::metrics::Metrics;
use crate::outbox::{Outbox, Outgoing};
use crate::rows::{AccountId, AnswerRow, Change, CharacterId, InventoryRow, ItemRow, SkillRow, Transaction};
use crate::sim::input::{Input, Request, SessionId};
use crate::sim::walk::{Cell, Terrain};
use crate::sim::{Body, ErrorCode, Setup, SimConfig, Simulation, StoredCharacters};
use crate::world::{Terrains, World};

/// Logout delay of the stage, in ticks.
pub(super) const LOGOUT_TICKS: usize = 100;

/// Ground that is flat at one height everywhere.
struct Flat(i32);

impl Terrain for Flat {
    fn cell(&self, voxel: VoxelPos) -> Cell {
        if voxel.z < self.0 { Cell::Solid } else { Cell::Air }
    }

    fn ground(&self, _: ColumnPos) -> i32 {
        self.0
    }
}

/// A player: its session, account and character.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Player {
    pub(super) session: SessionId,
    pub(super) account: AccountId,
    pub(super) character: CharacterId,
}

/// A simulation with everything around it.
pub(super) struct Stage {
    pub(super) simulation: Simulation,
    pub(super) journal: Disk,
    outboxes: BTreeMap<SessionId, Arc<Outbox>>,
    inputs: Vec<Input>,
    now_micros: i64,
    next: u64,
    stored: Stored,
}

/// What a replay of the journal gives: last value by key.
#[derive(Clone, Default, Debug)]
pub(super) struct Stored {
    characters: BTreeMap<CharacterId, crate::rows::CharacterRow>,
    items: BTreeMap<String, ItemRow>,
    inventory: BTreeMap<(CharacterId, i64), InventoryRow>,
    skills: BTreeMap<(CharacterId, String), SkillRow>,
    answers: Vec<AnswerRow>,
}

impl Stored {
    pub(super) fn replay(&mut self, transactions: Vec<Transaction>) {
        for change in transactions
            .into_iter()
            .flat_map(|transaction| transaction.changes)
        {
            match change {
                Change::PutCharacter(row) => _ = self.characters.insert(row.character_id, row),
                Change::PutItem(row) => _ = self.items.insert(row.item_id.clone(), row),
                Change::RemoveItem { item_id } => _ = self.items.remove(&item_id).expect("an item"),
                Change::PutInventory(row) => _ = self.inventory.insert((row.character_id, row.slot), row),
                Change::RemoveInventory { character_id, slot } => {
                    self.inventory.remove(&(character_id, slot)).expect("a slot");
                }
                Change::PutSkill(row) => {
                    _ = self
                        .skills
                        .insert((row.character_id, row.skill_name.clone()), row);
                }
                Change::PutAnswer(row) => self.answers.push(row),
                Change::PutAccount(_) | Change::PutCredential(_) => panic!("not of the simulation"),
            }
        }
    }
}

fn simulation(ground: i32, stored: &Stored) -> (Simulation, Disk) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/two_islands");
    let project = worldgen::check::check(&fixture).unwrap().project;
    let content = Content::load(&fixture).unwrap();
    let flat = |id: &IslandId| (*id, (Arc::new(Flat(ground)) as Arc<dyn Terrain>, 0));
    let terrains: Terrains = project.islands.keys().map(flat).collect();
    let world = World::build(&project, &terrains, &content).unwrap();
    let (journal, disk) = journal();
    let simulation = Simulation::new(Setup {
        world: Arc::new(world),
        content: Arc::new(content),
        journal: Box::new(journal),
        stored: StoredCharacters {
            characters: stored.characters.values().cloned().collect(),
            items: stored.items.values().cloned().collect(),
            inventory: stored.inventory.values().cloned().collect(),
            skills: stored.skills.values().cloned().collect(),
        },
        answers: stored.answers.clone(),
        config: SimConfig {
            logout_delay: Duration::from_millis(50 * LOGOUT_TICKS as u64),
            character_capacity: 100,
        },
        item_id_seed: [7; 16],
        metrics: Arc::new(Metrics::default()),
    });
    (simulation, disk)
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::with(1, Stored::default())
    }

    fn with(ground: i32, stored: Stored) -> Self {
        let (simulation, journal) = simulation(ground, &stored);
        Self {
            simulation,
            journal,
            outboxes: BTreeMap::new(),
            inputs: Vec::new(),
            now_micros: 1_000_000,
            next: 1,
            stored,
        }
    }

    /// Runs so many ticks; what was asked before comes in the first.
    pub(super) fn run(&mut self, ticks: usize) {
        for _ in 0..ticks {
            self.now_micros += 50_000;
            self.simulation
                .tick(self.now_micros, std::mem::take(&mut self.inputs));
        }
    }

    /// A new account with a character of this name that has not entered.
    pub(super) fn log_in(&mut self, name: &str) -> Player {
        let account = i64::try_from(self.next).unwrap();
        let session = self.attach(account);
        let mut player = Player {
            session,
            account,
            character: 0,
        };
        self.ask(
            player,
            Request::CreateCharacter {
                name: name.to_owned(),
            },
        );
        self.run(1);
        for body in self.told(player) {
            if let Body::CharacterCreated(created) = body {
                player.character = created.character.unwrap().character_id;
            }
        }
        assert!(player.character > 0, "{name} was not created");
        player
    }

    /// The same, in the world.
    pub(super) fn join(&mut self, name: &str) -> Player {
        let player = self.log_in(name);
        self.enter(player);
        player
    }

    /// A new session of a player that has played before.
    pub(super) fn log_in_again(&mut self, player: Player) -> Player {
        let session = self.attach(player.account);
        let player = Player { session, ..player };
        self.enter(player);
        player
    }

    fn attach(&mut self, account: AccountId) -> SessionId {
        let session = SessionId(self.next);
        self.next += 1;
        let outbox = Arc::new(Outbox::default());
        self.outboxes.insert(session, outbox.clone());
        self.inputs.push(Input::Attach {
            session,
            account,
            outbox,
            request_id: vec![1; 16],
            session_token: vec![2; 32],
        });
        session
    }

    fn enter(&mut self, player: Player) {
        let character_id = player.character;
        self.ask(player, Request::EnterWorld { character_id });
        self.run(1);
        let told = self.told(player);
        assert!(
            told.iter().any(|body| matches!(body, Body::IslandEntered(_))),
            "{told:?}"
        );
    }

    /// The player's connection is gone.
    pub(super) fn lose(&mut self, player: Player) {
        self.inputs.push(Input::Detach {
            session: player.session,
        });
        self.run(1);
    }

    /// Puts a request into the inbox, each under an id of its own.
    pub(super) fn ask(&mut self, player: Player, request: Request) {
        self.next += 1;
        self.inputs.push(Input::Request {
            session: player.session,
            request_id: Some(u128::from(self.next)),
            request,
        });
    }

    /// What the player was told since the last call.
    pub(super) fn told(&mut self, player: Player) -> Vec<Body> {
        match self.outboxes[&player.session].try_take() {
            Some(Outgoing::Batch(batch) | Outgoing::Last(batch, _)) => batch
                .messages
                .into_iter()
                .filter_map(|message| message.body)
                .collect(),
            None => Vec::new(),
        }
    }

    /// Codes of what the player was refused since the last call.
    pub(super) fn refusals(&mut self, player: Player) -> Vec<ErrorCode> {
        let told = self.told(player).into_iter();
        told.filter_map(|body| match body {
            Body::Error(error) => Some(error.code()),
            _ => None,
        })
        .collect()
    }

    pub(super) fn harvest(&self, entity: &str) -> Request {
        let entity = entity.parse().unwrap();
        assert!(
            self.simulation
                .world
                .islands()
                .any(|island| island.nodes.contains_key(&entity))
        );
        Request::HarvestStart { entity }
    }

    pub(super) fn portal(&self, portal: &str) -> Request {
        let portal = portal.parse().unwrap();
        assert!(
            self.simulation
                .world
                .islands()
                .any(|island| island.portals.contains_key(&portal))
        );
        Request::UsePortal { portal }
    }

    /// Puts a character next to a node without the walk.
    pub(super) fn stand_at(&mut self, player: Player, entity: &str) {
        let entity = entity.parse().unwrap();
        let node = self
            .simulation
            .world
            .islands()
            .find_map(|island| island.nodes.get(&entity))
            .unwrap();
        let place = node.position;
        self.teleport(player, place.x_m, place.y_m);
    }

    pub(super) fn teleport(&mut self, player: Player, x_m: f32, y_m: f32) {
        let mut zones = self.simulation.zones.values_mut();
        let mover = zones.find_map(|zone| zone.mover_mut(player.character)).unwrap();
        mover.body.feet.x_m = x_m;
        mover.body.feet.y_m = y_m;
    }

    pub(super) fn feet(&self, player: Player) -> LocalPos {
        let mut zones = self.simulation.zones.values();
        let mover = zones.find_map(|zone| zone.mover(player.character)).unwrap();
        mover.body.feet
    }

    pub(super) fn is_in_world(&self, player: Player) -> bool {
        self.simulation
            .zones
            .values()
            .any(|zone| zone.mover(player.character).is_some())
    }

    /// Logs and experience of a character.
    pub(super) fn possessions(&self, player: Player) -> (i64, i64) {
        let character = self.simulation.roster.get(player.character).unwrap();
        (character.inventory.count("log"), character.row.experience)
    }

    /// The same world after a restart from what the journal got.
    pub(super) fn restarted(self) -> Self {
        self.restarted_on_higher_ground(0)
    }

    /// The same, with all ground raised by some voxels meanwhile.
    pub(super) fn restarted_on_higher_ground(self, raised_by: i32) -> Self {
        let mut stored = self.stored;
        stored.replay(self.journal.take());
        let mut stage = Self::with(1 + raised_by, stored);
        stage.next = self.next;
        stage
    }
}

/// A transaction without ids and times.
pub(super) fn outline(transaction: &Transaction) -> Vec<String> {
    let line = |change: &Change| match change {
        Change::PutCharacter(row) => format!(
            "character: experience {}, revision {}",
            row.experience, row.revision
        ),
        Change::PutItem(row) => format!("item: {}", row.item_type),
        Change::RemoveItem { .. } => "item removed".to_owned(),
        Change::PutInventory(row) => format!("slot {}: {}", row.slot, row.quantity),
        Change::RemoveInventory { slot, .. } => format!("slot {slot}: empty"),
        Change::PutSkill(row) => format!("skill {}: {}", row.skill_name, row.experience),
        Change::PutAnswer(_) => "answer".to_owned(),
        Change::PutAccount(_) | Change::PutCredential(_) => "account".to_owned(),
    };
    transaction.changes.iter().map(line).collect()
}
