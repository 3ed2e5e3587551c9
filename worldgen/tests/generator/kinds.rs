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
    ("arch", 0x4e76_ff2d_53ab_ecfa_f697_75bd_06e9_11e5),
    ("ash", 0x1e13_1d51_2859_4135_2a78_b440_0b07_5831),
    ("beach", 0x2516_d1eb_05ef_889b_fad4_1f43_1797_cd5f),
    ("cave", 0xdf20_1091_2310_0418_5be2_74d1_27ba_8d98),
    ("cavern", 0x9911_6d12_f826_c200_09d3_e966_d1f7_6f6f),
    ("cliff", 0xf6f6_c803_f1ab_53a8_6736_a81b_0dc2_1c3c),
    ("entrance", 0xece4_89dc_9c75_1e5f_041a_d799_0a9e_6307),
    ("erosion", 0),
    ("floating_rock", 0xe686_b6b9_d2cf_a880_5951_fef8_45a4_2ee2),
    ("forest", 0x991f_2ce7_7a24_0831_db06_ff40_04c4_e128),
    ("lagoon", 0xf8d7_3190_a5b3_51c0_587b_7c4a_b63b_df0b),
    ("lake", 0x45ef_1b8b_9ddf_656c_a547_e269_d5ca_b006),
    ("land", 0x74d7_a6d7_587a_860d_67c4_6fb3_54cc_be77),
    ("meadow", 0xcaf1_9678_a9ef_700e_261a_c381_2099_e2a1),
    ("peak", 0x66ea_2adc_7543_bb63_72c4_ad6f_d6da_c57b),
    ("plateau", 0x682c_b1a6_6650_9bfb_9e44_6e07_0c5f_228c),
    ("ridge", 0x7546_1f16_63f5_7545_bec0_8cd0_798f_e600),
    ("river", 0x4ebd_58df_231b_f68f_80b0_7197_99aa_8bde),
    ("sea_cave", 0x28f8_8776_6b68_3c2a_11f0_ecdd_6455_a122),
    ("snow", 0x3fca_e5a1_3e71_d98e_e2cc_f1f2_3733_20d9),
    ("stream", 0xbb8c_4f1e_4ed3_b029_8b5c_e176_77b7_f241),
    ("swamp", 0x16e7_d4d3_e766_656e_5d78_637f_a2b4_2a21),
    ("valley", 0x1062_6c2c_69ee_dbec_bf50_8016_a1f9_91c0),
    ("waterfall", 0x1422_fc67_f411_0aab_54a2_c22c_bb73_4b1a),
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
