//! One golden hash per marker kind: a small island with one marker of the kind at its defaults.
//!
//! Where `identical.rs` says that something changed, this says what.

use std::fmt::Write;

use shared::geometry::{Geometry, GeometryForm};
use shared::island::Island;
use worldgen::marker;

use crate::fixture::{add, at, baked, island};

/// Hashes of generator version 1, one line per kind. A change of any needs a new generator version.
const GOLDEN: &[(&str, u128)] = &[
    ("arch", 0xda1c_3705_45ff_ef33_c7eb_7ee5_8be0_62c4),
    ("ash", 0xd0bf_af6b_3ee1_537e_1628_c394_f5d9_5e49),
    ("beach", 0x7e4c_2e04_6694_bb87_4f57_78dd_3770_89ed),
    ("cave", 0x3f7e_0450_62a0_4cdb_bad6_a9da_3e72_96b0),
    ("cavern", 0x11f4_8380_e3d0_8369_9ad8_0576_9190_86bd),
    ("clearing", 0x4e8c_dd3c_abf8_6018_5ca3_e178_9ed3_4220),
    ("cliff", 0xd910_fda9_3425_74b3_17d6_445b_c90e_1c68),
    ("crater", 0x9ce7_4acc_c7ff_260b_180b_c874_9027_7976),
    ("dune", 0x32e9_be8e_482a_fe84_3dc7_13e3_b0e7_4ce6),
    ("dyke", 0x6256_d659_8a1a_a051_3799_dcc5_2b7c_5583),
    ("entrance", 0x7c4e_d5dd_3d95_3359_1215_8e26_1375_8888),
    ("erosion", 0x11ca_4224_3390_d982_1ff6_8b52_e933_c0da),
    ("floating_rock", 0x0023_9993_7a0d_d713_f746_3dc0_4d4e_caed),
    ("forest", 0xb594_7834_4592_43fb_2e75_d221_31c5_e819),
    ("harbour", 0xbf24_546a_c483_d144_18f7_3df4_4f48_5dd2),
    ("islet", 0x940f_1220_515c_10a1_cb5f_eb32_77f1_b054),
    ("lagoon", 0xe867_d744_c495_1921_3669_76be_538f_faaa),
    ("lake", 0x82d0_55f8_06c6_955a_622c_a7b3_c44a_286b),
    ("land", 0x1f6b_6b17_2968_9398_366c_974c_0d72_446d),
    ("meadow", 0xac8d_6cca_798e_b7bd_b50e_1db7_ad94_869b),
    ("noise_region", 0x905c_9899_8ada_935d_ebcd_8a31_9516_f6a1),
    ("pad", 0xa500_68c7_a604_bef8_1deb_b470_fb4a_ac2c),
    ("pass", 0xe47f_d697_479c_9faa_53fc_7ee1_1f21_a5eb),
    ("path", 0x3d2b_90b2_5e3b_8b55_36af_ad6d_1b32_2b99),
    ("peak", 0xe1e1_c64b_e296_7d97_ec31_8eff_61d9_3272),
    ("plateau", 0x024e_1cb2_b687_4046_3790_e53b_a42e_96e4),
    ("reef", 0x1ca8_780f_4e76_7b4d_0dd4_4399_4280_cdc1),
    ("ridge", 0x17ce_a276_2ba2_74af_38d7_5d30_f1f1_2258),
    ("river", 0x8483_6b8b_13f9_7f50_f55f_1790_f4de_9422),
    ("road", 0xbb38_a028_49a9_01b3_693a_a30a_e2b5_bb5c),
    ("sea_cave", 0xdfd8_bf86_dd25_f0f6_b93c_da99_a600_633b),
    ("snow", 0xfda5_fd02_4ce0_20ce_0726_27f1_d7dc_1af4),
    ("stamp", 0x2e46_c9f8_c520_5b33_6fac_8a36_5f0f_186f),
    ("stream", 0xec1e_161c_cde6_eada_2855_bed0_9b89_17c1),
    ("swamp", 0xd13e_ae68_1f86_11d3_11c6_3e21_9ac0_3ca4),
    ("terrace", 0x988e_5424_f6f2_4abc_bac8_e866_b243_db20),
    ("valley", 0x4ce3_31cc_c124_9214_8003_64d7_8866_6beb),
    ("volcano", 0x4e79_b2dd_759a_9167_c395_0ab9_21c3_5a64),
    ("waterfall", 0x7626_31b1_152c_e040_198e_b152_c00d_23e0),
];

/// Land on 128 x 128 columns, and on it the kind, drawn in the form that it prefers.
fn with(kind: &str) -> Island {
    let mut island = island(&kind.replace('_', ""), 128);
    let land = Geometry::Point(at(0.0, 0.0, 0.0));
    add(&mut island, "land", "land", land, &[("radius", 46.0)]);
    let level = marker::initial_level_m(kind);
    let corners = [(-38.0, -12.0), (3.0, 9.0), (40.0, -6.0), (12.0, -30.0)].map(|(x, y)| at(x, y, level));
    let form = marker::schema().markers[kind].forms.first();
    let geometry = match form {
        Some(GeometryForm::Area) => Geometry::Area(corners.to_vec()),
        Some(GeometryForm::Path) => Geometry::Path(corners[..3].to_vec()),
        _ => Geometry::Point(corners[1]),
    };
    if kind == "waterfall" {
        // It acts on rivers only, where they have something to fall from.
        let summit = Geometry::Point(at(-38.0, -12.0, 30.0));
        add(&mut island, "peak", "peak", summit, &[("radius", 50.0)]);
        let river = Geometry::Path(corners[..3].to_vec());
        add(&mut island, "river", "river", river, &[]);
    }
    if kind == "entrance" {
        // Which opens what is there to be opened.
        let passage = vec![at(-30.0, 9.0, 2.0), at(30.0, 9.0, 2.0)];
        add(&mut island, "passage", "cave", Geometry::Path(passage), &[]);
    }
    if kind == "clearing" {
        let wood = Geometry::Point(at(0.0, 0.0, 0.0));
        add(&mut island, "wood", "forest", wood, &[("density", 1.0)]);
    }
    add(&mut island, "marker", kind, geometry, &[]);
    island
}

#[test]
fn each_kind_makes_what_this_generator_version_makes() {
    let mut found = String::new();
    let mut same = GOLDEN.len() == marker::schema().markers.len();
    for kind in marker::schema().markers.keys() {
        let hash = baked(&with(kind)).hash();
        same &= GOLDEN.contains(&(kind.as_str(), hash));
        writeln!(found, "    (\"{kind}\", {hash:#034x}),").unwrap();
    }
    assert!(same, "the table is now:\n{found}");
}

#[test]
fn each_kind_changes_voxels() {
    for kind in marker::schema().markers.keys() {
        let mut without = with(kind);
        without.markers.retain(|_, marker| marker.kind != *kind);
        assert_ne!(baked(&with(kind)).hash(), baked(&without).hash(), "{kind}");
    }
}
