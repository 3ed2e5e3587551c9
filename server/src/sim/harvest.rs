//! Harvesting: a resource node completes every `duration` ticks until it is stopped or cannot go on (A6).
//!
//! One completion is one transaction: ingredients, drops and experience change together or not at all
//! (A5, D3), with one revision. Requirements are read from memory, so a level counts from the moment it is
//! reached (A7, D6).
//!
//! *Not* responsible for: chances (see `content::DropTable`), slots (see `sim::inventory`).

use std::sync::Arc;

use shared::coords::LocalPos;
use shared::ids::{EntityId, IslandId};

use super::inventory::{Gift, plain_item};
use super::journal::Refusal;
use super::roster::Character;
use super::zone::Harvest;
use super::{Body, ErrorCode, Refused, RequestId, SessionId, Simulation, notice, reply, v1};
use crate::content::{Content, Drop, NodeType, RollSeed, skill_level};
use crate::rows::CharacterId;

/// How close to a node a character must stand.
pub(super) const HARVEST_REACH_M: f32 = 3.0;

impl Simulation {
    pub(super) fn harvest_start(
        &mut self,
        session: SessionId,
        request_id: Option<RequestId>,
        entity: EntityId,
    ) -> Result<(), Refused> {
        let (island, character_id) = self.playing(session)?;
        if self.read_only {
            return Err(Refusal::Failed.into());
        }
        let content = self.content.clone();
        let node = self.harvestable(&content, island, character_id, entity)?;
        let completes_at = self.tick + u64::from(node.duration_ticks);
        let started = v1::HarvestStarted {
            entity_id: entity.to_string(),
            duration_ticks: node.duration_ticks,
        };
        self.tell(session, reply(request_id, Body::HarvestStarted(started)));
        if let Some(mover) = self
            .zones
            .get_mut(&island)
            .and_then(|zone| zone.mover_mut(character_id))
        {
            let harvest = Harvest { entity, completes_at };
            if let Some(replaced) = mover.harvest.replace(harvest)
                && replaced.entity != entity
            {
                self.tell(session, ended(replaced.entity, ErrorCode::Unspecified));
            }
        }
        Ok(())
    }

    /// Stops the harvest of this node; a stop of another node is ignored (A6).
    pub(super) fn harvest_stop(&mut self, session: SessionId, entity: EntityId) -> Result<(), Refused> {
        let (island, character_id) = self.playing(session)?;
        let mover = self
            .zones
            .get_mut(&island)
            .and_then(|zone| zone.mover_mut(character_id));
        let stopped = mover.and_then(|mover| mover.harvest.take_if(|harvest| harvest.entity == entity));
        if stopped.is_some() {
            self.tell(session, ended(entity, ErrorCode::Unspecified));
        }
        Ok(())
    }

    /// Completes all harvests that are due.
    pub(super) fn complete_harvests(&mut self) {
        let due: Vec<_> = self
            .zones
            .iter()
            .flat_map(|(island, zone)| zone.harvests_due(self.tick).into_iter().map(|due| (*island, due)))
            .collect();
        for (island, (character_id, harvest)) in due {
            let refused = match self.complete_harvest(island, character_id, harvest.entity) {
                Ok(duration_ticks) => {
                    let next = self.tick + u64::from(duration_ticks);
                    self.set_harvest(island, character_id, harvest.entity, Some(next));
                    continue;
                }
                // The disk is behind: the same completion again, a second later.
                Err(refused) if refused.code == ErrorCode::Busy => {
                    let again = self.tick + Self::ticks(refused.retry_after);
                    self.set_harvest(island, character_id, harvest.entity, Some(again));
                    continue;
                }
                Err(refused) => refused,
            };
            let session = self.set_harvest(island, character_id, harvest.entity, None);
            if let Some(session) = session {
                self.tell(session, ended(harvest.entity, refused.code));
            }
        }
    }

    /// Sets or ends the harvest of a character, and returns its session.
    fn set_harvest(
        &mut self,
        island: IslandId,
        character_id: CharacterId,
        entity: EntityId,
        completes_at: Option<u64>,
    ) -> Option<SessionId> {
        let mover = self.zones.get_mut(&island)?.mover_mut(character_id)?;
        mover.harvest = completes_at.map(|completes_at| Harvest { entity, completes_at });
        mover.session
    }

