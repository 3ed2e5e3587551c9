//! What a voxel is made of.

use shared::attribute::Rgb;

/// How a material fills its voxel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Nothing is there.
    Empty,
    /// Water: one swims in it.
    Liquid,
    /// One stands on it and bumps into it.
    Solid,
    /// A plant that one walks through; what surrounds it is air.
    Plant,
    /// A plant that one swims through; what surrounds it is water.
    WaterPlant,
}

/// Lists the materials: number, name in words, form and colour on pictures.
macro_rules! materials {
    ($($(#[doc = $doc:literal])* $material:ident = $number:literal, $name:literal, $form:ident,
        ($r:literal, $g:literal, $b:literal);)*) => {
        /// The material of a voxel; the number is what chunks store and hashes cover, so it never changes.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[repr(u8)]
        pub enum Material {
            #[default]
            $($(#[doc = $doc])* $material = $number,)*
        }

        impl Material {
            /// All materials; the index is the number.
            pub const ALL: [Self; [$($number,)*].len()] = [$(Self::$material,)*];

            /// The name in words, lower case.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$material => $name,)* }
            }

            /// How it fills its voxel.
            pub const fn form(self) -> Form {
                match self { $(Self::$material => Form::$form,)* }
            }

            /// The colour on pictures and maps.
            pub const fn colour(self) -> Rgb {
                match self { $(Self::$material => Rgb { r: $r, g: $g, b: $b },)* }
            }
        }
    };
}

materials! {
    /// Nothing.
    Air = 0, "air", Empty, (196, 220, 236);
    /// The sea, a lagoon, a lake.
    Water = 1, "water", Liquid, (46, 110, 150);
    /// The unbreakable floor of the world.
    Bedrock = 2, "bedrock", Solid, (44, 42, 46);
    /// Grey rock, the most frequent stratum.
    Stone = 3, "stone", Solid, (128, 126, 122);
    /// Dark, layered rock.
    Slate = 4, "slate", Solid, (96, 98, 106);
    /// Pale rock.
    Limestone = 5, "limestone", Solid, (168, 160, 142);
    /// Soil below grass.
    Dirt = 6, "dirt", Solid, (120, 90, 62);
    /// Soil with grass on it.
    Grass = 7, "grass", Solid, (104, 138, 66);
    /// Beaches and shallow sea floor.
    Sand = 8, "sand", Solid, (222, 206, 160);
    /// Scree, and the deeper sea floor.
    Gravel = 9, "gravel", Solid, (146, 138, 126);
    /// Snow cover of high and cold places.
    Snow = 10, "snow", Solid, (240, 244, 248);
    /// Soil under trees.
    ForestFloor = 11, "forest floor", Solid, (84, 104, 56);
    /// Trunks.
    Wood = 12, "wood", Solid, (98, 72, 48);
    /// Crowns of broad-leaved trees.
    Leaves = 13, "leaves", Solid, (66, 112, 50);
    /// Crowns of conifers.
    Needles = 14, "needles", Solid, (48, 92, 62);
    /// Dark volcanic rock.
    Basalt = 15, "basalt", Solid, (66, 62, 64);
    /// Grey volcanic dust.
    Ash = 16, "ash", Solid, (98, 94, 94);
    /// Wet soil of swamps.
    Mud = 17, "mud", Solid, (84, 70, 50);
    /// Soft green cover of wet ground and old rocks.
    Moss = 18, "moss", Solid, (92, 122, 54);
    /// Frozen water.
    Ice = 19, "ice", Solid, (178, 212, 228);
    /// Paved roads.
    Cobble = 20, "cobble", Solid, (138, 130, 118);
    /// Trodden earth.
    Path = 21, "path", Solid, (154, 126, 88);
    /// Sawn wood of bridges, jetties and huts.
    Planks = 22, "planks", Solid, (158, 122, 78);
    /// Living reef.
    Coral = 23, "coral", Solid, (212, 116, 104);
    /// White or light bark: birches.
    PaleWood = 24, "pale wood", Solid, (190, 180, 160);
    /// Weathered wood: dead trees, driftwood.
    DeadWood = 25, "dead wood", Solid, (132, 122, 110);
    /// Light crowns: birches, bushes.
    LightLeaves = 26, "light leaves", Solid, (112, 140, 62);
    /// Grey-green crowns that hang: willows.
    WillowLeaves = 27, "willow leaves", Solid, (110, 136, 78);
    /// Fronds of palms.
    PalmLeaves = 28, "palm leaves", Solid, (84, 130, 58);
    /// Knee-high grass.
    TallGrass = 29, "tall grass", Plant, (118, 150, 74);
    /// Yellow flowers in grass.
    Flowers = 30, "flowers", Plant, (226, 196, 74);
    /// Red flowers in grass.
    Poppies = 31, "poppies", Plant, (206, 76, 58);
    /// Blue flowers in grass and under trees.
    Bluebells = 32, "bluebells", Plant, (112, 118, 198);
    /// Stalks at the water's edge.
    Reeds = 33, "reeds", Plant, (148, 152, 84);
    /// Ferns of the forest floor.
    Fern = 34, "fern", Plant, (74, 128, 58);
    /// Hard grass of dunes.
    BeachGrass = 35, "beach grass", Plant, (176, 172, 104);
    /// Low woody shrub of poor, high ground.
    Heather = 36, "heather", Plant, (146, 104, 130);
    /// Round leaves that float on still water.
    WaterLily = 37, "water lily", Plant, (84, 140, 76);
    /// Meadows of the sea floor.
    Seagrass = 38, "seagrass", WaterPlant, (64, 118, 72);
    /// Long stalks in cooler, deeper sea.
    Kelp = 39, "kelp", WaterPlant, (86, 100, 48);
    /// Warm, yellow rock.
    Sandstone = 40, "sandstone", Solid, (186, 156, 112);
    /// Flat corals, violet.
    FanCoral = 41, "fan coral", Solid, (158, 110, 168);
    /// Round corals, ochre.
    BrainCoral = 42, "brain coral", Solid, (200, 164, 92);
    /// Fibrous, grey-brown trunks of palms.
    PalmWood = 43, "palm wood", Solid, (128, 106, 80);
}

impl Material {
    /// The material with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The number that chunks store.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether one stands on it and bumps into it.
    pub const fn is_solid(self) -> bool {
        matches!(self.form(), Form::Solid)
    }

    /// Whether trees are made of it.
    pub const fn is_tree(self) -> bool {
        matches!(
            self,
            Self::Wood
                | Self::PaleWood
                | Self::DeadWood
                | Self::PalmWood
                | Self::Leaves
                | Self::Needles
                | Self::LightLeaves
                | Self::WillowLeaves
                | Self::PalmLeaves
        )
    }

    /// Whether water is in its voxel, around a plant or alone.
    pub const fn is_wet(self) -> bool {
        matches!(self.form(), Form::Liquid | Form::WaterPlant)
    }

    /// Whether it is a plant that fills only a part of its voxel.
    pub const fn is_plant(self) -> bool {
        matches!(self.form(), Form::Plant | Form::WaterPlant)
    }

    /// The solid materials as bits: bit n stands for number n.
    pub const SOLID: u64 = {
        let (mut bits, mut number) = (0, 0);
        while number < Self::ALL.len() {
            if Self::ALL[number].is_solid() {
                bits |= 1 << number;
            }
            number += 1;
        }
        bits
    };
}

/// Palettes and [`Material::SOLID`] count on it.
const _: () = assert!(
    Material::ALL.len() <= 64,
    "material numbers fit into the bits of a u64"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (number, material) in Material::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(material.number()), number);
            assert_eq!(Material::from_number(material.number()), Some(material));
            assert_eq!(Material::SOLID >> number & 1 == 1, material.is_solid());
        }
        let count = u8::try_from(Material::ALL.len()).unwrap();
        assert_eq!(Material::from_number(count), None);
        assert!(!Material::Air.is_solid() && !Material::Kelp.is_solid() && Material::Leaves.is_solid());
        assert!(Material::Water.is_wet() && Material::Kelp.is_wet() && !Material::Reeds.is_wet());
    }

    #[test]
    fn names_and_colours_tell_materials_apart() {
        for (number, material) in Material::ALL.into_iter().enumerate() {
            for other in &Material::ALL[..number] {
                assert_ne!(material.name(), other.name());
                assert_ne!(material.colour(), other.colour(), "{material:?} and {other:?}");
            }
        }
    }
}
