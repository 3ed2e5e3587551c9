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
    ("ash", 0xe521_bc7b_fa58_9283_2ef0_013a_ba4c_e3f7),
    ("beach", 0x31e5_9782_244e_f9ce_7dd0_3887_f20c_8ce3),
    ("cliff", 0xfb90_7dba_cece_73d9_2be0_43d3_fa18_5786),
    ("forest", 0xc370_c10a_347c_5ea0_d066_6139_c791_ac02),
    ("lagoon", 0x64fb_4ec2_12aa_d617_b1a7_817e_888e_7736),
    ("land", 0xdc82_8dda_57d2_e68e_403b_adc5_b39b_c535),
    ("meadow", 0x2fff_359d_e9c1_c409_7998_8485_ed14_cd07),
    ("peak", 0x6e45_e1f8_338e_85f6_ed1d_5e37_96fc_6dcd),
    ("plateau", 0xac29_3790_5aa8_9f05_4c8e_1720_5854_2684),
    ("ridge", 0x44bf_38db_9356_17fb_a07a_4445_dc9b_1b73),
    ("snow", 0x66df_8990_5ae0_b76b_86c9_d2c4_d65a_5451),
    ("swamp", 0xed08_72cf_4d0e_42c9_b9c3_cc97_6f9c_f39a),
    ("valley", 0x3e0c_b0ca_8965_b361_1a29_93e2_a9d7_051c),
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
