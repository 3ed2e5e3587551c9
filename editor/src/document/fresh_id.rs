//! New ids: random, made once, free of clashes within the project.
//!
//! *Not* responsible for: the form of an id, see [`shared::ids`].

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
    fn bits(&mut self) -> u64 {
        match self {
            Self::System => match getrandom::u64() {
                Ok(bits) => bits,
                // No entropy, which no desktop system shows: go on with the address of a local, because
                // the clash check below still keeps ids unique.
                Err(_) => {
                    let local = 0_u8;
                    *self = Self::Seeded(std::ptr::from_ref(&local) as usize as u64);
                    self.bits()
                }
            },
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
