//! Which markers reach which tile: so that a tile asks the markers near it and not all of an island, and so
//! that a pile of markers on one place is found before it is baked.
//!
//! *Not* responsible for: what the markers do there.

use shared::coords::CHUNK_EDGE;
use shared::geometry::Box2;
use shared::island::Bounds;

/// Most markers that may reach one tile. The time of a bake grows with their number on each tile, so this,
/// not the number of markers of the island, is what has a limit; a rule reports those beyond.
pub const MAX_MARKERS_PER_TILE: usize = 1024;

/// Questions about a tile look this far beyond it: slopes and tree crowns reach over from beside it.
const MARGIN_M: f32 = 8.0;

/// Rules, previews and what is fitted to the ground ask beyond the border, too, but never further than this.
const BESIDE_M: f32 = 256.0;

/// A marker that reaches no more tiles than these joins them all: to ask costs more than there is to save.
const FEW_TILES: usize = 25;

/// For each tile of an island the markers that reach it, in the order in which they act.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TileIndex {
    grid: Grid,
    /// For each tile, places in the list of markers, ascending.
    tiles: Vec<Vec<u32>>,
    /// How many markers there are.
    count: u32,
}

/// The tiles of an island in rows from its south-western corner. Whatever lies outside belongs to the tile at
/// the border, so that no question goes without an answer.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Grid {
    origin_x_m: f32,
    origin_y_m: f32,
    width: usize,
    depth: usize,
}

/// Tiles from one corner to the other, both included.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Span {
    from: (usize, usize),
    to: (usize, usize),
}

impl TileIndex {
    /// An index without markers.
    pub(super) fn new(bounds: Bounds) -> Self {
        let grid = Grid::new(bounds);
        Self {
            grid,
            tiles: vec![Vec::new(); grid.width * grid.depth],
            count: 0,
        }
    }

    /// Whether every tile that a marker with this reach would join has room for it.
    pub(super) fn has_room(&self, reach: Box2) -> bool {
        let mut tiles = self.grid.reached(reach);
        tiles.all(|tile| self.tiles[tile].len() < MAX_MARKERS_PER_TILE)
    }

    /// Adds the marker that acts next: to the tiles within its reach of whose places it `may_act` in any.
    pub(super) fn push(&mut self, reach: Box2, may_act: impl Fn(Box2) -> bool) {
        let is_small = self.grid.reached(reach).nth(FEW_TILES).is_none();
        for tile in self.grid.reached(reach) {
            if is_small || may_act(self.grid.place(tile)) {
                self.tiles[tile].push(self.count);
            }
        }
        self.count += 1;
    }

