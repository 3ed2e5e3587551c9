//! Getting a bake from the store, or from the generator when the store has none that is good.

use std::path::Path;

use shared::ids::{Id, IslandId, MarkerId, PoiId, PortalId};
use shared::island::Island;
use shared::project::Settings;
use shared::stamp::Stamps;

use super::{BakeKey, BakeStore, StoreError, bake_key};
use crate::bake::{BakeOptions, BakedIsland, Progress, Rebuilt, bake, rebake};
use crate::plan::{IslandPlan, KeptFits};

/// Where a bake came from.
#[derive(Debug)]
pub enum Source {
    /// It was in the store.
    Store,
    /// It was made from nothing and put into the store.
    Baked,
    /// It was made from the bake before an edit, which it replaced in the store.
    Updated(Rebuilt),
    /// What was in the store was damaged; it was made again and put over it.
    Repaired(StoreError),
}

impl Source {
    /// What was done and why, for logs: `unchanged`, `rebuilt 4 of 256 tiles, 7 chunks, for peak "The Horn"`.
    pub fn describe(&self, island: &Island) -> String {
        match self {
            Self::Store => "unchanged".to_owned(),
            Self::Baked => "baked".to_owned(),
            Self::Updated(rebuilt) => {
                let tiles = island.bounds.tiles().count();
                format!(
                    "rebuilt {} of {tiles} tiles, {} chunks changed, {}",
                    rebuilt.tiles_visited,
                    rebuilt.chunks.len(),
                    reasons(&rebuilt.records, island)
                )
            }
            Self::Repaired(error) => format!("baked again, because {error}"),
        }
    }
}

/// The markers, POIs and portals that an edit touched, by name where they have one.
fn reasons(records: &[Id], island: &Island) -> String {
    const NAMED: usize = 3;
    let name = |id: &Id| {
        let marker = island
            .markers
            .get(&MarkerId(*id))
            .map(|it| (&*it.kind, &*it.name));
        let poi = || island.pois.get(&PoiId(*id)).map(|it| (&*it.kind, &*it.name));
        let portal = || island.portals.get(&PortalId(*id)).map(|it| ("portal", &*it.name));
        match marker.or_else(poi).or_else(portal) {
            Some((kind, "")) => format!("{kind} {id}"),
            Some((kind, name)) => format!("{kind} \"{name}\""),
            None => format!("{id}, which went"),
        }
    };
    let mut names: Vec<String> = records.iter().take(NAMED).map(name).collect();
    if records.len() > NAMED {
        names.push(format!("{} more", records.len() - NAMED));
    }
    if names.is_empty() {
        "for the island's own settings".to_owned()
    } else {
        format!("for {}", names.join(", "))
    }
}

/// Opens a store. A damaged file, or one of another version, is renamed to `<name>.old` and a new one
/// made: everything in it can be baked again. The error that was found then comes with the store.
///
/// # Errors
/// The disk refused, or the file belongs to another program and is left alone.
pub fn open_or_replace(path: &Path) -> Result<(BakeStore, Option<StoreError>), StoreError> {
    match BakeStore::open(path) {
        Ok(store) => Ok((store, None)),
        Err(error) if error.is_useless_file() => {
            super::put_aside(path).map_err(|reason| StoreError {
                path: path.to_owned(),
                kind: reason.into(),
            })?;
            Ok((BakeStore::open(path)?, Some(error)))
        }
        Err(error) => Err(error),
    }
}

/// The bake of an island: from the store when it is there unchanged, else made and stored. Only what is made needs
/// a plan. `None` when cancelled.
///
/// # Errors
/// The store could not be read or written for a reason that baking again does not cure.
pub fn bake_or_load(
    store: &mut BakeStore,
    settings: &Settings,
    stamps: &Stamps,
    island: &Island,
    options: &BakeOptions,
    progress: &dyn Progress,
) -> Result<Option<(BakedIsland, Source)>, StoreError> {
    let wanted = Wanted {
        id: island.id,
        key: bake_key(settings, stamps, island),
        plan: |kept: &dyn KeptFits| {
            let is_cancelled = || progress.cancelled();
            IslandPlan::with_kept(kept, settings, stamps, island, &is_cancelled)
        },
    };
    wanted.from(store, options, progress)
}

/// A bake that is asked for.
pub(super) struct Wanted<P> {
    pub(super) id: IslandId,
    pub(super) key: BakeKey,
    /// Compiles the island with what is kept of its fits; `None` when cancelled.
    pub(super) plan: P,
}

impl<P: FnOnce(&dyn KeptFits) -> Option<IslandPlan>> Wanted<P> {
    /// See [`bake_or_load`].
    pub(super) fn from(
        self,
        store: &mut BakeStore,
        options: &BakeOptions,
        progress: &dyn Progress,
    ) -> Result<Option<(BakedIsland, Source)>, StoreError> {
        let Self { id, key, plan } = self;
        let before = match store.get(id, key) {
            Ok(Some(baked)) => return Ok(Some((baked, Source::Store))),
            Ok(None) => store.latest(id),
            Err(error) => Err(error),
        };
        let before = match before {
            Err(error) => Err(discarded(store, id, error)?),
            readable => readable,
        };
        let Some(plan) = plan(store) else { return Ok(None) };
        let made = match before {
            Ok(Some(old)) => {
                let rebaked = rebake(&old, &plan, options, progress);
                rebaked.map(|(baked, rebuilt)| (baked, Source::Updated(rebuilt)))
            }
            Ok(None) => bake(&plan, options, progress).map(|baked| (baked, Source::Baked)),
            Err(error) => bake(&plan, options, progress).map(|baked| (baked, Source::Repaired(error))),
        };
        let Some((baked, source)) = made else {
            return Ok(None);
        };
        let source = match unless_useless(store, |store| store.put(&baked, key))? {
            None => source,
            // Reading may have missed a damaged page that writing meets.
            Some(error) => {
                store.put(&baked, key)?;
                Source::Repaired(error)
            }
        };
        Ok(Some((baked, source)))
    }
}

/// Takes what cannot be read out of the store, if `error` says that it is damaged, and gives that back.
fn discarded(store: &mut BakeStore, id: IslandId, error: StoreError) -> Result<StoreError, StoreError> {
    if error.is_damaged_island() {
        unless_useless(store, |store| store.remove(id))?;
    } else if error.is_useless_file() {
        store.start_over()?;
    } else {
        return Err(error);
    }
    Ok(error)
}

/// Does something with the store. Where that meets damage that only a new file cures, there is an empty
/// one afterwards, and the error comes back.
fn unless_useless(
    store: &mut BakeStore,
    act: impl Fn(&mut BakeStore) -> Result<(), StoreError>,
) -> Result<Option<StoreError>, StoreError> {
    match act(store) {
        Ok(()) => Ok(None),
        Err(error) if error.is_useless_file() => {
            store.start_over()?;
            Ok(Some(error))
        }
        Err(error) => Err(error),
    }
}
