//! `tombolo-editor [PROJECT]`: the map editor's window.
//!
//! What it says on a terminal is English and stands here, not in the Fluent catalogue: half of it is clap's, and
//! those who start an editor from a shell or a packaging script search for it word by word.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use editor::app::{App, Options};
use editor::session;

/// The Tombolo map editor: shape islands with markers, see the true terrain while you work.
#[derive(Parser)]
#[command(name = "tombolo-editor", version)]
struct Arguments {
    /// Folder of the map project to open, the one with `project.ron` in it.
    project: Option<PathBuf>,
}

/// Exit code for "could not run", as all our commands use it.
const COULD_NOT_RUN: u8 = 2;

#[expect(
    clippy::print_stderr,
    reason = "without a window, stderr is where the reason can be told"
)]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tombolo-editor: {error}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    if !has_display() {
        anyhow::bail!(
            "there is no display to open a window on; set DISPLAY or WAYLAND_DISPLAY, or run it on a desktop"
        );
    }
    let options = Options {
        project: arguments.project,
        settings_folder: session::settings_folder(),
    };
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Tombolo")
            .with_app_id("tombolo-editor")
            .with_inner_size([1600.0, 1000.0])
            .with_min_inner_size([800.0, 560.0]),
        ..eframe::NativeOptions::default()
    };
    let start = move |creation: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        Ok(Box::new(App::new(creation, options)))
    };
    eframe::run_native("tombolo-editor", native, Box::new(start))
        .map_err(|error| anyhow::anyhow!("cannot open a window: {error}"))
}

/// Whether a window could open; winit's own message is a page long.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