    /// Markers that may reach a place, in ascending order: those that do, and perhaps some more.
    pub(super) fn near(&self, place: Box2) -> Vec<u32> {
        let mut inner = self.grid.tiles(self.grid.span(place.grown(-MARGIN_M)));
        if let (Some(tile), None) = (inner.next(), inner.next()) {
            return self.tiles[tile].clone();
        }
        let lists = self.grid.tiles(self.grid.span(place));
        let mut found: Vec<u32> = lists.flat_map(|tile| &self.tiles[tile]).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Grid {
    fn new(bounds: Bounds) -> Self {
        let footprint = bounds.footprint();
        let count = |voxels: i32| usize::try_from(voxels / CHUNK_EDGE).unwrap_or(1).max(1);
        Self {
            origin_x_m: footprint.min_x_m,
            origin_y_m: footprint.min_y_m,
            width: count(bounds.width()),
            depth: count(bounds.depth()),
        }
    }

    /// The tiles that ask for a marker with this reach: none for one that lies beside the island.
    fn reached(self, reach: Box2) -> impl Iterator<Item = usize> {
        let edge = CHUNK_EDGE as f32;
        let all = Box2 {
            min_x_m: self.origin_x_m,
            min_y_m: self.origin_y_m,
            max_x_m: self.origin_x_m + self.width as f32 * edge,
            max_y_m: self.origin_y_m + self.depth as f32 * edge,
        };
        let reach = reach.grown(MARGIN_M);
        let is_near = reach.touches(all.grown(BESIDE_M));
        is_near
            .then(|| self.tiles(self.span(reach)))
            .into_iter()
            .flatten()
    }

    /// All places for which a tile answers.
    fn place(self, tile: usize) -> Box2 {
        let edge = CHUNK_EDGE as f32;
        let (x, y) = (tile % self.width, tile / self.width);
        // Beyond the border there is no other tile.
        let from = |at: usize| at as f32 * edge - if at == 0 { BESIDE_M } else { 0.0 };
        let to =
            |at: usize, count: usize| (at + 1) as f32 * edge + if at + 1 == count { BESIDE_M } else { 0.0 };
        let place = Box2 {
            min_x_m: self.origin_x_m + from(x),
            min_y_m: self.origin_y_m + from(y),
            max_x_m: self.origin_x_m + to(x, self.width),
            max_y_m: self.origin_y_m + to(y, self.depth),
        };
        place.grown(MARGIN_M)
    }

    fn span(self, place: Box2) -> Span {
        let tile = |x_m: f32, y_m: f32| {
            (
                held(x_m - self.origin_x_m, self.width),
                held(y_m - self.origin_y_m, self.depth),
            )
        };
        Span {
            from: tile(place.min_x_m, place.min_y_m),
            to: tile(place.max_x_m, place.max_y_m),
        }
    }

    fn tiles(self, span: Span) -> impl Iterator<Item = usize> {
        (span.from.1..=span.to.1)
            .flat_map(move |y| (span.from.0..=span.to.0).map(move |x| y * self.width + x))
    }
}

/// The tile at a distance from the border, held within 0 to `count` - 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and what is outside belongs to the border"
)]
fn held(from_border_m: f32, count: usize) -> usize {
    ((from_border_m / CHUNK_EDGE as f32) as usize).min(count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(x_m: f32, y_m: f32, radius_m: f32) -> Box2 {
        Box2 {
            min_x_m: x_m,
            min_y_m: y_m,
            max_x_m: x_m,
            max_y_m: y_m,
        }
        .grown(radius_m)
    }

    #[test]
    fn every_marker_that_reaches_a_place_is_near_it() {
        let reaches: Vec<Box2> = (0..400_u16)
            .map(|number| {
                let number = f32::from(number);
                around(
                    number * 37.0 % 700.0 - 350.0,
                    number * 91.0 % 700.0 - 350.0,
                    number % 60.0,
                )
            })
            .collect();
        let mut index = TileIndex::new(Bounds::new(512, 512, 32, 32).unwrap());
        for reach in &reaches {
            assert!(index.has_room(*reach));
            index.push(*reach, |place| reach.touches(place));
        }
        let mut fewest = reaches.len();
        for (x_m, y_m, radius_m) in [
            (-240.0, -240.0, 18.0),
            (16.0, 16.0, 18.0),
            (16.0, 16.0, 20.0),
            (0.0, 0.0, 300.0),
            (-262.0, 255.0, 3.0),
            (100.5, -99.5, 0.5),
        ] {
            let place = around(x_m, y_m, radius_m);
            let near = index.near(place);
            assert!(near.is_sorted_by(|a, b| a < b));
            for (number, reach) in (0..).zip(&reaches) {
                assert!(
                    !reach.touches(place) || near.contains(&number),
                    "{number} at {place:?}"
                );
            }
            fewest = fewest.min(near.len());
        }
        assert!(fewest < 60, "{fewest}");
    }

    #[test]
    fn a_pile_has_an_end_and_leaves_the_rest_alone() {
        let mut index = TileIndex::new(Bounds::new(256, 256, 32, 32).unwrap());
        let pile = around(-100.0, -100.0, 20.0);
        for _ in 0..MAX_MARKERS_PER_TILE {
            assert!(index.has_room(pile));
            index.push(pile, |_| true);
        }
        assert!(!index.has_room(pile) && !index.has_room(around(0.0, 0.0, 128.0)));
        for free in [around(100.0, 100.0, 20.0), around(9000.0, 0.0, 20.0)] {
            assert!(index.has_room(free));
            index.push(free, |_| true);
        }
        let far = u32::try_from(MAX_MARKERS_PER_TILE).unwrap();
        assert_eq!(index.near(around(100.0, 100.0, 18.0)), [far]);
    }
}
