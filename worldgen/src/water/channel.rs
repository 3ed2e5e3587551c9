//! Lays a river out: its course, its levels, its bed, its banks and its falls.
//!
//! *Not* responsible for: attributes (see `marker/river.rs`).

use std::collections::BTreeMap;

use shared::coords::{CHUNK_EDGE, LocalPos, TilePos};
use shared::geometry::Geometry;

use super::canvas::{Canvas, Patch};
use super::course::{self, Station};
use super::crossing;
use super::layer::Layer;
use super::levels::{self, Descent, Levels, Sounding, Uphill};
use super::route::{self, Search};
use super::{DYKE_M, bank_height, bed_height, cut_bank, dyke_height, held_level};
use crate::curve::{self, Corners};
use crate::ground::Ground;
use crate::marker::Warp;
use crate::noise;
use crate::ops::{self, STEPS_PER_VOXEL};
use crate::shape::Shape;

/// What a river is like.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Profile {
    /// Width of the water where the river begins.
    pub(crate) width_m: f32,
    /// Width of the water where it ends.
    pub(crate) mouth_width_m: f32,
    /// Depth in the middle.
    pub(crate) depth_m: f32,
    /// Width of the slope on either side, where the ground is no higher than the banks.
    pub(crate) bank_m: f32,
    /// How it gets down.
    pub(crate) descent: Descent,
    /// How far it goes on by itself to find water.
    pub(crate) search_m: f32,
    /// How it bends.
    pub(crate) warp: Option<Warp>,
    /// Whether the drawn heights hold it down.
    pub(crate) source: LevelSource,
}

/// What decides how high a river stands, next to the ground.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LevelSource {
    /// Nothing else.
    Ground,
    /// The heights of its corners.
    Drawn,
}

/// A river that was laid out.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct River {
    /// What it does to columns.
    pub(crate) layer: Layer,
    /// Where it runs.
    pub(crate) shape: Option<Shape>,
    /// Where the ground, or the drawn line, rises downstream, and by how much.
    pub(crate) uphill: Option<(LocalPos, i32)>,
    /// Where it ends without having found water.
    pub(crate) dangling: Option<LocalPos>,
}

/// Most that a bank is widened by the height of the ground it is cut into.
const MAX_BANK_M: f32 = 40.0;
/// Metres over which a river gets as wide as drawn.
const SPRING_M: f32 = 24.0;
/// Metres over which the bed runs out in the water that the river ends in.
const MOUTH_M: usize = 10;
/// Half the width below which a channel that runs across the grid has columns that touch at corners only.
const LEAST_HALF_WIDTH_M: f32 = 0.75;
/// What holds in higher water no further than this from the middle line may close the channel.
const OPEN_M: f32 = 2.5;
/// Length of the pieces that distances are measured to, in places.
const PIECE: usize = 4;

impl Profile {
    /// Distance from the river's line beyond which it touches no column.
    pub(crate) fn reach_m(&self) -> f32 {
        ops::max(self.width_m, self.mouth_width_m) * 0.65 + MAX_BANK_M + 2.0
    }

    /// Half the width of the water at a place of a river of `count` places.
    fn half_width_m(&self, at: usize, count: usize) -> f32 {
        let along = at as f32 / count.max(1) as f32;
        let spring = ops::lerp(0.5, 1.0, ops::smoothstep(at as f32 / SPRING_M));
        ops::max(
            ops::lerp(self.width_m, self.mouth_width_m, along) * 0.5 * spring,
            LEAST_HALF_WIDTH_M,
        )
    }
}

/// Lays a river out along a drawn line.
pub(crate) fn lay(ground: &Ground<'_>, line: &[LocalPos], profile: &Profile) -> River {
    let mut canvas = Canvas::new(ground);
    let mut course = Course::new(&mut canvas, ground, line, profile, HigherWater::Passed);
    course.paint(&mut canvas, profile);
    let share = course.draft.draining_share(&mut canvas);
    if share != Draining::All {
        canvas.clear();
        let other = Course::new(&mut canvas, ground, line, profile, HigherWater::InTheWay);
        // A river that cuts its own bend off is better than one that does not arrive.
        if other.dangling.is_none() || share == Draining::Some {
            course = other;
        }
        course.paint(&mut canvas, profile);
    }
    canvas.moisten();
    River {
        layer: canvas.finish(),
        shape: Shape::new(&Geometry::Path(points(&course.draft.places)), Corners::Sharp),
        uphill: course.uphill,
        dangling: course.dangling,
    }
}

