//! What a voxel is made of.

use shared::attribute::Rgb;

/// The material of a voxel; the number is what chunks store and hashes cover, so it never changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(u8)]
pub enum Material {
    /// Nothing.
    #[default]
    Air = 0,
    /// The sea, a lagoon.
    Water = 1,
    /// The unbreakable floor of the world.
    Bedrock = 2,
    /// Grey rock, the most frequent stratum.
    Stone = 3,
    /// Dark, layered rock.
    Slate = 4,
    /// Pale rock.
    Limestone = 5,
    /// Soil below grass.
    Dirt = 6,
    /// Soil with grass on it.
    Grass = 7,
    /// Beaches and shallow sea floor.
    Sand = 8,
    /// Scree, and the deeper sea floor.
    Gravel = 9,
    /// Snow cover of high places.
    Snow = 10,
    /// Soil under trees.
    ForestFloor = 11,
    /// Trunks.
    Wood = 12,
    /// Crowns of broad-leaved trees.
    Leaves = 13,
    /// Crowns of conifers.
    Needles = 14,
}

impl Material {
    /// All materials; the index is the number.
    pub const ALL: [Self; 15] = [
        Self::Air,
        Self::Water,
        Self::Bedrock,
        Self::Stone,
        Self::Slate,
        Self::Limestone,
        Self::Dirt,
        Self::Grass,
        Self::Sand,
        Self::Gravel,
        Self::Snow,
        Self::ForestFloor,
        Self::Wood,
        Self::Leaves,
        Self::Needles,
    ];

    /// The material with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The number that chunks store.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name in words, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Air => "air",
            Self::Water => "water",
            Self::Bedrock => "bedrock",
            Self::Stone => "stone",
            Self::Slate => "slate",
            Self::Limestone => "limestone",
            Self::Dirt => "dirt",
            Self::Grass => "grass",
            Self::Sand => "sand",
            Self::Gravel => "gravel",
            Self::Snow => "snow",
            Self::ForestFloor => "forest floor",
            Self::Wood => "wood",
            Self::Leaves => "leaves",
            Self::Needles => "needles",
        }
    }

    /// The colour on pictures and maps.
    pub const fn colour(self) -> Rgb {
        let (r, g, b) = match self {
            Self::Air => (196, 220, 236),
            Self::Water => (46, 110, 150),
            Self::Bedrock => (44, 42, 46),
            Self::Stone => (128, 126, 122),
            Self::Slate => (96, 98, 106),
            Self::Limestone => (168, 160, 142),
            Self::Dirt => (120, 90, 62),
            Self::Grass => (112, 150, 70),
            Self::Sand => (222, 206, 160),
            Self::Gravel => (146, 138, 126),
            Self::Snow => (240, 244, 248),
            Self::ForestFloor => (84, 104, 56),
            Self::Wood => (98, 72, 48),
            Self::Leaves => (70, 122, 52),
            Self::Needles => (48, 92, 62),
        };
        Rgb { r, g, b }
    }

    /// Whether one stands on it and bumps into it.
    pub const fn is_solid(self) -> bool {
        !matches!(self, Self::Air | Self::Water)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (number, material) in Material::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(material.number()), number);
            assert_eq!(Material::from_number(material.number()), Some(material));
        }
        assert_eq!(Material::from_number(15), None);
    }
}
