//! What commands write, and what they leave as it is.

use super::*;

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let fixture = Fixture::new();
    // A folder of that name: no file can be renamed over it.
    let taken = fixture.project().join("islands");
    let arguments = [
        "export", "PROJECT", "--island", "isle", "--format", "vox", "--out",
    ];
    let (outcome, _) = fixture.try_run(&[&arguments[..], &[taken.to_str().unwrap()]].concat());
    assert!(format!("{:#}", outcome.unwrap_err()).contains("cannot write"));
    let left = fs::read_dir(fixture.project()).unwrap();
    let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    left.sort_unstable();
    assert_eq!(left, ["islands", "project.ron", "schema.ron"]);
}

/// As `--out /dev/stdout` is used; here a pipe under its name among the open files.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_gets_what_is_exported_and_stays() {
    use std::io::Read;
    use std::os::fd::AsRawFd;
    let fixture = Fixture::new();
    let file = fixture.0.path().join("isle.vox");
    let export = |to: &str| {
        fixture.run(&[
            "export", "PROJECT", "--island", "isle", "--format", "vox", "--out", to,
        ])
    };
    export(file.to_str().unwrap());
    let (mut reader, writer) = io::pipe().unwrap();
    let path = format!("/proc/self/fd/{}", writer.as_raw_fd());
    let piped = std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).unwrap();
            bytes
        });
        // Nothing is told: it might be told into the pipe.
        assert_eq!(export(&path), (Outcome::Fine, String::new()));
        drop(writer);
        reading.join().unwrap()
    });
    assert!(piped == fs::read(&file).unwrap(), "{} bytes", piped.len());
}

#[cfg(unix)]
#[test]
fn an_export_through_a_link_replaces_the_file_behind_it_and_no_other() {
    let fixture = Fixture::new();
    let path = |name: &str| fixture.0.path().join(name);
    let old: [(&str, &str); 2] = [("behind.vox", "old"), ("link.vox.tmp", "somebody's")];
    for (name, text) in old {
        worldgen::project_dir::replace(&path(name), text).unwrap();
    }
    std::os::unix::fs::symlink("behind.vox", path("link.vox")).unwrap();
    let link = path("link.vox");
    fixture.run(&[
        "export",
        "PROJECT",
        "--island",
        "isle",
        "--out",
        link.to_str().unwrap(),
    ]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read(path("behind.vox")).unwrap().starts_with(b"VOX "));
    assert_eq!(fs::read_to_string(path("link.vox.tmp")).unwrap(), "somebody's");
}

#[test]
fn a_bench_map_overwrites_no_project() {
    let fixture = Fixture::new();
    let error = fixture
        .try_run(&["bench", "--write-map", "PROJECT"])
        .0
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("is not empty; name a new folder for the map"),
        "{error}"
    );
    assert_eq!(fixture.read("project.ron"), PROJECT);
    fs::create_dir(fixture.0.path().join("out")).unwrap();
    let (outcome, _) = fixture.run(&["bench", "--write-map", "OUT", "--markers", "3"]);
    assert_eq!(outcome, Outcome::Fine);
}