/// What higher water right beside a river, or that of its own upper course, does to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum HigherWater {
    /// Nothing: often the channel stays open.
    Passed,
    /// It stops the river like water in its way.
    InTheWay,
}

/// How much of a river comes to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Draining {
    /// All its water.
    All,
    /// That of its source, past bends that are cut off.
    FromSource,
    /// Not even that.
    Some,
}

/// A river with what is wrong with it.
struct Course {
    draft: Draft,
    uphill: Option<(LocalPos, i32)>,
    dangling: Option<LocalPos>,
}

impl Course {
    fn new(
        canvas: &mut Canvas<'_>,
        ground: &Ground<'_>,
        line: &[LocalPos],
        profile: &Profile,
        higher: HigherWater,
    ) -> Self {
        let places = bent(course::stations(line), profile);
        let mut draft = Draft::new(canvas, places, profile, higher);
        let mut uphill = draft.uphill();
        if !draft.ends_in_water()
            && let Some(longer) = draft.gone_on(canvas, ground, profile, higher)
        {
            draft = longer;
            uphill = uphill.or(draft.uphill());
        }
        let dangling = if draft.ends_in_water() {
            None
        } else {
            // A river that is stopped where it begins has no place left to tell of.
            let end = draft.places.last().copied().map(Station::position);
            end.or(line.first().copied())
        };
        draft.truncate(run_out(&draft.soundings));
        Self {
            draft,
            uphill,
            dangling,
        }
    }

    fn paint(&self, canvas: &mut Canvas<'_>, profile: &Profile) {
        Bed::new(&self.draft, profile).paint(canvas);
        canvas.contain();
    }
}

/// A river as far as it is known: as many soundings and levels as places.
struct Draft {
    places: Vec<Station>,
    soundings: Vec<Sounding>,
    levels: Vec<i32>,
    uphill: Option<Uphill>,
    /// Whether higher water lies so close to its middle line that what holds that in may close the channel.
    passes_higher_water: bool,
}

impl Draft {
    /// The river along these places, up to where it can go.
    fn new(canvas: &mut Canvas<'_>, places: Vec<Station>, profile: &Profile, higher: HigherWater) -> Self {
        let mut soundings = sound(canvas, &places, profile);
        let beside: Vec<Option<i32>> = soundings.iter().map(|sounding| sounding.beside).collect();
        if higher == HigherWater::Passed {
            for sounding in &mut soundings {
                sounding.beside = None;
            }
        }
        let Levels {
            levels,
            uphill,
            blocked,
        } = levels::settle(&soundings, &profile.descent);
        let half_width_m = |at: usize| profile.half_width_m(at, places.len());
        let crossing = crossing::of_own_bed(&places, &levels, half_width_m, OPEN_M);
        let is_below = |(level, beside): (&i32, &Option<i32>)| beside.is_some_and(|beside| beside > *level);
        let passes_higher_water = crossing.is_some() || levels.iter().zip(&beside).any(is_below);
        let crossing = crossing.filter(|_| higher == HigherWater::InTheWay);
        let mut end = crossing.unwrap_or(levels.len());
        if blocked || crossing.is_some() {
            // Far enough from the water in the way that the banks leave it alone.
            let clear = ops::floor_i32(profile.reach_m() - MAX_BANK_M + 4.0);
            end = end.saturating_sub(usize::try_from(clear).unwrap_or(0));
        }
        let mut draft = Self {
            places,
            soundings,
            levels,
            uphill,
            passes_higher_water,
        };
        draft.truncate(end);
        draft
    }

    fn truncate(&mut self, end: usize) {
        self.places.truncate(end);
        self.soundings.truncate(end);
        self.levels.truncate(end);
    }

    fn ends_in_water(&self) -> bool {
        self.soundings
            .last()
            .is_some_and(|sounding| sounding.standing.is_some())
    }

    /// How much of its water, as it was painted, comes to its last place without rising.
    fn draining_share(&self, canvas: &mut Canvas<'_>) -> Draining {
        let column = |place: &Station| place.column([0.0; 2], 0.0);
        let (Some(source), Some(mouth)) = (self.places.first(), self.places.last()) else {
            return Draining::All;
        };
        if !self.passes_higher_water {
            return Draining::All;
        }
        let draining = canvas.draining_to(column(mouth));
        let drains = |place: &Station| draining.contains(&column(place));
        match () {
            () if self.places.iter().all(drains) => Draining::All,
            () if drains(source) => Draining::FromSource,
            () => Draining::Some,
        }
    }

