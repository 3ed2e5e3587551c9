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
    ("arch", 0x2709_43d1_eba6_1b67_27b6_68ff_94ca_48e6),
    ("ash", 0xa541_5bf1_da38_4b39_4c16_b9a8_ce5e_5c5d),
    ("beach", 0x979a_e548_7163_4d85_64e3_db9a_086b_2dfc),
    ("cave", 0x2e6e_03fc_8e47_f9fa_f7be_f4e3_8b21_ca09),
    ("cavern", 0xcf86_d634_a89c_2ace_cac5_0133_23c5_3ffd),
    ("cliff", 0xa764_0dac_06aa_3439_9370_2e3b_8d78_9d7f),
    ("crater", 0x6021_b34f_b903_6c73_6f2e_757a_fb1e_2497),
    ("dune", 0xf2d6_4c0f_e998_33a7_cb62_1301_83b4_92d5),
    ("dyke", 0x49f6_91a1_62f7_7b36_cff6_c94e_f3e9_ed94),
    ("entrance", 0xf370_b5e4_c130_9929_8d00_8bcd_0760_373d),
    ("erosion", 0xa667_cbdf_7a7a_1169_de41_ef63_9274_9818),
    ("floating_rock", 0xe14f_93f1_1218_c570_a18e_ee21_993f_113d),
    ("forest", 0xb01a_ece0_1f9c_bbb3_b165_80b1_0d1c_a3bf),
    ("harbour", 0x8058_fcc6_4d27_8aeb_a440_4678_f969_54e2),
    ("islet", 0x94b5_3e88_810b_a09b_4591_1908_f472_eaca),
    ("lagoon", 0xeecb_857e_44cc_9e58_4b0e_fb3e_91f3_d686),
    ("lake", 0xc8f4_0a60_1fe3_8969_64e8_4fdd_4ddf_6d40),
    ("land", 0x16fd_764a_8f83_93ac_2223_e238_e563_e868),
    ("meadow", 0x9953_914b_ae5e_e137_a6e5_3d76_37bf_f0da),
    ("noise_region", 0xe168_9f05_60ad_8803_0a49_7240_5477_d5f2),
    ("pad", 0x0abf_baf5_dc8c_1ade_f0a5_0cfb_79a4_e261),
    ("pass", 0x7716_c684_8a3b_d836_9680_d378_547d_d10b),
    ("path", 0xf97a_a332_a441_3b2c_1e5d_a1bf_a831_eb29),
    ("peak", 0x1820_83e5_7d4d_045c_dfdb_e8c0_b405_5439),
    ("plateau", 0x8793_b386_c0f2_1bcf_5737_0ce5_b8d4_e88e),
    ("reef", 0x39dd_e998_59bb_4a4e_f293_29b1_7a3c_79e0),
    ("ridge", 0xb545_a743_891d_fcfa_0b95_3f5c_dea4_4fd9),
    ("river", 0x5dc0_d598_3c9c_6a0a_bc48_26d7_7ebb_720d),
    ("road", 0x1b90_bd50_f42d_4219_9f5a_6184_d26a_6f8f),
    ("sea_cave", 0xd7dc_74b1_bf7d_ec3d_d91f_a383_6111_6f6d),
    ("snow", 0x6956_e1d0_1455_9284_1c82_6f11_a9a7_0568),
    ("stamp", 0x8e3b_d839_8162_3f9f_6be9_526e_9e77_c60b),
    ("stream", 0x0f24_6bbf_9b75_80d1_9957_1e30_cca8_f638),
    ("swamp", 0x8c49_5cd4_50ab_9338_c020_4082_a9d4_cbb4),
    ("terrace", 0x816b_0b16_7fa1_f3a5_0eba_e854_f61d_aea5),
    ("valley", 0xde60_6b80_7e28_ae70_974b_fdad_a18e_2ac8),
    ("volcano", 0x6d87_cff3_21e0_0795_05dc_b559_039c_f4c5),
    ("waterfall", 0xc550_ef11_b909_7703_439e_b6e3_b3ce_3436),
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
