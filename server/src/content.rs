//! Content: what can be owned, learned and harvested. Read-only while the server runs (A3).
//!
//! Three files under `content/` of the map project: `items.ron`, `skills.ron`, `nodes.ron`. They are read
//! and checked before the first login; anything wrong is an [`Issue`] with its place, and the server does
//! not start.
//!
//! *Not* responsible for: where nodes stand (entities of the map, see `world`), harvesting (see
//! `sim::harvest`).

mod drop_table;
mod level;
mod read;

use std::collections::BTreeMap;
use std::path::Path;

use shared::issue::Issue;

pub use drop_table::{Drop, DropEntry, DropTable, RollSeed};
pub use level::{character_level, skill_experience, skill_level};

/// Everything of `content/`, checked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Content {
    items: BTreeMap<String, ItemType>,
    skills: BTreeMap<String, SkillType>,
    nodes: BTreeMap<String, NodeType>,
    hash: u128,
}

/// A kind of item.
#[derive(Clone, PartialEq, Debug)]
pub struct ItemType {
    /// Key, `a-z0-9_`.
    pub id: String,
    /// What players call it.
    pub name: String,
    /// How many lie in one slot, 1 to 1,000,000.
    pub stack: i64,
}

/// A skill.
#[derive(Clone, PartialEq, Debug)]
pub struct SkillType {
    /// Key, `a-z0-9_`.
    pub id: String,
    /// What players call it.
    pub name: String,
}

/// A kind of resource node (A3).
#[derive(Clone, PartialEq, Debug)]
pub struct NodeType {
    /// Key, `a-z0-9_`.
    pub id: String,
    /// What players call it.
    pub name: String,
    /// The skill that a harvest trains.
    pub skill: String,
    /// Ticks from start to completion, 1 to 72,000.
    pub duration_ticks: u32,
    /// Experience of one completion, in the skill and in all.
    pub experience: i64,
    /// Skills and their least levels.
    pub requires: Vec<Requirement>,
    /// What one completion uses up.
    pub ingredients: Vec<Ingredient>,
    /// What one completion may give.
    pub drops: DropTable,
}

/// A least level in a skill.
#[derive(Clone, PartialEq, Debug)]
pub struct Requirement {
    /// The skill.
    pub skill: String,
    /// Its least level.
    pub level: i64,
}

/// An amount that is used up.
#[derive(Clone, PartialEq, Debug)]
pub struct Ingredient {
    /// The item.
    pub item: String,
    /// How many, at least 1.
    pub quantity: i64,
}

impl Content {
    /// Reads and checks `content/` below a map project.
    ///
    /// # Errors
    /// All issues found, each with its place; never empty.
    pub fn load(project_dir: &Path) -> Result<Self, Vec<Issue>> {
        read::folder(&project_dir.join("content"))
    }

    /// The item type of this id.
    pub fn item(&self, id: &str) -> Option<&ItemType> {
        self.items.get(id)
    }

    /// The skill of this id.
    pub fn skill(&self, id: &str) -> Option<&SkillType> {
        self.skills.get(id)
    }

    /// The kind of resource node of this id.
    pub fn node(&self, id: &str) -> Option<&NodeType> {
        self.nodes.get(id)
    }

    /// Changes whenever any content file changes.
    pub fn hash(&self) -> u128 {
        self.hash
    }
}