    /// Where it was drawn uphill, and by how many metres.
    fn uphill(&self) -> Option<(LocalPos, i32)> {
        let Uphill { at, cut_m } = self.uphill?;
        let place = self.places.get(at).or(self.places.last())?;
        Some((place.position(), cut_m))
    }

    /// The same river, continued to the nearest water downhill; `None` when there is none.
    fn gone_on(
        &self,
        canvas: &mut Canvas<'_>,
        ground: &Ground<'_>,
        profile: &Profile,
        higher: HigherWater,
    ) -> Option<Self> {
        let (end, level) = (self.places.last()?, *self.levels.last()?);
        // Beside or across its own bed its lower water would cut into the higher. Where there is no other way, a way
        // back is better than none.
        let clear_m = ops::floor_i32(profile.reach_m() - MAX_BANK_M + profile.bank_m);
        let own = points(&self.places);
        let search = Search {
            from: end.column([0.0; 2], 0.0),
            level,
            reach_m: ops::floor_i32(profile.search_m),
            clear_of: (&own, clear_m),
        };
        let anywhere = Search {
            clear_of: (&[], 0),
            ..search
        };
        let mut on = |on: Vec<Station>| {
            let mut places = self.places.clone();
            let room = course::MAX_STATIONS.saturating_sub(places.len());
            // Drawn heights end where the drawing ends: from there the ground decides.
            places.extend(on.into_iter().skip(1).take(room).map(|place| Station {
                drawn_m: end.drawn_m,
                ..place
            }));
            let longer = Self::new(canvas, places, profile, higher);
            longer.ends_in_water().then_some(longer)
        };
        [search, anywhere].iter().find_map(|search| {
            let way = route::to_water(ground, search)?;
            // Where bends lead against higher water, the straight way does not.
            let bends = bent(course::stations(&curve::open(&way, Corners::Round)), profile);
            on(bends).or_else(|| on(course::stations(&way)))
        })
    }
}

/// The same line with the river's meanders.
fn bent(mut places: Vec<Station>, profile: &Profile) -> Vec<Station> {
    let Some(warp) = &profile.warp else { return places };
    course::meander(&mut places, warp);
    course::stations(&points(&places))
}

fn points(places: &[Station]) -> Vec<LocalPos> {
    places.iter().map(|place| place.position()).collect()
}

/// What the ground is like along the river.
fn sound(canvas: &mut Canvas<'_>, places: &[Station], profile: &Profile) -> Vec<Sounding> {
    let sideways = course::sideways(places);
    let mut soundings = Vec::with_capacity(places.len());
    for (at, (place, side)) in places.iter().zip(sideways).enumerate() {
        let bank_m = profile.half_width_m(at, places.len()) + 1.5;
        let middle = canvas.found(place.column(side, 0.0));
        let mut held = i32::MAX;
        for offset_m in [-bank_m, -bank_m * 0.5, 0.0, bank_m * 0.5, bank_m] {
            let there = canvas.found(place.column(side, offset_m));
            held = held.min(there.standing().unwrap_or(held_level(there.height)));
        }
        if profile.source == LevelSource::Drawn {
            held = held.min(ops::floor_i32(place.drawn_m));
        }
        soundings.push(Sounding {
            held,
            standing: middle.standing(),
            beside: highest_beside(canvas, *place, side, bank_m),
            fall_m: (middle.fall + STEPS_PER_VOXEL / 2).div_euclid(STEPS_PER_VOXEL),
        });
    }
    soundings
}

/// The highest water that stands where the middle of the channel would be, or next to it.
fn highest_beside(canvas: &mut Canvas<'_>, place: Station, side: [f32; 2], bank_m: f32) -> Option<i32> {
    const STEPS: i8 = 5;
    let aside_m = ops::min(bank_m, OPEN_M);
    let offsets = (-STEPS..=STEPS).map(|step| f32::from(step) / f32::from(STEPS) * aside_m);
    let levels = offsets.map(|offset_m| canvas.found(place.column(side, offset_m)).standing());
    levels.flatten().max()
}

/// How many places are worth keeping: up to a little beyond the shore where the river ends.
fn run_out(soundings: &[Sounding]) -> usize {
    let last_dry = soundings.iter().rposition(|sounding| sounding.standing.is_none());
    last_dry.map_or(0, |last| (last + 1 + MOUTH_M).min(soundings.len()))
}

/// A river's bed, place by place.
struct Bed<'a> {
    places: &'a [Station],
    rungs: Vec<Rung>,
}

