//! `tombolo-worldgen` as a designer or CI runs it: exit codes, messages, and the same hashes from every
//! build, thread count and instruction set (property 1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(
    clippy::disallowed_methods,
    reason = "scratch files of tests need no atomic save"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use e2e_tests::{binary, copy_folder, root};

const SAMPLE: &str = "maps/first_light";

fn worldgen(arguments: &[&str]) -> Output {
    run(&binary("tombolo-worldgen"), arguments)
}

fn run(program: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(root())
        .env_remove("TOMBOLO_SIMD")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn check_exit(arguments: &[&str], code: i32) -> String {
    let output = worldgen(arguments);
    let shown = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}:\n{shown}");
    assert!(!shown.contains("panicked"), "{shown}");
    shown
}

/// A copy of the sample project that a test may change.
fn sample_copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join(SAMPLE), folder.path()).unwrap();
    folder
}

/// Seven times the 156 million voxels of the sample: 1.1 billion are compared here.
#[test]
fn hashes_are_equal_for_every_build_thread_count_and_instruction_set() {
    let debug = binary("tombolo-worldgen");
    let expected = text(&run(&debug, &["hash", SAMPLE, "--threads", "1"]).stdout);
    assert!(
        expected.lines().count() >= 5,
        "four islands and the world:\n{expected}"
    );
    assert!(expected.lines().last().unwrap().starts_with("world "));
    let mut variants: Vec<(PathBuf, Vec<&str>)> = vec![
        (debug.clone(), vec!["--threads", "2"]),
        (debug.clone(), vec!["--threads", "7"]),
        (debug, vec!["--threads", "2", "--simd", "baseline"]),
    ];
    let release = root().join("target/release/tombolo-worldgen");
    if release.exists() {
        variants.push((release.clone(), vec!["--threads", "2"]));
        variants.push((release.clone(), vec!["--threads", "7"]));
        variants.push((release.clone(), vec!["--threads", "1", "--simd", "avx2"]));
        variants.push((release, vec!["--threads", "1", "--simd", "baseline"]));
    } else {
        assert!(
            std::env::var_os("CI").is_none(),
            "`tests/run` builds the release binary first"
        );
    }
    for (program, options) in variants {
        let mut arguments = vec!["hash", SAMPLE];
        arguments.extend(&options);
        let output = run(&program, &arguments);
        let too_old_a_processor = options.contains(&"avx2") && !output.status.success();
        if !too_old_a_processor {
            assert_eq!(
                text(&output.stdout),
                expected,
                "{} {options:?}",
                program.display()
            );
        }
    }
}

#[test]
fn the_sample_is_quiet() {
    check_exit(&["check", SAMPLE], 0);
    check_exit(&["fmt", "--check", SAMPLE], 0);
}

#[test]
fn errors_say_where_and_exit_with_one() {
    let shown = check_exit(&["check", "tests/fixtures/issue/dangling-link", SAMPLE], 1);
    assert!(shown.contains("error[dangling-link]"), "{shown}");
    assert!(shown.contains("islands/a.ron:32:18"), "{shown}");
    let warning = check_exit(&["check", "tests/fixtures/issue/unknown-attribute"], 0);
    assert!(warning.contains("did you mean `weight`?"), "{warning}");
}

#[test]
fn machine_formats_are_well_formed() {
    for format in ["json", "sarif"] {
        let output = worldgen(&["check", "tests/fixtures/issue/dangling-link", "--format", format]);
        assert_eq!(output.status.code(), Some(1));
        let lines = text(&output.stdout);
        let whole = serde_json::from_str::<serde_json::Value>(&lines).is_ok();
        let by_line = lines
            .lines()
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
        assert!(whole || by_line, "{format}: {lines}");
        assert!(lines.contains("dangling-link"));
    }
    let github = worldgen(&[
        "check",
        "tests/fixtures/issue/dangling-link",
        "--format",
        "github",
    ]);
    assert!(text(&github.stdout).starts_with("::error file="));
}

