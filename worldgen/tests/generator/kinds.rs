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
    ("arch", 0x475a_5498_b4fd_faed_f5a4_9915_c216_8602),
    ("ash", 0xf58d_51d5_b9b5_419a_cd76_2bf7_953a_73d4),
    ("beach", 0xa8c1_2ef9_7684_80e6_b794_9125_8dd7_0081),
    ("cave", 0x678e_e09c_4eca_41f8_cb83_0e20_e403_d94b),
    ("cavern", 0x35c8_d17a_ac1d_b78f_f98a_e944_a1a2_2061),
    ("clearing", 0x3627_a782_a49a_b316_08fc_7445_6a89_e488),
    ("cliff", 0xe236_2ae9_fb64_e12b_0e3b_7e36_2075_1fc7),
    ("crater", 0x73c2_0bcc_676e_3736_de51_cb38_9e70_726b),
    ("dune", 0xc6a0_2b56_dd80_d1a0_a5f5_2b62_2086_e246),
    ("dyke", 0x1bb1_f3ab_30c0_b0d1_9c7f_5faa_085a_87c2),
    ("entrance", 0x1262_923d_3cdf_3cef_5191_f81e_e6be_dd5b),
    ("erosion", 0xccb2_edab_09fe_0990_e96e_8e69_b35b_6c4f),
    ("floating_rock", 0x0eb2_327d_d288_9254_5464_a346_dcf2_5184),
    ("forest", 0x9e04_75dd_8b61_d069_6276_8eee_28ac_cac7),
    ("harbour", 0xd1cb_f426_fdbb_a25a_4adf_fe8d_e511_acdc),
    ("islet", 0xda18_7a80_038c_63cb_ae3b_9a6f_dbb4_6f39),
    ("lagoon", 0x187a_3536_b102_8e6c_7b37_d586_011f_618c),
    ("lake", 0x01d7_e82d_25cf_52b1_f80f_2810_f6e9_ea4e),
    ("land", 0x157e_8abd_5cef_c323_9748_6233_7ded_0a0d),
    ("meadow", 0x7444_4620_f433_9098_69ab_a087_4ec5_3f20),
    ("noise_region", 0x996a_b11e_ab82_e04d_18bc_073c_70b0_27e8),
    ("pad", 0x83b4_fe60_8e6f_2297_1585_6b86_1888_fa63),
    ("pass", 0xbf35_1e02_8877_9146_0ba9_2095_f1c5_4c8b),
    ("path", 0x5a57_7749_6707_1fea_0872_1912_e1ea_0f5b),
    ("peak", 0xafea_164a_6ed5_cce6_e801_2306_218b_ff98),
    ("plateau", 0x58fc_6a1c_2bd0_f35d_cf12_3bef_abb5_b7ae),
    ("reef", 0xe920_3c90_0706_58fa_a925_552a_d185_202c),
    ("ridge", 0x9e96_73d3_b669_cf66_8154_ed46_9fd0_ec0e),
    ("river", 0x1e21_debc_a1d1_938d_37e9_db14_15b9_b3a3),
    ("road", 0x290d_7a36_7ca4_01fd_26a3_31fd_6b8b_c148),
    ("sea_cave", 0xd7ba_90aa_bbe8_32dd_035e_56a5_ebde_79ef),
    ("snow", 0x0950_7ec0_a095_dad4_ad86_c103_66dc_f6e1),
    ("stamp", 0x3122_d9ac_97d0_7530_01f9_44cd_b0ab_c4e5),
    ("stream", 0x0cd0_1745_316c_50de_c03c_2738_9c95_e78f),
    ("swamp", 0xd5f1_e7da_afef_4394_c8e1_c363_7a1f_3790),
    ("terrace", 0x8b36_18f9_d939_a3c1_f95e_4b51_a149_286a),
    ("valley", 0x1fe1_1918_4503_8a4f_2ef0_0240_0426_7ade),
    ("volcano", 0xf837_6870_4182_2e06_6834_8a8e_e6ca_8ca6),
    ("waterfall", 0x02e8_aa16_8f50_5408_4baa_67a3_f5e8_0a4b),
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
