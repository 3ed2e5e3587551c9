//! The editor in a real window, on a virtual display without a graphics card: it opens the sample, draws
//! it, and leaves the files alone.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says where"
)]
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use e2e_tests::{binary, copy_folder, root};

/// A debug build on a busy machine draws its first frames slowly.
const DRAWN_WITHIN: Duration = Duration::from_mins(3);
/// A window that shows an island and its panels has thousands of colours; a frame that failed has a few.
const COLOURS_OF_A_PICTURE: usize = 2000;

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).ok();
    }
}

fn start_display(folder: &Path) -> (Running, String) {
    let mut server = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
            "-fbdir",
        ])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb is missing: `tests/run` installs it");
    let mut number = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut number)
        .unwrap();
    (Running(server), format!(":{}", number.trim()))
}

/// Colours on the screen. The frame buffer file is an X window dump: a header of big-endian words, a
/// palette, then rows of pixels (X11/XWDFile.h).
fn colour_count(frame_buffer: &Path) -> usize {
    let bytes = fs::read(frame_buffer).unwrap_or_default();
    let word = |position: usize| {
        let at = position * 4;
        bytes
            .get(at..at + 4)
            .map_or(0, |word| u32::from_be_bytes(word.try_into().unwrap()) as usize)
    };
    let (header, height, line, palette) = (word(0), word(5), word(12), word(19));
    let start = header + palette * 12;
    let pixels = bytes.get(start..start + height * line).unwrap_or_default();
    pixels
        .chunks_exact(4)
        .map(|pixel| u32::from_ne_bytes(pixel.try_into().unwrap()))
        .collect::<BTreeSet<_>>()
        .len()
}

#[test]
fn the_sample_is_drawn_in_a_window() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("first_light");
    copy_folder(&root().join("maps/first_light"), &project).unwrap();
    let (_display, number) = start_display(folder.path());
    let mut editor = Running(
        Command::new(binary("tombolo-editor"))
            .arg(&project)
            .env("DISPLAY", number)
            .env_remove("WAYLAND_DISPLAY")
            .env("HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .spawn()
            .unwrap(),
    );
    let started = Instant::now();
    let frame_buffer = folder.path().join("Xvfb_screen0");
    while colour_count(&frame_buffer) < COLOURS_OF_A_PICTURE {
        assert_eq!(editor.0.try_wait().unwrap(), None, "the editor ended");
        assert!(
            started.elapsed() < DRAWN_WITHIN,
            "{} colours on the screen after {DRAWN_WITHIN:?}",
            colour_count(&frame_buffer)
        );
        // Another process draws; there is nothing to wait on but the picture.
        std::thread::park_timeout(Duration::from_millis(250));
    }
    drop(editor);
    for name in ["project.ron", "islands/cinder_crown.ron"] {
        let original = fs::read(root().join("maps/first_light").join(name)).unwrap();
        assert_eq!(fs::read(project.join(name)).unwrap(), original, "{name}");
    }
}

#[test]
fn without_a_display_the_editor_says_so() {
    let output = Command::new(binary("tombolo-editor"))
        .arg(root().join("maps/first_light"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{shown}");
    assert!(
        shown.contains("display") && !shown.contains("panicked"),
        "{shown}"
    );
}
