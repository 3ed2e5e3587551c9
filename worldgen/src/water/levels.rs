//! How high the water of a river stands at each place along it: level or falling, never rising.
//!
//! Levels are whole metres, so that water lies flat across the channel. They follow the ground by its running
//! minimum; where that is steep they are gathered into falls with pools between.
//!
//! *Not* responsible for: finding the ground (see [`crate::water::channel`]).

use crate::ops;

/// What a river finds at one place, a metre from the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sounding {
    /// Highest level in whole metres that the ground on both sides holds in.
    pub(crate) held: i32,
    /// Level of the water that stands here already: the sea, a lake, another river.
    pub(crate) standing: Option<i32>,
    /// Level of the highest water that stands so close beside the middle that what holds it in would close a lower
    /// channel.
    pub(crate) beside: Option<i32>,
    /// Height of the waterfall that a marker asks for, in whole metres; 0 for none.
    pub(crate) fall_m: i32,
}

/// How a river gets down.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Descent {
    /// How deep it cuts into the ground to run more evenly, in metres.
    pub(crate) cut_m: f32,
    /// Slope (metres down per metre along) beyond which it descent.
    pub(crate) steepness: f32,
    /// Height at which a fall is high enough and the next one begins, in whole metres.
    pub(crate) height_m: i32,
    /// Shortest pool below a fall, in metres.
    pub(crate) pool_m: usize,
}

/// The levels of a river.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Levels {
    /// In whole metres, one per place. Shorter than the soundings where the river could not go on. Invariant:
    /// no level is higher than the one before.
    pub(crate) levels: Vec<i32>,
    /// The most by which the ground rises again downstream, in metres, and where.
    pub(crate) uphill: Option<Uphill>,
    /// Whether it ends before water that stands too high for it to flow into.
    pub(crate) blocked: bool,
}

/// Where a river was drawn up a hill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Uphill {
    /// The place, as an index along the river.
    pub(crate) at: usize,
    /// How deep the river cuts into the ground there, in metres.
    pub(crate) cut_m: i32,
}

/// Slope at which a river runs evenly: a metre down per 12 along.
const EVEN_SLOPE: f32 = 1.0 / 12.0;
/// Water that stands this much higher than a river backs up into it; what is higher stops it.
const MAX_BACKWATER_M: i32 = 3;
/// Length over which steepness is measured, in metres.
const WINDOW: usize = 6;
/// How far downstream a waterfall marker gathers the drop, in metres.
const GATHERED: usize = 48;

/// Lets a river find its levels.
pub(crate) fn settle(soundings: &[Sounding], descent: &Descent) -> Levels {
    let mut settled = run_down(soundings);
    cut_in(&mut settled.levels, soundings, descent.cut_m);
    gather_where_steep(&mut settled.levels, soundings, descent);
    gather_at_markers(&mut settled.levels, soundings);
    settled
}

/// Running minimum of the ground; water that stands in the way holds the level up or stops the river.
fn run_down(soundings: &[Sounding]) -> Levels {
    let mut settled = Levels::default();
    let mut level = i32::MAX;
    for (at, sounding) in soundings.iter().enumerate() {
        let held = sounding.held.max(0);
        // Next to higher water the river keeps to its level, as if it ran through.
        let higher = sounding.beside.filter(|beside| *beside > level.min(held));
        if let Some(standing) = sounding.standing.or(higher) {
            if standing > level && !backed_up(&mut settled.levels, soundings, standing) {
                settled.blocked = true;
                break;
            }
            level = standing;
        } else {
            level = level.min(held);
            let cut_m = held - level;
            if cut_m > settled.uphill.map_or(0, |uphill| uphill.cut_m) {
                settled.uphill = Some(Uphill { at, cut_m });
            }
        }
        settled.levels.push(level);
    }
    settled
}

/// Raises what lies upstream to the level of standing water; `false` when that is too much.
fn backed_up(levels: &mut [i32], soundings: &[Sounding], standing: i32) -> bool {
    let low = levels
        .iter()
        .rposition(|level| *level >= standing)
        .map_or(0, |at| at + 1);
    let drowned = levels.get(low..).unwrap_or_default();
    let too_deep = drowned.iter().any(|level| level + MAX_BACKWATER_M < standing);
    let is_held =
        |(level, sounding): (&i32, &Sounding)| sounding.standing.is_some() || sounding.beside == Some(*level);
    let meets_water = drowned.iter().zip(soundings.iter().skip(low)).any(is_held);
    if too_deep || meets_water {
        return false;
    }
    for level in levels.iter_mut().skip(low) {
        *level = standing;
    }
    true
}

