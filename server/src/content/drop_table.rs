//! Drop tables: independent ordered rolls (A4), repeatable from the numbers in the journal (D2).
//!
//! Every entry rolls for itself, in table order: several can hit, none can hit, a hit ends nothing, and an
//! item listed twice is two rolls. The random number of an entry is a hash of (seed, character, node,
//! revision, position in the table) and not drawn from a stream, so adding an entry at the end changes no
//! other roll, and a roll can be checked afterwards.
//!
//! *Not* responsible for: whether the drop fits into an inventory.

use xxhash_rust::xxh3::xxh3_64;

/// Entries of one resource node, in rolling order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DropTable(pub Vec<DropEntry>);

/// One line of a drop table.
#[derive(Clone, PartialEq, Debug)]
pub struct DropEntry {
    /// The item.
    pub item: String,
    /// Chance of a hit: at 0 and below never, at 1 and above always.
    pub chance: f64,
    /// How many a hit gives, at least 1.
    pub quantity: i64,
}

/// One hit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drop {
    /// The item.
    pub item: String,
    /// How many.
    pub quantity: i64,
}

/// What makes one roll of a table differ from every other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RollSeed<'a> {
    /// Seed of the world.
    pub world_seed: u64,
    /// Who harvests.
    pub character_id: i64,
    /// Kind of node.
    pub node: &'a str,
    /// Revision of the character before the harvest: a harvest that could not be stored rolls the same
    /// again, so there is nothing to gain from trying.
    pub revision: i64,
}

impl RollSeed<'_> {
    /// A number in [0, 1) for one position of the table.
    fn unit(self, position: usize) -> f64 {
        let mut bytes = Vec::with_capacity(32 + self.node.len());
        bytes.extend_from_slice(&self.world_seed.to_le_bytes());
        bytes.extend_from_slice(&self.character_id.to_le_bytes());
        bytes.extend_from_slice(&self.revision.to_le_bytes());
        bytes.extend_from_slice(&(position as u64).to_le_bytes());
        bytes.extend_from_slice(self.node.as_bytes());
        // 53 bits are what a f64 holds exactly.
        (xxh3_64(&bytes) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl DropTable {
    /// Rolls every entry once, in order.
    pub fn roll(&self, seed: RollSeed<'_>) -> Vec<Drop> {
        let hits = self.0.iter().enumerate();
        hits.filter(|(position, entry)| seed.unit(*position) < entry.chance)
            .map(|(_, entry)| Drop {
                item: entry.item.clone(),
                quantity: entry.quantity,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(chances: &[f64]) -> DropTable {
        let entry = |(position, chance): (usize, &f64)| DropEntry {
            item: format!("item_{position}"),
            chance: *chance,
            quantity: 1,
        };
        DropTable(chances.iter().enumerate().map(entry).collect())
    }

    fn seed(revision: i64) -> RollSeed<'static> {
        RollSeed {
            world_seed: 7,
            character_id: 1,
            node: "palm_tree",
            revision,
        }
    }

    #[test]
    fn d1_certain_entries_all_hit_in_table_order() {
        let drops = table(&[1.0, 1.0, 2.5]).roll(seed(0));
        let items: Vec<_> = drops.iter().map(|drop| drop.item.as_str()).collect();
        assert_eq!(items, ["item_0", "item_1", "item_2"]);
    }

    #[test]
    fn d2_two_halves_hit_independently_and_repeat_exactly() {
        let table = table(&[0.5, 0.5]);
        let mut counts = [0_u32; 3];
        for revision in 0..100_000 {
            let drops = table.roll(seed(revision));
            assert_eq!(drops, table.roll(seed(revision)));
            counts[drops.len()] += 1;
        }
        // A quarter each way; five standard deviations of a binomial with n = 100,000 are 685.
        assert!(counts[0].abs_diff(25_000) < 700, "{counts:?}");
        assert!(counts[2].abs_diff(25_000) < 700, "{counts:?}");
    }

    #[test]
    fn impossible_entries_and_empty_tables_never_hit() {
        for revision in 0..10_000 {
            assert_eq!(table(&[0.0, -1.0, f64::NAN]).roll(seed(revision)), []);
            assert_eq!(table(&[]).roll(seed(revision)), []);
        }
    }

    #[test]
    fn an_item_listed_twice_rolls_twice() {
        let mut table = table(&[1.0, 1.0]);
        table.0[1].item = "item_0".into();
        assert_eq!(table.roll(seed(3)).len(), 2);
    }
}