    /// One completion; returns the ticks until the next.
    fn complete_harvest(
        &mut self,
        island: IslandId,
        character_id: CharacterId,
        entity: EntityId,
    ) -> Result<u32, Refused> {
        let content: Arc<Content> = self.content.clone();
        let node = self.harvestable(&content, island, character_id, entity)?;
        self.gate.has_room(2)?;
        let mover = self.zones.get(&island).and_then(|zone| zone.mover(character_id));
        let (Some(before), Some(mover)) = (self.roster.get(character_id).cloned(), mover) else {
            return Err(not_found());
        };
        let (session, feet) = (mover.session, mover.body.feet);
        let roll = RollSeed {
            world_seed: self.world.seed,
            character_id,
            node: &node.id,
            revision: before.row.revision,
        };
        let drops = node.drops.roll(roll);
        let mut after = before.clone();
        self.apply(&content, node, &drops, &mut after)?;
        set_position(&mut after, feet);
        let update = after.update(Some(&before));
        let harvested = v1::Harvested {
            entity_id: entity.to_string(),
            drops: drops
                .into_iter()
                .map(|drop| v1::Drop {
                    item_type: drop.item,
                    quantity: drop.quantity,
                })
                .collect(),
            skill_id: node.skill.clone(),
            experience_gained: node.experience,
            revision: after.row.revision,
        };
        let seq = self.commit(after, None)?;
        if let Some(session) = session {
            self.tell_durable(seq, session, notice(Body::Harvested(harvested)));
            self.tell_durable(seq, session, notice(Body::CharacterUpdate(update)));
        }
        Ok(node.duration_ticks)
    }

    /// What one completion does to a character.
    fn apply(
        &mut self,
        content: &Content,
        node: &NodeType,
        drops: &[Drop],
        character: &mut Character,
    ) -> Result<(), Refused> {
        for ingredient in &node.ingredients {
            let taken = character.inventory.take(&ingredient.item, ingredient.quantity);
            taken.map_err(|error| Refused::new(ErrorCode::Ingredient, error.to_string()))?;
        }
        let (character_id, now_micros) = (character.row.character_id, self.now_micros);
        for drop in drops {
            let gift = Gift {
                item_type: &drop.item,
                quantity: drop.quantity,
                stack: content.item(&drop.item).map_or(1, |item| item.stack),
            };
            let ids = &mut self.item_ids;
            let new_item = |item_type: &str| plain_item(ids.next(), character_id, item_type, now_micros);
            let given = character.inventory.give(gift, new_item);
            given.map_err(|error| Refused::new(ErrorCode::InventoryFull, error.to_string()))?;
        }
        let skill = character.skills.entry(node.skill.clone()).or_default();
        *skill = skill.saturating_add(node.experience);
        character.row.experience = character.row.experience.saturating_add(node.experience);
        character.row.updated_at_micros = now_micros;
        character.row.revision = character.row.revision.saturating_add(1);
        Ok(())
    }

    /// The node, if this character may harvest it here and now.
    fn harvestable<'a>(
        &self,
        content: &'a Content,
        island: IslandId,
        character_id: CharacterId,
        entity: EntityId,
    ) -> Result<&'a NodeType, Refused> {
        let zone = self.zones.get(&island).ok_or_else(not_found)?;
        let placed = zone.island.nodes.get(&entity).ok_or_else(not_found)?;
        let node = content.node(&placed.node_type).ok_or_else(not_found)?;
        let mover = zone.mover(character_id).ok_or_else(not_found)?;
        let character = self.roster.get(character_id).ok_or_else(not_found)?;
        if !within_reach(mover.body.feet, placed.position) {
            let text = format!("stand within {HARVEST_REACH_M} metres of it");
            return Err(Refused::new(ErrorCode::TooFar, text));
        }
        for need in &node.requires {
            if skill_level(character.skills.get(&need.skill).copied().unwrap_or(0)) < need.level {
                let skill = content
                    .skill(&need.skill)
                    .map_or(need.skill.as_str(), |skill| &skill.name);
                let text = format!("{} needs {skill} level {}", node.name, need.level);
                return Err(Refused::new(ErrorCode::Requirement, text));
            }
        }
        for need in &node.ingredients {
            if character.inventory.count(&need.item) < need.quantity {
                let item = content
                    .item(&need.item)
                    .map_or(need.item.as_str(), |item| &item.name);
                let text = format!("{} needs {} x {item}", node.name, need.quantity);
                return Err(Refused::new(ErrorCode::Ingredient, text));
            }
        }
        Ok(node)
    }
}

fn not_found() -> Refused {
    Refused::new(ErrorCode::NotFound, "no such resource node on this island")
}

fn ended(entity: EntityId, reason: ErrorCode) -> v1::ServerMessage {
    notice(Body::HarvestEnded(v1::HarvestEnded {
        entity_id: entity.to_string(),
        reason: reason.into(),
    }))
}

fn within_reach(a: LocalPos, b: LocalPos) -> bool {
    let (x, y, z) = (a.x_m - b.x_m, a.y_m - b.y_m, a.z_m - b.z_m);
    x * x + y * y + z * z <= HARVEST_REACH_M * HARVEST_REACH_M
}

/// Takes the place of the body over into the row.
pub(super) fn set_position(character: &mut Character, feet: LocalPos) {
    character.row.position_x = f64::from(feet.x_m);
    character.row.position_y = f64::from(feet.y_m);
    character.row.position_z = f64::from(feet.z_m);
}
