//! Starting islands: small hand-made maps that a new project begins with.
//!
//! They are map files like any other (`editor/templates`), read by the same reader. A project made from one
//! gets ids of its own, so that two of them can be joined later.
//!
//! *Not* responsible for: asking for a name and a folder (`panel::new_project`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shared::format::{self, PROJECT_FILE, SCHEMA_FILE, SourceFile};
use shared::ids::IslandId;
use shared::island::{Island, RecordRef};
use shared::project::{Project, Settings};
use shared::schema::Schema;
use shared::stamp::Stamps;
use worldgen::project_dir;

use crate::document::clipboard;
use crate::document::fresh_id::RandomSource;
use crate::text::{Message, Messages, text};

/// One starting island.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// File name of the island in the new project.
    pub slug: &'static str,
    title: Message,
    description: Message,
    map: &'static str,
}

/// All starting islands.
pub const TEMPLATES: [Template; 3] = [
    Template {
        slug: "atoll",
        title: Messages::template_atoll,
        description: Messages::template_atoll_description,
        map: include_str!("../templates/atoll.ron"),
    },
    Template {
        slug: "volcano",
        title: Messages::template_volcano,
        description: Messages::template_volcano_description,
        map: include_str!("../templates/volcano.ron"),
    },
    Template {
        slug: "green_hills",
        title: Messages::template_green_hills,
        description: Messages::template_green_hills_description,
        map: include_str!("../templates/green_hills.ron"),
    },
];

/// POI and entity kinds of a new project.
const SCHEMA: &str = include_str!("../templates/schema.ron");
/// The kind of POI at which players of a new project appear.
const SPAWN_KIND: &str = "landing";

/// Why a project was not made. Nothing was written over.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is something at that place already.
    #[error("{}", text().error_folder_not_empty(.0.display().to_string()))]
    NotEmpty(PathBuf),
    /// The folder cannot be looked at.
    #[error("{}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The disk is full, the folder is read-only, ...
    #[error(transparent)]
    Save(#[from] project_dir::SaveError),
}

impl Template {
    /// What it is called.
    pub fn title(&self) -> String {
        (self.title)(text())
    }

    /// One sentence.
    pub fn description(&self) -> String {
        (self.description)(text())
    }

    /// A project with this island alone. `built_in` is the schema of the generator's marker kinds.
    pub fn project(&self, name: &str, built_in: &Schema, random: &mut RandomSource) -> Project {
        let files = [
            (SCHEMA_FILE.to_owned(), SCHEMA),
            (format::island_path(self.slug), self.map),
        ];
        let files = files.map(|(path, text)| SourceFile {
            path,
            bytes: text.as_bytes().to_vec(),
        });
        let read = format::read(&files, built_in).project;
        let mut project = Project {
            settings: Settings {
                name: name.to_owned(),
                world_seed: random.bits(),
                ..Settings::default()
            },
            schema: read.schema,
            stamps: Stamps::default(),
            islands: BTreeMap::new(),
        };
        for original in read.islands.values() {
            let island = with_fresh_ids(original, random);
            let mut pois = island.pois.values();
            project.settings.spawn = pois.find(|poi| poi.kind == SPAWN_KIND).map(|poi| poi.id);
            project.islands.insert(island.id, island);
        }
        project
    }
}

fn with_fresh_ids(original: &Island, random: &mut RandomSource) -> Island {
    let mut island = original.head();
    let nothing = Project::default();
    island.id = IslandId(random.fresh(&nothing));
    let originals = original.records().map(RecordRef::to_record).collect();
    let copies = clipboard::with_fresh_ids(originals, || random.fresh(&nothing), |_| false);
    for record in copies.records {
        island.put(record);
    }
    island
}

/// Writes a new project into a folder that is missing or empty.
///
/// # Errors
/// See [`CreateError`].
pub fn create(folder: &Path, project: &Project, built_in: &Schema) -> Result<(), CreateError> {
    let io = |source| CreateError::Folder {
        path: folder.to_owned(),
        source,
    };
    match std::fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(CreateError::NotEmpty(folder.to_owned()));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        Err(error) => return Err(io(error)),
    }
    let mut texts = format::write(project, built_in);
    // The project file comes last: a folder without it is no project, whatever happens before.
    let project_text = texts.remove(PROJECT_FILE);
    let rest = texts.into_iter().map(|(name, text)| (name, Some(text))).collect();
    let last = BTreeMap::from([(PROJECT_FILE.to_owned(), project_text)]);
    for files in [rest, last] {
        let (_, failed) = project_dir::save(folder, &files);
        if let Some(error) = failed.into_iter().next() {
            return Err(error.into());
        }
    }
    Ok(())
}

/// A folder name for a project: `My First World!` becomes `my_first_world`.
pub fn folder_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("_").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn every_template_is_canonical_and_without_issues() {
        let built_in = worldgen::marker::schema();
        for template in TEMPLATES {
            // Seed and ids are random, and shift the noise of coasts: all of them must do.
            for seed in 0..6 {
                let project = template.project("New World", built_in, &mut RandomSource::Seeded(seed));
                assert!(project.settings.spawn.is_some(), "{}", template.slug);
                let mut issues = shared::validate::check(&project, built_in);
                issues.extend(worldgen::rules::check(&project, &AtomicBool::new(false)));
                assert_eq!(issues, [], "{}", template.slug);
            }

            let file = SourceFile {
                path: format::island_path(template.slug),
                bytes: template.map.as_bytes().to_vec(),
            };
            let read = format::read(std::slice::from_ref(&file), built_in);
            let text = format::write(&read.project, built_in).remove(&file.path);
            assert_eq!(text.as_deref(), Some(template.map), "{}", template.slug);
        }
    }

    #[test]
    fn a_new_project_loads_and_never_replaces_anything() {
        let built_in = worldgen::marker::schema();
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("new");
        let project = TEMPLATES[0].project("New World", built_in, &mut RandomSource::Seeded(1));
        create(&folder, &project, built_in).unwrap();
        let loaded = project_dir::load(&folder, built_in).unwrap();
        assert_eq!((loaded.project, loaded.issues.len()), (project.clone(), 0));
        let again = create(&folder, &project, built_in);
        assert!(matches!(again, Err(CreateError::NotEmpty(_))));
    }

    #[test]
    fn two_projects_of_one_template_share_no_id() {
        let built_in = worldgen::marker::schema();
        let mut random = RandomSource::Seeded(3);
        let [a, b] = ["a", "b"].map(|name| TEMPLATES[1].project(name, built_in, &mut random));
        let ids = |project: &Project| {
            let islands = project.islands.values();
            islands
                .flat_map(|island| {
                    island
                        .record_ids()
                        .map(shared::island::RecordId::id)
                        .chain([island.id.0])
                        .collect::<Vec<_>>()
                })
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert!(ids(&a).is_disjoint(&ids(&b)));
    }

    #[test]
    fn folder_names_are_plain() {
        assert_eq!(folder_name("  My First World! "), "my_first_world");
        assert_eq!(folder_name("../.."), "");
    }
}
