//! Ground that was looked at before, to be carried on from there.
//!
//! Markers are fitted one after the other, each to the ground that all before it make. Evaluating all of them anew
//! for each would make the cost of a pile grow with the square of its height. So what they made of a tile is kept,
//! without the noise that comes last, and only those that were added since act on it.
//!
//! *Not* responsible for: which ground a marker may look at (see [`super::Ground`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::coords::{TILE_COLUMNS, TilePos};
use shared::geometry::Box2;

use super::{GroundColumn, LATTICE};
use crate::columns::Columns;
use crate::ops::{self, LANES, Row};
use crate::plan::{Asked, Base, GroundSamples, IslandPlan, Near};
use crate::simd::SimdLevel;

/// Tiles that are kept: some 45 MiB.
const MOST_TILES: usize = 1024;
/// Rows of lattice points that are kept: some 20 MiB.
const MOST_ROWS: usize = 16_384;
/// Tiles of which it is known how often single columns were asked for.
const MOST_COUNTED: usize = 65_536;
/// Asked for single columns more often than this, a tile is made as a whole. It costs as much as its rows, and a row as
/// much as a column: so whoever asks, and however soon tiles are forgotten again, at most twice the work is done.
const SELDOM: u32 = 32;

/// The ground of one plan while it is made. It may only ever be asked with a plan that goes on from the one before, and
/// not before the whole coast acts: the base is raised when a place is first looked at.
#[derive(Default)]
pub(crate) struct KeptGround {
    tiles: Recent<TilePos, Tile, MOST_TILES>,
    rows: Recent<LatticePos, LatticeRow, MOST_ROWS>,
    /// How often single columns of a tile were asked for.
    singles: Recent<TilePos, u32, MOST_COUNTED>,
}

/// A row of 32 lattice points, from the lowest x.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct LatticePos {
    /// In rows.
    pub(super) x: i32,
    /// In points.
    pub(super) y: i32,
}

/// The columns of a tile, see [`super::Ground::tile`].
#[derive(Default)]
struct Tile {
    /// From south to north; empty before it is first asked for.
    rows: Vec<Grown>,
    columns: Arc<Vec<GroundColumn>>,
    /// How many operators of the plan have acted.
    acted: usize,
}

struct LatticeRow {
    grown: Grown,
    columns: [GroundColumn; LANES],
    acted: usize,
}

/// Of 32 columns what later markers change and the ground follows from; all other fields of [`Columns`] decide
/// materials and plants, which nobody looks at here, or were used up when the base was raised.
struct Grown {
    land: Row,
    height: Row,
    displacement: Row,
    water: Row,
    hold: Row,
    fall: Row,
    paved: Row,
}

impl KeptGround {
    /// The columns of a tile, in the order of [`shared::coords::ColumnPos::index_in_tile`].
    pub(super) fn tile(
        &mut self,
        plan: &IslandPlan,
        tile: TilePos,
        simd: SimdLevel,
    ) -> Arc<Vec<GroundColumn>> {
        let mut known = self.tiles.take(&tile).unwrap_or_default();
        known.go_on(plan, tile, simd);
        let columns = Arc::clone(&known.columns);
        self.tiles.put(tile, known);
        columns
    }

    /// Whether single columns of a tile are asked for so often that the whole tile is worth having.
    pub(super) fn is_worth_a_tile(&mut self, tile: TilePos) -> bool {
        if self.tiles.has(&tile) {
            return true;
        }
        let often = self.singles.take(&tile).unwrap_or(0) + 1;
        let is_worth_it = often > SELDOM;
        // Once it is forgotten, it is counted anew.
        self.singles.put(tile, if is_worth_it { 0 } else { often });
        is_worth_it
    }

    /// A row of lattice points.
    pub(super) fn lattice_row(
        &mut self,
        plan: &IslandPlan,
        pos: LatticePos,
        simd: SimdLevel,
    ) -> [GroundColumn; LANES] {
        let middle = |point: i32| (point * LATTICE) as f32 + 0.5;
        let first = pos.x * ops::lane_i32(LANES);
        let x: Row = std::array::from_fn(|lane| middle(first + ops::lane_i32(lane)));
        let y: Row = [middle(pos.y); LANES];
        let known = self.rows.take(&pos);
        let acted = known.as_ref().map_or(0, |known| known.acted);
        let near = plan.near_since(acted, extent(&x, &y).grown(1.0), Asked::Few, simd);
        let mut row = match known {
            Some(known) if near.is_empty() => known,
            known => {
                let grown = known.as_ref().map(|known| &known.grown);
                let (grown, samples) = Grown::after(plan, &near, None, (&x, &y), grown, simd);
                LatticeRow {
                    grown,
                    columns: std::array::from_fn(|lane| GroundColumn::of(&samples, lane)),
                    acted,
                }
            }
        };
        row.acted = plan.acting();
        let columns = row.columns;
        self.rows.put(pos, row);
        columns
    }
}