/// Lets steep stretches eat back into the ground above them, as rivers do, until they run evenly or lie
/// `cut_m` deep.
fn cut_in(levels: &mut [i32], soundings: &[Sounding], cut_m: f32) {
    let Some(mut below_m) = levels.last().map(|level| *level as f32) else {
        return;
    };
    for (level, sounding) in levels.iter_mut().zip(soundings).rev() {
        let found_m = *level as f32;
        below_m = if sounding.standing.is_some() {
            found_m
        } else {
            let evened_m = ops::max(below_m + EVEN_SLOPE, found_m - cut_m);
            let beside_m = sounding.beside.map_or(evened_m, |beside| beside as f32);
            ops::min(found_m, ops::max(evened_m, beside_m))
        };
        *level = ops::floor_i32(below_m);
    }
}

/// Where a marker wants a waterfall, the drop of the stretch below happens at once.
fn gather_at_markers(levels: &mut [i32], soundings: &[Sounding]) {
    let mut at = 0;
    while at < levels.len() {
        let wanted = |at: usize| soundings.get(at).map_or(0, |sounding| sounding.fall_m);
        let end = (at..levels.len())
            .find(|at| wanted(*at) == 0)
            .unwrap_or(levels.len());
        // The first of the places where most is wanted: nearest to the marker.
        if let Some(best) = (at..end).rev().max_by_key(|at| wanted(*at)) {
            let target = levels[best] - wanted(best);
            let last = last_free(levels, soundings, best, (best + GATHERED).min(levels.len() - 1));
            let foot = (best + 1..=last).find(|at| levels[*at] <= target).unwrap_or(last);
            level_out(levels, best, foot);
        }
        at = end + 1;
    }
}

/// Where the river is steep, it falls and stands, falls and stands.
fn gather_where_steep(levels: &mut [i32], soundings: &[Sounding], descent: &Descent) {
    let Some(last) = levels.len().checked_sub(1) else {
        return;
    };
    let is_steep = |levels: &[i32], at: usize, share: f32| {
        let drop_m = levels[at] - levels[(at + WINDOW).min(last)];
        drop_m as f32 > descent.steepness * WINDOW as f32 * share
    };
    let mut at = 0;
    while at < last {
        if levels[at + 1] == levels[at] || !is_steep(levels, at, 1.0) {
            at += 1;
            continue;
        }
        let mut foot = at + 1;
        while foot < last && levels[at] - levels[foot] < descent.height_m && is_steep(levels, foot, 0.5) {
            foot += 1;
        }
        let foot = last_free(levels, soundings, at, foot.max(at + descent.pool_m).min(last));
        level_out(levels, at, foot);
        at = foot;
    }
}

/// The last place up to `end` to whose level all between may be lowered: standing water cannot, but it can be fallen
/// into, and the river keeps above what stands beside it.
fn last_free(levels: &[i32], soundings: &[Sounding], from: usize, end: usize) -> usize {
    let mut beside = i32::MIN;
    let mut free = from;
    for (at, sounding) in soundings.iter().enumerate().take(end + 1).skip(from + 1) {
        if levels.get(at).is_none_or(|level| *level < beside) {
            return free;
        }
        free = at;
        if sounding.standing.is_some() {
            return free;
        }
        beside = beside.max(sounding.beside.unwrap_or(i32::MIN));
    }
    free
}

