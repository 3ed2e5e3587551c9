//! One path through the whole house: a designer raises a hill in the editor's document and saves; the
//! server, started again, has exactly that hill, and the players stand on it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fs;

use e2e_tests::client::Client;
use e2e_tests::server_process::ServerProcess;
use e2e_tests::{copy_folder, fixture};
use editor::document::{Change, Document};
use shared::attribute::{AttributeValue, Attributes};
use shared::coords::{ColumnPos, LocalPos};
use shared::edit::Edit;
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::{Marker, Record};
use shared::project::Project;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, bake};

/// Height of the hill that the designer raises, in metres.
const SUMMIT_M: f32 = 14.0;

fn baked(project: &Project, slug: &str) -> BakedIsland {
    let island = project
        .islands
        .values()
        .find(|island| island.slug == slug)
        .unwrap();
    bake(
        &IslandPlan::new(&project.settings, &project.stamps, island),
        &BakeOptions::default(),
        &(),
    )
    .unwrap()
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

#[tokio::test]
async fn a_hill_raised_in_the_editor_stands_on_the_server() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&fixture("two_islands"), folder.path()).unwrap();
    let east_file = fs::read(folder.path().join("islands/east.ron")).unwrap();

    let mut server = ServerProcess::start(folder.path(), &[]).unwrap();
    let mut ada = Client::join(server.address(), "ada", "Ada").await.unwrap();
    ada.wait_until(|client| client.tick > 0).await.unwrap();
    let flat_z = ada.position.z_m;
    server.stop().unwrap();

    let mut document = Document::open(folder.path(), worldgen::marker::schema()).unwrap();
    let before = document.project().clone();
    let west = before
        .islands
        .values()
        .find(|island| island.slug == "west")
        .unwrap()
        .id;
    document.show_island(west);
    let hill = Marker {
        id: MarkerId(document.fresh_id()),
        kind: "peak".to_owned(),
        name: "New Hill".to_owned(),
        note: String::new(),
        geometry: Geometry::Point(LocalPos::new(0.0, 0.0, SUMMIT_M)),
        layer: 0,
        priority: 0,
        attributes: Attributes::from([
            ("radius".to_owned(), AttributeValue::Number(30.0)),
            ("noise".to_owned(), AttributeValue::Number(0.0)),
        ]),
    };
    let edits = vec![Edit::PutRecord {
        island: west,
        record: Box::new(Record::Marker(hill)),
    }];
    document
        .change(Change::Step {
            label: "Place New Hill".to_owned(),
            edits,
        })
        .unwrap();
    assert_eq!(
        document.save().unwrap(),
        1,
        "one island changed, one file is written"
    );
    assert_eq!(
        fs::read(folder.path().join("islands/east.ron")).unwrap(),
        east_file
    );
    let after = document.project().clone();
    assert_ne!(baked(&before, "west").hash(), baked(&after, "west").hash());
    assert_eq!(baked(&before, "east").hash(), baked(&after, "east").hash());

    server.restart().unwrap();
    let west = baked(&after, "west");
    // A new player appears on the hill, and who stood there before it was raised is not inside it.
    let mut bea = Client::join(server.address(), "bea", "Bea").await.unwrap();
    bea.wait_until(|client| client.tick > 0).await.unwrap();
    assert!(
        bea.position.z_m > flat_z + 5.0,
        "{:?}, it was {flat_z}",
        bea.position
    );
    check_stands_on_ground(&bea, &west);
    let mut ada = Client::connect(server.address()).await.unwrap();
    let characters = ada
        .login("ada", "correct horse battery staple")
        .await
        .unwrap()
        .characters;
    ada.enter_world(characters[0].character_id).await.unwrap();
    ada.wait_until(|client| client.tick > 0).await.unwrap();
    check_stands_on_ground(&ada, &west);
}
