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
    ("beach", 0xb8f2_9b10_0b85_7efa_893d_7b7d_9ca3_5311),
    ("cliff", 0x4114_e9ec_507c_27d2_9baa_7eac_5758_6e90),
    ("forest", 0xaadf_05bd_3d0f_531a_c61b_631c_872e_1f17),
    ("lagoon", 0xd8e2_caf1_538c_7a1a_82fe_0c9f_333e_1e24),
    ("land", 0x862b_d4fb_8f3c_3cc3_7b18_b4b6_9054_8659),
    ("peak", 0x3dce_34e3_2ce8_ff8c_fc67_91ef_77ee_3a3a),
    ("plateau", 0x56d5_89cc_df4c_270f_dd2a_49a8_5bc4_c0a5),
    ("ridge", 0x50d6_76af_af12_320f_5711_d84a_dd2e_8e87),
    ("valley", 0xda04_0ff8_8dee_cb6e_831a_95a8_faca_cf20),
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
