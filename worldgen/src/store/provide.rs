//! Getting a bake from the store, or from the generator when the store has none that is good.

use std::path::Path;

use super::{BakeKey, BakeStore, StoreError};
use crate::bake::{BakeOptions, BakedIsland, Progress, bake};
use crate::plan::IslandPlan;

/// Where a bake came from.
#[derive(Debug)]
pub enum Source {
    /// It was in the store.
    Store,
    /// It was made and put into the store.
    Baked,
    /// What was in the store was damaged; it was made again and put over it.
    Repaired(StoreError),
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

/// The bake of a plan: from the store when it has one under this key, else made and stored. `None` when
/// cancelled.
///
/// # Errors
/// The store could not be read or written for a reason that baking again does not cure.
pub fn bake_or_load(
    store: &mut BakeStore,
    key: BakeKey,
    plan: &IslandPlan,
    options: &BakeOptions,
    progress: &dyn Progress,
) -> Result<Option<(BakedIsland, Source)>, StoreError> {
    let source = match store.get(plan.id(), key) {
        Ok(Some(baked)) => return Ok(Some((baked, Source::Store))),
        Ok(None) => Source::Baked,
        Err(error) if error.is_damaged_island() => Source::Repaired(error),
        Err(error) if error.is_useless_file() => {
            store.start_over()?;
            Source::Repaired(error)
        }
        Err(error) => return Err(error),
    };
    let Some(baked) = bake(plan, options, progress) else {
        return Ok(None);
    };
    match store.put(&baked, key) {
        Ok(()) => Ok(Some((baked, source))),
        // Reading may have missed a damaged page that writing meets.
        Err(error) if error.is_useless_file() => {
            store.start_over()?;
            store.put(&baked, key)?;
            Ok(Some((baked, Source::Repaired(error))))
        }
        Err(error) => Err(error),
    }
}