#[test]
fn what_cannot_run_exits_with_two_and_one_clear_line() {
    for arguments in [
        &["check", "no/such/folder"][..],
        &["hash", "README.md"],
        &["bake", "no/such/folder"],
        &["check", "--explain", "no-such-rule"],
        &["frobnicate"],
        &["render", SAMPLE, "--out", "README.md/pictures"],
    ] {
        check_exit(arguments, 2);
    }
}

#[test]
fn a_map_with_errors_is_not_baked() {
    check_exit(&["hash", "tests/fixtures/issue/dangling-link"], 1);
}

#[test]
fn moving_one_marker_changes_one_island_and_moving_it_back_restores_it() {
    let folder = sample_copy();
    let path = folder.path().to_str().unwrap();
    let hashes = || text(&worldgen(&["hash", path]).stdout);
    let before = hashes();
    let island = fs::read_dir(folder.path().join("islands"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let original = fs::read_to_string(&island).unwrap();
    let mut checked = worldgen::check::check(folder.path()).unwrap().project;
    let slug = island.file_stem().unwrap().to_str().unwrap().to_owned();
    let moved = checked
        .islands
        .values_mut()
        .find(|island| island.slug == slug)
        .unwrap();
    let peak = moved
        .markers
        .values_mut()
        .find(|marker| matches!(marker.kind.as_str(), "peak" | "ridge" | "plateau"));
    let marker = peak.unwrap();
    marker.geometry = marker.geometry.clone().moved(7.0, -3.0, 0.0);
    let written = shared::format::write(&checked, worldgen::marker::schema());
    fs::write(&island, &written[&shared::format::island_path(&slug)]).unwrap();
    let after = hashes();
    let changed: Vec<_> = before
        .lines()
        .zip(after.lines())
        .filter(|(a, b)| a != b)
        .collect();
    assert_eq!(changed.len(), 2, "the island and the world:\n{before}\n{after}");
    assert!(changed[0].0.contains(&slug));
    fs::write(&island, original).unwrap();
    assert_eq!(hashes(), before);
}

#[test]
fn hostile_files_end_quickly_in_issues() {
    let island = "islands/a.ron";
    let good = fs::read(root().join("tests/fixtures/valid/one_island").join(island)).unwrap();
    let head = "Island(format: 1, id: \"a\", name: \"x\", markers: [";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("deep nesting", "[".repeat(1 << 20).into_bytes()),
        (
            "deep nesting in an attribute",
            format!(
                "{head}(id: \"m\", kind: \"peak\", point: (0, 0), attributes: {{\"a\": {}}})",
                "[".repeat(1 << 16)
            )
            .into_bytes(),
        ),
        (
            "many markers",
            format!(
                "{head}{}])",
                "(id:\"m\",kind:\"peak\",point:(0,0)),".repeat(400_000)
            )
            .into_bytes(),
        ),
        (
            "a long line",
            format!("{head}{}", " ".repeat(8 << 20)).into_bytes(),
        ),
        (
            "a huge number",
            String::from_utf8(good.clone())
                .unwrap()
                .replace("-80.0", &"9".repeat(100_000))
                .into_bytes(),
        ),
        ("too large", vec![b' '; (33 << 20) as usize]),
        ("binary", (0..=255).cycle().take(1 << 20).collect()),
        ("half a file", good[..good.len() / 2].to_vec()),
        ("empty", Vec::new()),
    ];
    for (name, bytes) in cases {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(&root().join("tests/fixtures/valid/one_island"), folder.path()).unwrap();
        fs::write(folder.path().join(island), bytes).unwrap();
        let started = Instant::now();
        let shown = check_exit(&["check", folder.path().to_str().unwrap()], 1);
        // The bound for a release build is a second; this build is not optimised.
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{name}: {:?}",
            started.elapsed()
        );
        assert!(shown.contains("islands/a.ron"), "{name}: {shown}");
    }
}