/// Lowers all places after `from` to the level of `foot`.
fn level_out(levels: &mut [i32], from: usize, foot: usize) {
    let Some(level) = levels.get(foot).copied() else {
        return;
    };
    for lowered in levels.iter_mut().take(foot).skip(from + 1) {
        *lowered = level;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DESCENT: Descent = Descent {
        cut_m: 0.0,
        steepness: 0.5,
        height_m: 5,
        pool_m: 4,
    };

    fn ground(heights: impl IntoIterator<Item = i32>) -> Vec<Sounding> {
        let dry = |held| Sounding {
            held,
            ..Sounding::default()
        };
        heights.into_iter().map(dry).collect()
    }

    fn water(level: i32) -> Sounding {
        Sounding {
            standing: Some(level),
            ..Sounding::default()
        }
    }

    #[test]
    fn levels_follow_the_ground_down_and_never_up() {
        let found = settle(&ground([9, 9, 8, 11, 8, 7, 8]), &DESCENT);
        assert_eq!(found.levels, [9, 9, 8, 8, 8, 7, 7]);
        assert_eq!(found.uphill, Some(Uphill { at: 3, cut_m: 3 }));
    }

    #[test]
    fn a_steep_stretch_becomes_falls_with_pools() {
        let found = settle(&ground((0..20).map(|at| 20 - at)), &DESCENT);
        let drops: Vec<i32> = found.levels.windows(2).map(|pair| pair[0] - pair[1]).collect();
        assert!(
            drops.iter().filter(|drop| **drop > 0).all(|drop| *drop >= 4),
            "{drops:?}"
        );
        assert!(
            drops
                .windows(4)
                .all(|run| run.iter().filter(|drop| **drop > 0).count() <= 1)
        );
    }

    #[test]
    fn a_river_cuts_in_where_that_makes_it_run_more_evenly() {
        let soundings = ground([9; 20].into_iter().chain([2; 20]));
        let levels = settle(
            &soundings,
            &Descent {
                cut_m: 4.0,
                ..DESCENT
            },
        )
        .levels;
        assert_eq!((levels[0], levels[19], levels[20]), (6, 5, 2));
        assert_eq!(settle(&soundings, &DESCENT).levels[19], 9);
    }

    #[test]
    fn a_marker_gathers_the_drop() {
        let mut soundings = ground((0..40).map(|at| 20 - at / 4));
        soundings[9].fall_m = 5;
        soundings[10].fall_m = 6;
        soundings[11].fall_m = 5;
        let levels = settle(&soundings, &DESCENT).levels;
        assert_eq!(levels[10] - levels[11], 6);
        assert_eq!(levels[11], levels[30]);
    }

    #[test]
    fn a_lake_in_the_way_holds_the_level_and_a_high_one_stops_the_river() {
        let mut soundings = ground([9, 7, 7]);
        soundings.extend([water(8), water(8)]);
        soundings.extend(ground([6, 5]));
        assert_eq!(settle(&soundings, &DESCENT).levels, [9, 8, 8, 8, 8, 6, 5]);
        soundings.push(water(9));
        let found = settle(&soundings, &DESCENT);
        assert!(found.blocked);
        assert_eq!(found.levels.len(), 7);
    }

    #[test]
    fn a_river_keeps_above_water_that_stands_beside_it() {
        let mut soundings = ground([9, 9, 8, 8, 2, 2]);
        soundings[2].beside = Some(7);
        soundings[0].fall_m = 8;
        let steep = Descent {
            cut_m: 9.0,
            ..DESCENT
        };
        assert_eq!(settle(&soundings, &steep).levels, [7, 7, 7, 2, 2, 2]);
        soundings[4].beside = Some(12);
        assert!(settle(&soundings, &steep).blocked);
    }

    proptest! {
        #[test]
        fn no_river_runs_uphill_or_above_its_banks(
            found in prop::collection::vec(
                (-3..60_i32, prop::option::weighted(0.1, 0..50_i32), prop::option::weighted(0.1, 0..50_i32), 0..12_i32),
                0..120,
            ),
            steepness in 0.1_f32..2.0,
            cut_m in 0.0_f32..9.0,
        ) {
            let soundings: Vec<Sounding> = found
                .into_iter()
                .map(|(held, standing, beside, fall_m)| Sounding { held, standing, beside, fall_m: fall_m / 11 * fall_m })
                .collect();
            let found = settle(&soundings, &Descent { cut_m, steepness, ..DESCENT });
            let levels = &found.levels;
            prop_assert_eq!(found.blocked, levels.len() < soundings.len());
            prop_assert!(levels.windows(2).all(|pair| pair[0] >= pair[1]));
            for (level, sounding) in levels.iter().zip(&soundings) {
                if let Some(standing) = sounding.standing {
                    prop_assert_eq!(*level, standing);
                } else {
                    let beside = sounding.beside.unwrap_or(0);
                    prop_assert!(*level <= sounding.held.max(beside) + MAX_BACKWATER_M);
                    prop_assert!(*level >= beside);
                }
            }
        }
    }
}