/// The cross-section at one place.
#[derive(Clone, Copy, Debug)]
struct Rung {
    /// Level of the water.
    level: i32,
    /// Level of the water that falls here from above; as `level` where none does.
    falling: i32,
    /// Height that the banks slope down to, in 1/256 voxel: at least what holds the water. Falls more gently
    /// than the level does, so that the banks of a fall are no walls.
    bank_foot: i32,
    half_width_m: f32,
    depth_m: f32,
    bank_m: f32,
    /// 1 where the river runs over dry ground, falling to 0 in the water that it runs through.
    own: f32,
}

/// The nearest place of a river, seen from a column.
#[derive(Clone, Copy)]
struct Nearest {
    squared: f32,
    along: f32,
}

impl<'a> Bed<'a> {
    fn new(draft: &'a Draft, profile: &Profile) -> Self {
        let Draft {
            places,
            soundings,
            levels,
            ..
        } = draft;
        let count = levels.len();
        let cuts: Vec<f32> = levels
            .iter()
            .zip(soundings)
            .map(|(level, sounding)| ops::max((sounding.held - level) as f32, 0.0))
            .collect();
        let mut rungs: Vec<Rung> = (0..count)
            .map(|at| {
                let around = &cuts[at.saturating_sub(10)..(at + 11).min(count)];
                let cut_m = around.iter().sum::<f32>() / around.len() as f32;
                Rung {
                    level: levels[at],
                    falling: levels[at],
                    bank_foot: bank_foot(levels, at),
                    half_width_m: ops::max(
                        profile.half_width_m(at, count) * unevenness(places[at]),
                        LEAST_HALF_WIDTH_M,
                    ),
                    depth_m: profile.depth_m,
                    bank_m: ops::min(profile.bank_m + 0.8 * cut_m, MAX_BANK_M),
                    own: own_share(soundings, at),
                }
            })
            .collect();
        shape_falls(&mut rungs);
        Self { places, rungs }
    }

    /// Lays the river over the tiles that it reaches.
    fn paint(&self, canvas: &mut Canvas<'_>) {
        for (tile, pieces) in self.pieces_by_tile() {
            self.paint_tile(tile, &pieces, canvas.patch(tile));
        }
    }

    /// First places of the pieces that reach each tile.
    fn pieces_by_tile(&self) -> BTreeMap<TilePos, Vec<usize>> {
        let mut tiles: BTreeMap<TilePos, Vec<usize>> = BTreeMap::new();
        for first in (0..self.rungs.len()).step_by(PIECE) {
            let run = first..(first + PIECE + 1).min(self.rungs.len());
            let reach_m = self.rungs[run.clone()]
                .iter()
                .map(Rung::reach_m)
                .fold(0.0, ops::max);
            let extent = shared::geometry::Box2::around(&points(&self.places[run])).grown(reach_m);
            let tile = |x: f32, y: f32| LocalPos::new(x, y, 0.0).voxel().column().tile();
            let (low, high) = (
                tile(extent.min_x_m, extent.min_y_m),
                tile(extent.max_x_m, extent.max_y_m),
            );
            for (y, x) in (low.y..=high.y).flat_map(|y| (low.x..=high.x).map(move |x| (y, x))) {
                tiles.entry(TilePos::new(x, y)).or_default().push(first);
            }
        }
        tiles
    }

    fn paint_tile(&self, tile: TilePos, pieces: &[usize], patch: &mut Patch) {
        let corner = tile.first_column();
        for (index, (ground, cell)) in (0..).zip(patch.ground.iter().zip(patch.cells.iter_mut())) {
            let x = (corner.x + index % CHUNK_EDGE) as f32 + 0.5;
            let y = (corner.y + index / CHUNK_EDGE) as f32 + 0.5;
            let nearest = self.nearest(pieces, x, y);
            let Some(rung) = self.rung_at(nearest.along) else {
                continue;
            };
            let distance_m = nearest.squared.sqrt();
            let away_m = distance_m - rung.half_width_m;
            if away_m >= rung.reach_m() {
                continue;
            }
            let standing = ground.standing();
            if away_m < 0.0 {
                let across = distance_m / rung.half_width_m;
                let bed = bed_height(rung.level, rung.depth_m * (1.0 - across * across));
                if standing.is_none_or(|level| level < rung.falling && rung.falling > rung.level) {
                    cell.height = ground.height.min(bed);
                    cell.level = ops::to_i16(rung.falling);
                } else if rung.own > 0.0 && standing == Some(rung.level) && bed < ground.height {
                    let deeper = (ground.height - bed) as f32 * rung.own;
                    cell.height = ground.height - ops::floor_i32(deeper);
                }
            } else if standing.is_none() && rung.own >= 1.0 {
                let mut height = ground.height;
                if away_m < rung.bank_m {
                    height = cut_bank(height, rung.bank_foot, away_m, rung.bank_m);
                }
                if away_m < DYKE_M {
                    height = height.max(dyke_height(rung.level, away_m));
                }
                if height != ground.height {
                    cell.height = height;
                }
            }
        }
    }

