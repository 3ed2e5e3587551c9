//! One path through the whole house: a designer opens the sample project, reshapes an island with pointer
//! and keys alone and saves; the checker is content, and the server, started again, has exactly that ground,
//! and the players stand on it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use e2e_tests::client::Client;
use e2e_tests::server_process::ServerProcess;
use e2e_tests::{binary, copy_folder, root};
use editor::app::{App, Options};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use shared::coords::{ColumnPos, LocalPos};
use shared::project::Project;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, bake};

#[path = "../../editor/tests/app/pointer.rs"]
mod pointer;

/// The island where new players appear, and the place of its POI.
const ISLAND: &str = "Lanternrest";
const SPAWN: (f32, f32) = (-176.0, -34.0);
/// Accessible name of the map.
const MAP_LABEL: &str = "Island map";
/// The only file that may change.
const ISLAND_FILE: &str = "islands/lanternrest.ron";
/// What the designer types.
const LEVEL_M: &str = "24";
const RADIUS_M: &str = "30";

/// The editor without a window, and what somebody does in front of it. Nothing reaches the project but
/// events of pointer and keyboard.
struct Designer {
    harness: Harness<'static, App>,
}

impl Designer {
    fn open(project: &Path) -> Self {
        let options = Options {
            project: Some(project.to_owned()),
            settings_folder: None,
        };
        let harness = Harness::builder()
            .with_size(vec2(1600.0, 1000.0))
            .with_max_steps(64)
            .build_eframe(move |creation| App::new(creation, options.clone()));
        let mut designer = Self { harness };
        designer.wait();
        designer
    }

    /// Until the background is done and nothing moves.
    fn wait(&mut self) {
        self.harness.run_steps(2);
        self.harness.state_mut().workspace_mut().unwrap().settle();
        self.harness.run();
    }

    fn project(&self) -> &Project {
        self.harness.state().workspace().unwrap().document.project()
    }

    /// Clicks what has this name; of several the last one, which a list that has just opened is.
    fn click(&mut self, label: &str) {
        self.harness.get_all_by_label(label).last().unwrap().click();
        self.harness.run_steps(3);
    }

    fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }

    fn type_into(&mut self, role: Role, label: &str, text: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.harness.run_steps(2);
        self.keys(Modifiers::COMMAND, Key::A);
        self.harness.get_by_role_and_label(role, label).type_text(text);
        self.harness.run_steps(2);
        self.keys(Modifiers::NONE, Key::Enter);
    }

    fn choose(&mut self, drop_down: &str, entry: &str) {
        let list = self.harness.get_by_role_and_label(Role::ComboBox, drop_down);
        list.click();
        self.harness.run_steps(3);
        self.click(entry);
    }

    fn on_map(&self, (x_m, y_m): (f32, f32)) -> Pos2 {
        let camera = self.harness.state().map_camera().unwrap();
        let from_center = vec2(x_m - camera.center.x_m, camera.center.y_m - y_m);
        self.harness.get_by_label(MAP_LABEL).rect().center() + from_center * camera.scale
    }

    fn drag_on_map(&mut self, from: (f32, f32), to: (f32, f32)) {
        let (from, to) = (self.on_map(from), self.on_map(to));
        pointer::drag(&mut self.harness, from, to);
    }

    fn click_on_map(&mut self, at: (f32, f32)) {
        let at = self.on_map(at);
        pointer::click(&mut self.harness, at);
    }
}

