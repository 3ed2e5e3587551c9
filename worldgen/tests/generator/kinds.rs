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
    ("ash", 0x0503_5855_5375_05e1_5975_e02b_669b_47b0),
    ("beach", 0x43da_9be2_4e38_02dd_4195_085a_14e5_e4d3),
    ("cliff", 0xa336_e75f_f7b8_8f05_7f61_f1cc_ad1a_f8ac),
    ("erosion", 0),
    ("forest", 0xd913_a6b8_b180_975b_8f5a_60cb_029f_b835),
    ("lagoon", 0x9983_d98c_2264_3529_3295_79e5_4930_2475),
    ("lake", 0xd56f_c9c3_cba4_dc2d_8946_d34f_6eff_db4f),
    ("land", 0x0867_7064_4b94_7f4d_d176_6d18_62ad_10d4),
    ("meadow", 0x68ac_38c5_33a2_a51d_3709_1021_4d65_2c6c),
    ("peak", 0xbf0a_cde2_4ecc_142a_3660_1d1c_6506_2f4b),
    ("plateau", 0x2907_0fbc_41bd_56dc_57fe_1904_0b50_73e3),
    ("ridge", 0x7ccb_1b18_4395_709b_6e4f_e8f6_a53e_9e8f),
    ("river", 0x4b3e_82e1_865b_a3b5_0b9b_278a_e1ec_72a1),
    ("snow", 0x0e10_4be4_95b6_d375_99f9_b6b5_8ac8_ebf6),
    ("stream", 0xd1df_0aa3_eed9_7042_56e0_c15b_f49c_7659),
    ("swamp", 0x83ba_ebce_6a86_af25_1bf4_2d45_2527_ea2a),
    ("valley", 0xa5b7_5781_9508_1faa_d7ee_2393_7cd6_7d57),
    ("waterfall", 0x0c7e_76fd_dbcf_e189_ede8_2131_4bca_0e51),
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