impl Tile {
    /// Lets the markers act that were added since.
    fn go_on(&mut self, plan: &IslandPlan, tile: TilePos, simd: SimdLevel) {
        let first = tile.first_column();
        let middle = |from: i32, lane: usize| (from + ops::lane_i32(lane)) as f32 + 0.5;
        let x: Row = std::array::from_fn(|lane| middle(first.x, lane));
        let ys: Row = std::array::from_fn(|lane| middle(first.y, lane));
        let place = extent(&x, &ys).grown(1.0);
        let near = plan.near_along_since(self.acted, place, &x, ys[0], simd);
        self.acted = plan.acting();
        if near.is_empty() && !self.rows.is_empty() {
            return;
        }
        let before = std::mem::take(&mut self.rows);
        let mut columns = Vec::with_capacity(TILE_COLUMNS);
        for (row, y) in ys.into_iter().enumerate() {
            let y = [y; LANES];
            let (grown, samples) = Grown::after(plan, &near, Some(row), (&x, &y), before.get(row), simd);
            columns.extend((0..LANES).map(|lane| GroundColumn::of(&samples, lane)));
            self.rows.push(grown);
        }
        self.columns = Arc::new(columns);
    }
}

impl Grown {
    /// What markers make of 32 columns on top of what those before them made, which is nothing at first; and the ground
    /// that follows.
    fn after(
        plan: &IslandPlan,
        near: &[Near<'_>],
        row: Option<usize>,
        (x, y): (&Row, &Row),
        before: Option<&Self>,
        simd: SimdLevel,
    ) -> (Self, GroundSamples) {
        let mut columns = Columns::at(x, y);
        let mut base = Base::ToCome;
        if let Some(before) = before {
            base = Base::Raised;
            columns.land = before.land;
            columns.height = before.height;
            columns.displacement = before.displacement;
            columns.water = before.water;
            columns.hold = before.hold;
            columns.fall = before.fall;
            columns.paved = before.paved;
        }
        plan.act_on(near, row, &mut columns, base, simd);
        let grown = Self {
            land: columns.land,
            height: columns.height,
            displacement: columns.displacement,
            water: columns.water,
            hold: columns.hold,
            fall: columns.fall,
            paved: columns.paved,
        };
        (grown, plan.ground_of(&mut columns, simd))
    }
}

fn extent(x: &Row, y: &Row) -> Box2 {
    Box2 {
        min_x_m: x[0],
        min_y_m: y[0],
        max_x_m: x[LANES - 1],
        max_y_m: y[LANES - 1],
    }
}

/// Up to `MOST` values; those that were not asked for lately are forgotten. Two generations: when the young one is
/// half of that, it takes the place of the old one.
struct Recent<K, V, const MOST: usize> {
    young: BTreeMap<K, V>,
    old: BTreeMap<K, V>,
}

impl<K, V, const MOST: usize> Default for Recent<K, V, MOST> {
    fn default() -> Self {
        Self {
            young: BTreeMap::new(),
            old: BTreeMap::new(),
        }
    }
}

impl<K: Ord, V, const MOST: usize> Recent<K, V, MOST> {
    fn has(&self, key: &K) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }

    fn take(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    fn put(&mut self, key: K, value: V) {
        if self.young.len() >= MOST / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use shared::island::Bounds;

    use super::*;
    use crate::bench_map::Recipe;
    use crate::ground::Ground;
    use crate::plan::Operator;

    /// Later markers must not look at what is not kept.
    #[test]
    fn ground_that_grew_with_the_plan_equals_ground_made_at_once() {
        let recipe = Recipe {
            bounds: Bounds::new(256, 256, 32, 96).unwrap(),
            markers: 2 * crate::marker::schema().markers.len(),
            seed: 11,
        };
        let project = recipe.project();
        let island = project.islands.values().next().unwrap();
        let plan = IslandPlan::new(&project.settings, &project.stamps, island);
        let place = plan.bounds().footprint();
        let grown = RefCell::new(KeptGround::default());
        // Nobody looks at the ground before the whole coast has acted.
        let mut kinds = plan.operators_near(place).map(Operator::kind);
        let first_fitted = kinds.position(|kind| kind.survey_m().is_some()).unwrap();
        for count in (first_fitted..=plan.acting()).step_by(3) {
            let part = plan.with_first(count);
            let at_once = RefCell::new(KeptGround::default());
            let [grown, at_once] = [&grown, &at_once].map(|kept| Ground::new(&part, place, kept));
            // Every marker is the last one for some tile, and lies between two looks at another.
            for tile in plan.bounds().tiles().skip(count % 5).step_by(5) {
                assert!(
                    grown.tile(tile) == at_once.tile(tile),
                    "{count} markers, {tile:?}"
                );
            }
            let first = [-32 + 8 * i32::try_from(count % 4).unwrap(), -32];
            assert!(
                grown.lattice(first, 32, 64) == at_once.lattice(first, 32, 64),
                "{count} markers"
            );
        }
    }

    #[test]
    fn what_was_asked_for_lately_is_kept() {
        let mut recent: Recent<u32, u32, 8> = Recent::default();
        for number in 0..100 {
            recent.put(number, number);
            let often = recent.take(&0);
            assert_eq!(often, Some(0));
            recent.put(0, 0);
            assert!(recent.young.len() + recent.old.len() <= 8);
        }
        assert!(recent.has(&99) && recent.has(&97) && !recent.has(&50));
    }
}