fn files(project: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in ["", "islands"] {
        for entry in fs::read_dir(project.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(project).unwrap().to_string_lossy().into_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn baked(project: &Project) -> BakedIsland {
    let mut islands = project.islands.values();
    let island = islands.find(|island| island.name == ISLAND).unwrap();
    let plan = IslandPlan::new(&project.settings, &project.stamps, island);
    bake(&plan, &BakeOptions::default(), &()).unwrap()
}

fn ground_under(island: &BakedIsland, at: LocalPos) -> f32 {
    let column = at.voxel().column();
    // A body is wider than nothing: it stands on the highest of the columns that it touches.
    let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| ColumnPos::new(column.x + dx, column.y + dy)));
    around.filter_map(|column| island.ground(column)).max().unwrap() as f32
}

fn check_stands_on_ground(player: &Client, island: &BakedIsland) {
    let above = player.position.z_m - ground_under(island, player.position);
    assert!(
        (-1.0..=1.5).contains(&above),
        "{:?} stands {above} m above the ground",
        player.position
    );
}

/// Reshapes the island: level ground high above the beach where players appear, its numbers typed, then pulled
/// wider by its rim.
fn reshape(designer: &mut Designer) {
    designer.click("Island");
    designer.click(ISLAND);
    designer.wait();
    designer.type_into(Role::TextInput, "Filter kinds", "pad");
    designer.click("Pad");
    designer.click_on_map(SPAWN);
    designer.type_into(Role::TextInput, "Name", "High Place");
    designer.type_into(Role::SpinButton, "Height", LEVEL_M);
    designer.choose("Level", "drawn");
    // After the walk to the beach, which would cut through it.
    designer.type_into(Role::SpinButton, "Layer", "5");
    designer.type_into(Role::SpinButton, "Radius", RADIUS_M);
    let rim = |radius_m: f32| (SPAWN.0, SPAWN.1 + radius_m);
    designer.drag_on_map(rim(30.0), rim(40.0));
    let steps: Vec<String> = {
        let document = &designer.harness.state().workspace().unwrap().document;
        document.history().labels().map(str::to_owned).collect()
    };
    assert_eq!(
        steps,
        [
            "Place pad",
            "Change name of Pad",
            "Change height of High Place",
            "Change level of High Place",
            "Change layer of High Place",
            "Change radius of High Place",
            "Change radius of High Place",
        ]
    );
}

#[tokio::test]
async fn an_island_reshaped_with_pointer_and_keys_stands_on_the_server() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("maps/first_light"), folder.path()).unwrap();
    let files_before = files(folder.path());

    let mut server = ServerProcess::start(folder.path(), &[]).unwrap();
    let mut ada = Client::join(server.address(), "ada", "Ada").await.unwrap();
    ada.wait_until(|client| client.tick > 0).await.unwrap();
    let beach_z_m = ada.position.z_m;
    server.stop().unwrap();

    let mut designer = Designer::open(folder.path());
    let before = designer.project().clone();
    reshape(&mut designer);
    designer.wait();
    designer.keys(Modifiers::COMMAND, Key::S);
    designer.wait();
    designer.harness.get_by_label("Saved");
    let after = designer.project().clone();
    drop(designer);

    let files_after = files(folder.path());
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&files_after), names(&files_before));
    let mut changed: Vec<&str> = Vec::new();
    for (name, bytes) in &files_after {
        if files_before[name] != *bytes {
            changed.push(name);
        }
    }
    assert_eq!(changed, [ISLAND_FILE], "one island changed, one file is written");
    let island_text = String::from_utf8(files_after[ISLAND_FILE].clone()).unwrap();
    assert!(island_text.contains("name: \"High Place\""));
    assert!(island_text.contains("\"radius\": 40.0"), "pulled by its rim");
    let check = Command::new(binary("tombolo-worldgen"))
        .arg("check")
        .arg(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success(), "{told}");

    let island = baked(&after);
    assert_ne!(baked(&before).hash(), island.hash());
    server.restart().unwrap();
    // A new player appears up there, and who stood there before it was raised is not inside it.
    let mut bea = Client::join(server.address(), "bea", "Bea").await.unwrap();
    bea.wait_until(|client| client.tick > 0).await.unwrap();
    assert!(
        bea.position.z_m > beach_z_m + 5.0,
        "{:?}, it was {beach_z_m}",
        bea.position
    );
    check_stands_on_ground(&bea, &island);
    let mut ada = Client::connect(server.address()).await.unwrap();
    let characters = ada
        .login("ada", "correct horse battery staple")
        .await
        .unwrap()
        .characters;
    ada.enter_world(characters[0].character_id).await.unwrap();
    ada.wait_until(|client| client.tick > 0).await.unwrap();
    check_stands_on_ground(&ada, &island);
}
