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

/// For each tile of an island the markers that reach it, in the order in which they act.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TileIndex {
    grid: Grid,
    /// Where the list of a tile starts; one more than there are tiles.
    starts: Vec<u32>,
    /// Places in the list of markers, one tile's after the other's, each in ascending order.
    members: Vec<u32>,
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
    /// Takes in markers one by one, by their reach, in the order in which they act. Returns the index and
    /// for each marker whether it was taken: not when one of its tiles has as many as it can have.
    pub(super) fn new(bounds: Bounds, reaches: &[Box2]) -> (Self, Vec<bool>) {
        let grid = Grid::new(bounds);
        let mut counts = vec![0_u32; grid.width * grid.depth];
        let spans: Vec<Option<Span>> = reaches
            .iter()
            .map(|reach| {
                let span = grid.reached(*reach);
                let is_full = |tile: usize| counts[tile] as usize >= MAX_MARKERS_PER_TILE;
                if span.is_some_and(|span| grid.tiles(span).any(is_full)) {
                    return None;
                }
                for tile in span.into_iter().flat_map(|span| grid.tiles(span)) {
                    counts[tile] += 1;
                }
                Some(span.unwrap_or(Span::NONE))
            })
            .collect();
        let taken: Vec<bool> = spans.iter().map(Option::is_some).collect();
        let mut starts = vec![0; counts.len() + 1];
        for (tile, count) in counts.iter().enumerate() {
            starts[tile + 1] = starts[tile] + count;
        }
        let mut next = starts.clone();
        let mut members = vec![0; starts.last().map_or(0, |end| *end as usize)];
        for (number, span) in (0..).zip(spans.into_iter().flatten()) {
            for tile in grid.tiles(span) {
                members[next[tile] as usize] = number;
                next[tile] += 1;
            }
        }
        (
            Self {
                grid,
                starts,
                members,
            },
            taken,
        )
    }

    /// Markers that may reach a place, in ascending order: those that do, and perhaps some more.
    pub(super) fn near(&self, place: Box2) -> Vec<u32> {
        let span = self.grid.span(place.grown(-MARGIN_M));
        if span.from == span.to {
            return self.list(span.from).to_vec();
        }
        let span = self.grid.span(place);
        let lists = self.grid.tiles(span).flat_map(|tile| {
            let list = self.starts[tile] as usize..self.starts[tile + 1] as usize;
            &self.members[list]
        });
        let mut found: Vec<u32> = lists.copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn list(&self, (x, y): (usize, usize)) -> &[u32] {
        let tile = y * self.grid.width + x;
        &self.members[self.starts[tile] as usize..self.starts[tile + 1] as usize]
    }
}

impl Span {
    /// No tile at all: the reach of a marker beside the island.
    const NONE: Self = Self {
        from: (1, 1),
        to: (0, 0),
    };
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

    /// The tiles that ask for a marker with this reach; `None` when it lies beside the island.
    fn reached(self, reach: Box2) -> Option<Span> {
        let edge = CHUNK_EDGE as f32;
        let all = Box2 {
            min_x_m: self.origin_x_m,
            min_y_m: self.origin_y_m,
            max_x_m: self.origin_x_m + self.width as f32 * edge,
            max_y_m: self.origin_y_m + self.depth as f32 * edge,
        };
        let reach = reach.grown(MARGIN_M);
        // Rules and previews ask beyond the border, too, but never further than a tile.
        reach.touches(all.grown(edge)).then(|| self.span(reach))
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
        let (index, taken) = TileIndex::new(Bounds::new(512, 512, 32, 32).unwrap(), &reaches);
        assert!(taken.iter().all(|taken| *taken));
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
    fn a_pile_is_cut_off_and_leaves_the_rest_alone() {
        let mut reaches = vec![around(-100.0, -100.0, 20.0); MAX_MARKERS_PER_TILE + 5];
        reaches.push(around(100.0, 100.0, 20.0));
        reaches.push(around(9000.0, 0.0, 20.0));
        let (index, taken) = TileIndex::new(Bounds::new(256, 256, 32, 32).unwrap(), &reaches);
        assert_eq!(
            taken.iter().filter(|taken| **taken).count(),
            MAX_MARKERS_PER_TILE + 2
        );
        assert!(!taken[MAX_MARKERS_PER_TILE] && taken[MAX_MARKERS_PER_TILE + 5]);
        // Those that were taken are numbered without gaps.
        let far = u32::try_from(MAX_MARKERS_PER_TILE).unwrap();
        assert_eq!(index.near(around(100.0, 100.0, 18.0)), [far]);
    }
}
