//! Rules about the project as a whole.

use super::Context;
use crate::edit::Edit;
use crate::ids::Id;
use crate::island::RecordId;
use crate::issue::{Issue, Subject, rules};
use crate::project::{CURRENT_GENERATOR, Settings};

rules! {
    NO_ISLANDS = "no-islands", Error,
        Some("an island has to be designed"),
        "The project has no island, so there is nowhere to be. Create one in the editor, or add a file to \
         `islands/`.";
    NO_SPAWN = "no-spawn", Error,
        Some("only a designer knows where players should arrive"),
        "The project does not say where new players appear. Place a POI on dry land and name its id as `spawn` \
         in `project.ron`.";
    UNKNOWN_GENERATOR = "unknown-generator", Error, None,
        "The project pins a version of the generator that this Tombolo does not have. A newer Tombolo may have \
         it; pinning another version can change every island.";
}

pub(super) fn check(context: &Context<'_>, issues: &mut Vec<Issue>) {
    let settings = &context.project.settings;
    if context.project.islands.is_empty() {
        issues.push(Issue::new(
            &NO_ISLANDS,
            Subject::default(),
            "the project has no islands",
            "create one in the editor",
        ));
    }
    if !(1..=CURRENT_GENERATOR).contains(&settings.generator) {
        let pinned = Settings {
            generator: CURRENT_GENERATOR,
            ..settings.clone()
        };
        issues.push(
            Issue::new(
                &UNKNOWN_GENERATOR,
                Subject::default().field("generator"),
                format!("generator version {} is not known here", settings.generator),
                format!("use a newer Tombolo, or pin a version from 1 to {CURRENT_GENERATOR}"),
            )
            .with_fix(
                format!("Pin generator version {CURRENT_GENERATOR}"),
                vec![Edit::SetSettings(Box::new(pinned))],
            ),
        );
    }
    let subject = Subject::default().field("spawn");
    match settings.spawn {
        // Without islands there is nothing to spawn at either; one issue says it.
        None if context.project.islands.is_empty() => {}
        None => issues.push(Issue::new(
            &NO_SPAWN,
            subject,
            "nothing says where new players appear",
            "write `spawn: \"<id of a POI>\"` in `project.ron`, or set it in the editor",
        )),
        Some(spawn) if !is_poi(context, spawn.0) => issues.push(Issue::new(
            &super::links::DANGLING_LINK,
            subject,
            format!("there is no POI {spawn} to spawn at"),
            "name a POI that exists",
        )),
        Some(_) => {}
    }
}

fn is_poi(context: &Context<'_>, id: Id) -> bool {
    matches!(context.records.get(&id), Some((_, RecordId::Poi(_))))
}