    fn nearest(&self, pieces: &[usize], x: f32, y: f32) -> Nearest {
        let mut nearest = Nearest {
            squared: f32::MAX,
            along: 0.0,
        };
        for &first in pieces {
            let last = (first + PIECE).min(self.rungs.len() - 1);
            let (from, to) = (self.places[first], self.places[last]);
            let (dx, dy) = (to.x - from.x, to.y - from.y);
            let (px, py) = (x - from.x, y - from.y);
            let length_squared = ops::max(dx * dx + dy * dy, 1e-6);
            let share = ops::clamp((px * dx + py * dy) / length_squared, 0.0, 1.0);
            let (ex, ey) = (px - dx * share, py - dy * share);
            let squared = ex * ex + ey * ey;
            if squared < nearest.squared {
                nearest = Nearest {
                    squared,
                    along: first as f32 + (last - first) as f32 * share,
                };
            }
        }
        nearest
    }

    fn rung_at(&self, along: f32) -> Option<&Rung> {
        self.rungs.get(usize::try_from(ops::floor_i32(along)).ok()?)
    }
}

impl Rung {
    /// Distance from the water's edge beyond which nothing changes.
    fn reach_m(&self) -> f32 {
        self.half_width_m + ops::max(self.bank_m, DYKE_M)
    }
}

/// See [`Rung::bank_foot`]: the mean over the places just upstream.
fn bank_foot(levels: &[i32], at: usize) -> i32 {
    const UPSTREAM: usize = 10;
    let above = &levels[at.saturating_sub(UPSTREAM)..=at];
    let sum: i32 = above.iter().map(|level| bank_height(*level)).sum();
    sum / i32::try_from(above.len()).unwrap_or(1)
}

/// A factor near 1 by which the width differs from place to place.
fn unevenness(place: Station) -> f32 {
    const WAVELENGTH_M: f32 = 19.0;
    let at = |coordinate: f32| [coordinate / WAVELENGTH_M; ops::LANES];
    1.0 + 0.3 * noise::gradient_noise(&at(place.x), &at(place.y), 0x0005_eed5)[0]
}

/// How much of the river is its own water at a place, by the distance to dry ground along it.
fn own_share(soundings: &[Sounding], at: usize) -> f32 {
    let is_dry = |at: usize| {
        soundings
            .get(at)
            .is_some_and(|sounding| sounding.standing.is_none())
    };
    let nearest = (0..=MOUTH_M).find(|away| is_dry(at + away) || at.checked_sub(*away).is_some_and(is_dry));
    nearest.map_or(0.0, |away| 1.0 - away as f32 / (MOUTH_M + 1) as f32)
}

/// Gives falls a lip, a curtain of falling water and a pool to fall into.
fn shape_falls(rungs: &mut [Rung]) {
    /// Length of the curtain, in places.
    const CURTAIN: usize = 2;
    for at in 1..rungs.len() {
        let above = rungs[at - 1].level;
        let drop_m = above - rungs[at].level;
        if drop_m < 2 {
            continue;
        }
        rungs[at - 1].depth_m = ops::min(rungs[at - 1].depth_m, 1.0);
        let pool_depth_m = ops::min(1.0 + drop_m as f32 * 0.3, 4.0);
        let pool = 4 + usize::try_from(drop_m / 2).unwrap_or(0).min(8);
        for (step, rung) in rungs.iter_mut().skip(at).take(pool).enumerate() {
            let level = rung.level;
            if step < CURTAIN && level < above {
                rung.falling = rung.falling.max(above);
            }
            let deeper = pool_depth_m * (1.0 - step as f32 / pool as f32);
            rung.depth_m = ops::max(rung.depth_m, 1.0 + deeper);
            // The pool is a little wider than the river.
            rung.half_width_m += ops::min(drop_m as f32 * 0.12, 1.5) * (1.0 - step as f32 / pool as f32);
        }
    }
}
