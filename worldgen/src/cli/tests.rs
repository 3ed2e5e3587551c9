//! The commands in-process, on a small project in a temporary folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use tempfile::TempDir;

use super::*;

mod saving;

const PROJECT: &str = "Project(\n    format: 1,\n    name: \"Test\",\n    world_seed: 7,\n    generator: 1,\n    spawn: \
                       \"start\",\n)\n";
const SCHEMA: &str = "Schema(\n    format: 1,\n    pois: {\n        \"spawn\": (\n            doc: \"Where players start.\",\n        \
     ),\n    },\n)\n";
const ISLAND: &str = r#"Island(
    format: 1,
    id: "isle",
    name: "Isle",
    chart: (0.0, 0.0),
    bounds: (width: 128, depth: 128, below: 32, above: 64),
    markers: [
        (
            id: "land",
            kind: "land",
            point: (0.0, 0.0),
            attributes: {
                "radius": 30.0,
            },
        ),
    ],
    pois: [
        (
            id: "start",
            kind: "spawn",
            name: "Start",
            at: (0.0, 0.0),
        ),
    ],
)
"#;

/// A canonical project of one island, in a folder `project`.
struct Fixture(TempDir);

impl Fixture {
    fn new() -> Self {
        let fixture = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(fixture.project().join("islands")).unwrap();
        fixture.write("project.ron", PROJECT);
        fixture.write("schema.ron", SCHEMA);
        fixture.write("islands/isle.ron", ISLAND);
        fixture
    }

    fn project(&self) -> PathBuf {
        self.0.path().join("project")
    }

