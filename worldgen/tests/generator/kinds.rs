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
    ("ash", 0x6059_e6c7_269a_8563_c458_a061_f3e7_3dfc),
    ("beach", 0x1072_3766_009f_0f8d_4ff3_2ebb_ce9c_05fa),
    ("cliff", 0xd2a4_3a10_d91a_4664_b388_7c79_b617_c7bf),
    ("forest", 0x65bb_3887_b6e3_1683_2d4f_4feb_232c_60f9),
    ("lagoon", 0x7cfc_40e6_8741_8b95_2d4e_033d_8cd7_04f2),
    ("lake", 0x078f_a88d_c554_a9db_443f_cf77_dd3a_6106),
    ("land", 0x307a_45d3_ff98_e885_4f68_a10b_fd01_2f67),
    ("meadow", 0x7890_01c9_967c_d4db_a1fa_0a8e_82d5_4547),
    ("peak", 0x457e_9ca0_1c98_6f4a_f49f_4013_1fcf_e101),
    ("plateau", 0x4baa_733a_40db_fb95_af74_cb1d_31c0_d37c),
    ("ridge", 0x5dd2_5d3a_0542_cf94_2f57_21d5_c78d_cc0f),
    ("river", 0xf9b2_1cc7_ec5b_96d0_e35b_1379_885d_80b2),
    ("snow", 0x78d0_aec6_1c51_658f_0256_6101_5b04_8380),
    ("stream", 0x2681_3519_c733_a4e3_24a2_cc6c_4fcc_9fac),
    ("swamp", 0x6c58_3e0e_37a9_18b2_b954_bf0e_e972_13d8),
    ("valley", 0x654b_635d_76dd_bd5d_3fb9_9973_4c57_2c36),
    ("waterfall", 0xe10a_d6d9_1763_b8a5_1b70_bc45_baed_ad76),
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
