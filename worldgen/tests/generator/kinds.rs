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
    ("arch", 0x8977_875a_6bf4_c3c7_2d52_9ef2_d0dd_a977),
    ("ash", 0x1cb1_db87_606c_ccdf_b61f_2dbe_0c26_debd),
    ("beach", 0x7541_ff8f_8485_030d_1098_07b2_23fe_afde),
    ("cave", 0x4359_d166_857f_82c1_611a_6ca0_c897_4b47),
    ("cavern", 0x6aac_51f2_f910_6556_4212_fe5f_6258_d2d6),
    ("cliff", 0xd978_9e45_ec3c_4c16_030e_f724_39f5_9d2c),
    ("crater", 0x6e04_47fe_68ab_98fe_d1f4_eba6_e2eb_5a38),
    ("dune", 0x7dfa_2498_bbeb_9077_720d_a6cc_4856_beaa),
    ("dyke", 0x7855_b605_fd5e_e475_7985_290f_0b14_4201),
    ("entrance", 0x36e0_f0c1_2540_5ed1_a862_f11f_9b89_4409),
    ("erosion", 0x1c3e_5b43_9c69_0345_156c_4795_bd69_8632),
    ("floating_rock", 0xba44_9269_9379_dd15_2efd_3409_f1bb_34e7),
    ("forest", 0x5473_3797_8f7b_c150_c8a8_6c75_a418_a746),
    ("harbour", 0x2a37_8c5f_7f0f_8676_ebb3_ab7b_4035_09f2),
    ("islet", 0xf42e_02df_99d1_faf9_dca6_4b0b_1a6f_c9f8),
    ("lagoon", 0xfe5d_b146_7a79_26fe_97fc_ef28_d939_7463),
    ("lake", 0x4686_7efa_04f3_102a_4858_7da6_b70f_de49),
    ("land", 0xbc76_e581_71aa_1433_8685_3254_f155_810f),
    ("meadow", 0x7658_c182_9bd4_acf2_c01d_112b_3669_84a1),
    ("noise_region", 0x5bcd_7ba7_b640_018e_500c_3d6c_5328_f84a),
    ("pad", 0xcb20_b5f6_bce8_f7c9_79c4_6010_ef1b_2f4e),
    ("pass", 0xd4e1_b6e9_8467_cfee_69dc_8bea_7fa6_53eb),
    ("path", 0xe53c_a821_0678_f434_9544_7cff_ac42_98bb),
    ("peak", 0x10fb_8640_e10c_028b_1615_03a9_930d_d2cb),
    ("plateau", 0x4c24_7174_429e_87a8_b686_6d5f_0610_8437),
    ("reef", 0xf782_ed66_bee2_9769_7cb4_d8e7_e355_0dc1),
    ("ridge", 0xabfb_9ae2_ef32_8a8a_1e3b_4314_3071_3d68),
    ("river", 0x32b4_81ad_6186_18e2_4031_64b5_eff0_39e0),
    ("road", 0x37e9_cd59_d639_85ec_b19f_1a3b_b930_e618),
    ("sea_cave", 0x9006_b6e3_3562_10ff_5dc0_660d_de0b_7f0c),
    ("snow", 0x2f4b_221c_0b36_61fa_95b4_f848_60d3_aaef),
    ("stamp", 0x6f86_35de_267a_2491_c79e_b085_438a_63a9),
    ("stream", 0x2811_63c0_0227_f90b_9726_006b_e1d3_656d),
    ("swamp", 0xfbfc_0084_9463_2989_58b6_2445_0638_5fb9),
    ("terrace", 0x0ab0_11cf_8312_97d4_269d_e686_1c72_8900),
    ("valley", 0x703b_c989_a3e2_c4b8_78be_5fd4_9adf_9105),
    ("volcano", 0x779a_3408_1a19_c746_b62b_f752_8177_4ab8),
    ("waterfall", 0xe72c_2b01_d8d3_875f_843e_4efd_2a55_7b3c),
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