    fn write(&self, path: &str, text: &str) {
        worldgen::project_dir::replace(&self.project().join(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.project().join(path)).unwrap()
    }

    /// Runs a command; `PROJECT` and `OUT` in the arguments stand for folders of the fixture. The same
    /// folders are named so in the output.
    fn run(&self, arguments: &[&str]) -> (Outcome, String) {
        let (outcome, text) = self.try_run(arguments);
        (outcome.unwrap(), text)
    }

    fn try_run(&self, arguments: &[&str]) -> (anyhow::Result<Outcome>, String) {
        let folders = [("PROJECT", self.project()), ("OUT", self.0.path().join("out"))];
        let path = |argument: &&str| {
            let folder = folders.iter().find(|(name, _)| name == argument);
            folder.map_or(PathBuf::from(argument), |(_, path)| path.clone())
        };
        let all = std::iter::once(PathBuf::from("tombolo-worldgen")).chain(arguments.iter().map(path));
        let parsed = Arguments::try_parse_from(all).unwrap();
        let mut out = Vec::new();
        let outcome = run(&parsed, &mut out);
        let mut text = String::from_utf8(out).unwrap();
        for (name, path) in &folders {
            text = text.replace(&path.display().to_string(), name);
        }
        (outcome, text)
    }
}

fn png_size(path: &Path) -> (u32, u32) {
    let file = io::BufReader::new(fs::File::open(path).unwrap());
    png::Decoder::new(file).read_info().unwrap().info().size()
}

#[test]
fn arguments_are_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn help_needs_no_manual() {
    let mut texts = Vec::new();
    let mut command = Arguments::command().term_width(100);
    texts.push(command.render_long_help().to_string());
    command.build();
    for name in [
        "check", "fmt", "bake", "hash", "render", "stats", "export", "bench",
    ] {
        let help = command.find_subcommand_mut(name).unwrap().render_help();
        texts.push(help.to_string());
    }
    insta::assert_snapshot!(texts.join("\n==========\n"));
}

#[test]
fn a_good_project_is_fine() {
    let fixture = Fixture::new();
    assert_eq!(
        fixture.run(&["check", "PROJECT"]),
        (Outcome::Fine, "PROJECT: no issues\n".to_owned())
    );
}

#[test]
fn a_folder_of_projects_is_checked_whole_and_never_stops_at_the_first_issue() {
    let fixture = Fixture::new();
    fixture.write(
        "islands/isle.ron",
        &ISLAND.replace("\"land\",\n            point", "\"lamd\",\n            point"),
    );
    fixture.write("second/project.ron", &PROJECT.replace("start", "nowhere"));
    fs::rename(fixture.project().join("second"), fixture.0.path().join("second")).unwrap();
    let projects = fixture.0.path().to_str().unwrap();
    let (outcome, text) = fixture.run(&["check", projects]);
    assert_eq!(outcome, Outcome::Issues);
    insta::assert_snapshot!(text.replace(projects, "PROJECTS"));
}

#[test]
fn machine_formats_are_chosen_by_name() {
    let fixture = Fixture::new();
    fixture.write(
        "islands/isle.ron",
        &ISLAND.replace("30.0,", "30.0, \"radios\": 1.0,"),
    );
    let (_, json) = fixture.run(&["check", "--format", "json", "PROJECT"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["projects"][0]["issues"][0]["code"], "unknown-attribute");
    let (_, sarif) = fixture.run(&["check", "--format", "sarif", "PROJECT"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "unknown-attribute");
    let (_, github) = fixture.run(&["check", "--format", "github", "PROJECT"]);
    assert!(
        github.starts_with("::warning file=PROJECT/islands/isle.ron,line=13,"),
        "{github}"
    );
}

#[test]
fn every_rule_is_explained() {
    let fixture = Fixture::new();
    for rule in shared::validate::rules().chain(worldgen::rules::rules()) {
        let (_, text) = fixture.run(&["check", "--explain", rule.code]);
        assert!(
            text.starts_with(&format!("{}[{}]\n\n", rule.severity, rule.code)),
            "{text}"
        );
        assert!(text.lines().all(|line| line.len() <= 100), "{text}");
    }
    let error = fixture.try_run(&["check", "--explain", "no-such"]).0.unwrap_err();
    assert!(error.to_string().contains("duplicate-id"), "{error}");
}

#[test]
fn what_cannot_run_says_what_to_do() {
    let fixture = Fixture::new();
    for (arguments, hint) in [
        (["check", "no/such/folder"], "give the folder of a map project"),
        (["hash", "no/such/folder"], "give the folder of a map project"),
        (
            ["check", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")],
            "give the project's folder",
        ),
    ] {
        let error = fixture.try_run(&arguments).0.unwrap_err();
        assert!(format!("{error:#}").contains(hint), "{error:#}");
    }
    let error = fixture
        .try_run(&["bake", "PROJECT", "--out", "OUT", "--island", "isel"])
        .0
        .unwrap_err();
    assert!(
        error.to_string().ends_with("has no island \"isel\"; it has isle"),
        "{error}"
    );
}

#[test]
fn formatting_changes_what_is_not_canonical_and_nothing_else() {
    let fixture = Fixture::new();
    assert_eq!(
        fixture.run(&["fmt", "--check", "PROJECT"]),
        (Outcome::Fine, String::new())
    );
    let squeezed = ISLAND.replace("\n        (\n            id: \"start\",\n", "(id: \"start\",");
    fixture.write("islands/isle.ron", &squeezed);
    let told = "not formatted: PROJECT/islands/isle.ron\n".to_owned();
    assert_eq!(
        fixture.run(&["fmt", "--check", "PROJECT"]),
        (Outcome::Issues, told)
    );
    assert_eq!(fixture.read("islands/isle.ron"), squeezed);
    let told = "formatted: PROJECT/islands/isle.ron\n".to_owned();
    assert_eq!(fixture.run(&["fmt", "PROJECT"]), (Outcome::Fine, told));
    assert_eq!(fixture.read("islands/isle.ron"), ISLAND);
    assert_eq!(fixture.run(&["fmt", "PROJECT"]), (Outcome::Fine, String::new()));
}

#[test]
fn a_file_that_cannot_be_read_is_not_formatted() {
    let fixture = Fixture::new();
    let broken = ISLAND.replace("point: (0.0, 0.0)", "point: (0.0, zero)");
    fixture.write("islands/isle.ron", &broken);
    let (outcome, text) = fixture.run(&["fmt", "PROJECT"]);
    assert_eq!(outcome, Outcome::Issues);
    assert!(text.contains("left as it is: PROJECT/islands/isle.ron"), "{text}");
    assert_eq!(fixture.read("islands/isle.ron"), broken);
}

#[test]
fn a_bake_is_kept_until_a_marker_changes() {
    let fixture = Fixture::new();
    let bake = || {
        let (outcome, text) = fixture.run(&["bake", "PROJECT", "--out", "OUT", "--threads", "2"]);
        assert_eq!(outcome, Outcome::Fine);
        text.split_whitespace()
            .nth(1)
            .unwrap()
            .trim_matches(',')
            .to_owned()
    };
    assert_eq!(bake(), "baked");
    assert_eq!(bake(), "unchanged");
    fixture.write(
        "islands/isle.ron",
        &ISLAND.replace("name: \"Isle\"", "name: \"Islet\""),
    );
    assert_eq!(bake(), "unchanged");
    fixture.write("islands/isle.ron", &ISLAND.replace("30.0", "31.0"));
    assert_eq!(bake(), "rebuilt");
}

#[test]
fn hashes_are_those_of_the_voxels_on_any_number_of_threads_at_any_level() {
    let fixture = Fixture::new();
    let (_, expected) = fixture.run(&["hash", "PROJECT", "--threads", "1"]);
    let lines: Vec<Vec<&str>> = expected.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(
        (lines.len(), &lines[0][..2], lines[1][0]),
        (2, &["isle", "isle"][..], "world")
    );
    assert!(lines.iter().all(|line| line.last().unwrap().len() == 32));
    assert_eq!(fixture.run(&["hash", "PROJECT", "--threads", "3"]).1, expected);
    for level in SimdLevel::ALL.into_iter().filter(|level| level.is_available()) {
        assert_eq!(
            fixture.run(&["--simd", level.name(), "hash", "PROJECT"]).1,
            expected,
            "{}",
            level.name()
        );
    }
    fixture.write("project.ron", &PROJECT.replace("world_seed: 7", "world_seed: 8"));
    assert_ne!(fixture.run(&["hash", "PROJECT"]).1, expected);
}

#[test]
fn a_project_with_errors_is_not_baked() {
    let fixture = Fixture::new();
    fixture.write("project.ron", &PROJECT.replace("\"start\"", "\"nowhere\""));
    for command in [
        &["bake", "PROJECT", "--out", "OUT"][..],
        &["hash", "PROJECT"],
        &["stats", "PROJECT"],
        &["export", "PROJECT", "--island", "isle", "--out", "out.glb"],
    ] {
        let (outcome, text) = fixture.run(command);
        assert_eq!(outcome, Outcome::Issues);
        assert!(
            text.contains("error[") && text.contains("PROJECT/project.ron:6"),
            "{text}"
        );
    }
    assert!(!fixture.0.path().join("out").exists());
}

#[test]
fn pictures_have_the_size_that_was_asked_for() {
    let fixture = Fixture::new();
    let (outcome, text) = fixture.run(&[
        "render",
        "PROJECT",
        "--out",
        "OUT",
        "--scale",
        "1",
        "--view-width",
        "320",
    ]);
    assert_eq!(outcome, Outcome::Fine);
    assert!(text.contains("OUT/isle.png  128 x 128\n"), "{text}");
    let out = fixture.0.path().join("out");
    assert_eq!(png_size(&out.join("isle.png")), (128, 128));
    assert_eq!(png_size(&out.join("isle.view.png")), (320, 180));
    assert_eq!(png_size(&out.join("chart.png")), (2048, 2048));
    assert_eq!(
        fs::read_dir(&out).unwrap().count(),
        3,
        "no temporary file is left"
    );
}

/// Read back by a reader that checks files against the specification.
#[test]
fn an_exported_island_is_valid_gltf() {
    let fixture = Fixture::new();
    let path = fixture.0.path().join("isle.glb");
    let file = path.display().to_string();
    let mut sizes = Vec::new();
    for lod in ["0", "1", "3"] {
        let (outcome, text) = fixture.run(&[
            "export", "PROJECT", "--island", "isle", "--out", &file, "--lod", lod,
        ]);
        assert_eq!(outcome, Outcome::Fine);
        let gltf::Gltf { document, blob } = gltf::Gltf::open(&path).unwrap();
        let mesh = document.meshes().next().unwrap();
        let mut triangles = 0;
        for primitive in mesh.primitives() {
            let reader = primitive.reader(|_| blob.as_deref());
            let positions: Vec<_> = reader.read_positions().unwrap().collect();
            let indices: Vec<_> = reader.read_indices().unwrap().into_u32().collect();
            let colours = reader.read_colors(0).unwrap().into_rgba_u8().count();
            let normals: Vec<_> = reader.read_normals().unwrap().collect();
            assert_eq!((colours, normals.len()), (positions.len(), positions.len()));
            assert!(indices.iter().all(|index| (*index as usize) < positions.len()));
            triangles += indices.len() / 3;
            // 128 x 128 m around the middle, from 32 m below the sea to 64 m above it, with y up.
            let inside =
                |[x, y, z]: [f32; 3]| x.abs() <= 64.0 && (-32.0..=64.0).contains(&y) && z.abs() <= 64.0;
            let outside = positions.iter().find(|at| !inside(**at));
            assert_eq!(outside, None, "level {lod}");
            let is_water = primitive.material().name() == Some("water");
            let blends = primitive.material().alpha_mode() == gltf::material::AlphaMode::Blend;
            assert_eq!(is_water, blends);
            if is_water {
                assert!(positions.iter().all(|[_, y, _]| *y == 0.0));
                assert!(normals.iter().all(|normal| *normal == [0.0, 1.0, 0.0]));
            }
        }
        assert!(
            text.contains(&format!("isle.glb  {triangles} triangles, ")),
            "{text}"
        );
        sizes.push(triangles);
    }
    assert!(sizes[0] > sizes[1] && sizes[1] > sizes[2], "{sizes:?}");
}

#[test]
fn an_exported_island_has_the_voxels_that_were_asked_for() {
    let fixture = Fixture::new();
    let export = |name: &str, more: &[&str]| {
        let file = fixture.0.path().join(name).display().to_string();
        let command = ["export", "PROJECT", "--island", "isle", "--out", &file];
        fixture.try_run(&[&command, more].concat())
    };
    let (outcome, text) = export("isle.VOX", &[]);
    assert_eq!(outcome.unwrap(), Outcome::Fine);
    assert!(text.contains("isle.VOX  128 x 128 x 96 voxels, "), "{text}");
    let file = dot_vox::load(&fixture.0.path().join("isle.VOX").display().to_string()).unwrap();
    let [model] = &file.models[..] else {
        panic!("{} models", file.models.len());
    };
    // The sea floor alone is a layer of its own.
    assert!(model.voxels.len() > 128 * 128, "{}", model.voxels.len());
    let (outcome, _) = export("isle", &["--format", "vox"]);
    assert_eq!(outcome.unwrap(), Outcome::Fine);
    let written = |name| fs::read(fixture.0.path().join(name)).unwrap();
    assert_eq!(written("isle"), written("isle.VOX"));
    for (name, more, why) in [
        ("isle.obj", &[][..], "neither .glb nor .vox"),
        ("isle.vox", &["--lod", "1"], "only meshes"),
    ] {
        let error = export(name, more).0.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert!(!fixture.0.path().join(name).exists());
    }
}

#[test]
fn numbers_that_are_none_are_refused_with_their_range() {
    let render = ["render", "PROJECT", "--out", "OUT"];
    for (command, option, bad, good, hint) in [
        (
            &render[..],
            "--view-from",
            &["NaN", "inf", "361"][..],
            "-30",
            "-360 to 360",
        ),
        (&render, "--view-above", &["1e30", "NaN", "2"], "3", "3 to 80"),
        (
            &["bench"],
            "--peer-rate",
            &["0", "NaN", "inf", "1e999"],
            "20",
            "above 0",
        ),
    ] {
        let parse = |value| {
            let all = [&["tombolo-worldgen"], command, &[option, value]].concat();
            Arguments::try_parse_from(all)
        };
        assert!(parse(good).is_ok(), "{option} {good}");
        for value in bad {
            let error = parse(value).unwrap_err().to_string();
            assert!(error.contains(option) && error.contains(hint), "{error}");
        }
    }
}

#[test]
fn figures_add_up() {
    let fixture = Fixture::new();
    let (_, json) = fixture.run(&["stats", "PROJECT", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let island = &json["islands"][0];
    assert_eq!(island["columns"], 128 * 128);
    let counted: u64 = island["voxels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["count"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, 128 * 128 * 96);
    let chunks = island["uniform_chunks"].as_u64().unwrap() + island["mixed_chunks"].as_u64().unwrap();
    assert_eq!(chunks, 4 * 4 * 3);
    assert!(island["surface_seconds"].as_f64().unwrap() > 0.0);
    let (_, text) = fixture.run(&["stats", "PROJECT"]);
    assert!(text.contains("isle (isle)") && text.contains("sand"), "{text}");
}

/// `tombolo-worldgen check .. | head -1` ends quietly.
#[test]
fn a_closed_pipe_is_told_as_such() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let fixture = Fixture::new();
    let project = fixture.project();
    for format in ["human", "json", "github", "sarif"] {
        fixture.write(
            "islands/isle.ron",
            &ISLAND.replace("30.0,", "30.0, \"radios\": 1.0,"),
        );
        let parsed = Arguments::try_parse_from([
            "x".as_ref(),
            "check".as_ref(),
            "--format".as_ref(),
            format.as_ref(),
            project.as_os_str(),
        ]);
        let error = run(&parsed.unwrap(), &mut Closed).unwrap_err();
        assert!(crate::is_broken_pipe(&error), "{format}: {error:?}");
    }
}

#[test]
fn a_quick_bench_measures_every_row() {
    let fixture = Fixture::new();
    let (outcome, text) = fixture.run(&["bench", "--quick", "--json", "--peer-rate", "20"]);
    assert_eq!(outcome, Outcome::Fine);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let lines = document["lines"].as_array().unwrap();
    let rows: std::collections::BTreeSet<u64> =
        lines.iter().map(|line| line["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, std::collections::BTreeSet::from([1, 2, 3, 4, 5, 6, 7]));
    for line in lines {
        let number = |key: &str| line[key].as_f64();
        let figure = number("figure").unwrap();
        assert!(figure >= 0.0, "{line}");
        let aim = &line["aim"];
        let reached = match (aim["at_most"].as_f64(), aim["at_least"].as_f64()) {
            (Some(most), None) => Some(figure <= most),
            (None, Some(least)) => Some(figure >= least),
            _ => None,
        };
        assert_eq!(line["reached"].as_bool(), reached, "{line}");
        // Numbers are rounded when they are read.
        let is_ratio = |limit: f64, ratio: f64| (ratio * limit / figure - 1.0).abs() < 1e-9;
        match (number("limit"), number("ratio")) {
            (Some(limit), Some(ratio)) => assert!(is_ratio(limit, ratio), "{line}"),
            both => assert_eq!(both, (None, None), "{line}"),
        }
    }
    // Every row but that of the store's size and memory says what the machine allows.
    for row in [1, 2, 3, 4, 5, 6, 7] {
        let limited = |line: &&serde_json::Value| line["row"] == row && line["ratio"].is_f64();
        let least = if row == 3 { 8 } else { 1 };
        assert!(lines.iter().filter(limited).count() >= least, "row {row}: {text}");
    }
    let (_, table) = fixture.run(&[
        "bench",
        "--quick",
        "--rows",
        "2",
        "--peer-command",
        "echo peer: 4 runs, 20.5",
    ]);
    assert!(table.contains("peer 20.5 M/s"), "{table}");
    let (_, table) = fixture.run(&["bench", "--quick", "--rows", "4"]);
    assert!(
        table.contains("Perlin 3D") && !table.contains("cold bake"),
        "{table}"
    );
}

#[test]
fn a_bench_map_is_a_project_without_errors() {
    let fixture = Fixture::new();
    fixture.run(&["bench", "--write-map", "OUT", "--markers", "60", "--size", "256"]);
    let (outcome, text) = fixture.run(&["check", "OUT"]);
    assert_eq!(outcome, Outcome::Fine, "{text}");
}

#[test]
fn growth_is_plotted() {
    let fixture = Fixture::new();
    fixture.run(&["bench", "--plot", "OUT", "--quick"]);
    for file in ["markers.png", "area.png"] {
        assert_eq!(png_size(&fixture.0.path().join("out").join(file)), (960, 600));
    }
}
