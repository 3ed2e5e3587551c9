//! New ids: random, made once, free of clashes within the project.
//!
//! *Not* responsible for: the form of an id, see [`shared::ids`].

use std::hash::{BuildHasher, RandomState};

use shared::ids::{EntityId, Id, IslandId, LaneId, MarkerId, PoiId, PortalId};
use shared::island::RecordId;
use shared::project::Project;

/// Where random bits come from; tests give fixed ones.
#[derive(Debug)]
pub enum RandomSource {
    /// The operating system.
    System,
    /// A fixed sequence (SplitMix64) from this state.
    Seeded(u64),
}

impl RandomSource {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        match self {
            // The standard library's hash keys are random, too; they stand in where the system gives none.
            Self::System => getrandom::u64().unwrap_or_else(|_| RandomState::new().hash_one(0)),
            Self::Seeded(state) => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                z ^ (z >> 31)
            }
        }
    }

    /// An id that no island or record of the project has.
    pub fn fresh(&mut self, project: &Project) -> Id {
        loop {
            let id = Id::from_random(self.bits());
            let candidates = [
                RecordId::Marker(MarkerId(id)),
                RecordId::Poi(PoiId(id)),
                RecordId::Entity(EntityId(id)),
                RecordId::Portal(PortalId(id)),
                RecordId::Lane(LaneId(id)),
            ];
            let taken = project.islands.contains_key(&IslandId(id))
                || candidates
                    .iter()
                    .any(|record| project.island_of(*record).is_some());
            if !taken {
                return id;
            }
        }
    }
}
