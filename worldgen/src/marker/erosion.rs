//! `erosion`: an area in which running water has worn the ground.

use std::sync::Arc;

use shared::coords::{ColumnPos, LocalPos};
use shared::geometry::Box2;
use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{CLAIM_EDGE_M, Fit, Kind, Site, Stage};
use crate::columns::Columns;
use crate::erosion::{self, STEP, Terrain, Wear, Worn};
use crate::ground::{Ground, GroundColumn};
use crate::ops::{self, LANES, Row, STEPS_PER_VOXEL};
use crate::plan::Operator;
use crate::shape::Shape;

/// Distance from the coast within which the ground is not worn, and over which wear then sets in.
const COAST_M: f32 = 3.0;
const COAST_FADE_M: f32 = 12.0;
/// Ground that others hold by this share or more does not wear at all: crests of ridges, which seldom run through points
/// of the grid, among it.
const FIRM: f32 = 0.6;
/// How far beyond its outline the spline through its grid reaches.
const SPLINE_M: f32 = 2.0 * STEP as f32;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Erosion {
    radius_m: f32,
    edge_m: f32,
    wear: Wear,
    worn: Worn,
}

impl Kind for Erosion {
    const NAME: &'static str = "erosion";
    const STAGE: Stage = Stage::Erosion;
    const LOOKS_CLOSELY: bool = true;
    const SPARES_CLAIMS: bool = true;
    const SEES_DISTANCE: bool = false;

    fn schema() -> KindSchema {
        parameter::kind(
            "Lets running water wear the ground: valleys with side valleys, and crests between them. The coast, \
             crests of ridges, what other markers hold at a height, and the ground of rivers, roads and pads stay as \
             they are.",
            (0x9c, 0x6b, 0x4f),
            &[Area, Point, Path],
            [
                parameter::radius("How far the worn ground goes from the point or path.", 120.0),
                parameter::metres(
                    "edge",
                    "Width inside the outline over which the wear sets in.",
                    4.0,
                    128.0,
                    32.0,
                ),
                parameter::share("strength", "How strongly the water bites.", 0.5),
                parameter::count("age", "How long it has been at work.", 1, 24, 8),
                parameter::metres("depth", "The most that the ground is lowered.", 1.0, 48.0, 16.0),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let age = ops::floor_i32(parameters.number("age"));
        Self {
            radius_m: parameters.radius_m(),
            edge_m: parameters.number("edge"),
            wear: Wear {
                strength: parameters.number("strength"),
                rounds: usize::try_from(age).unwrap_or(1),
                depth_m: parameters.number("depth"),
            },
            worn: Worn::default(),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + SPLINE_M
    }

    fn survey_m(&self) -> Option<f32> {
        Some(self.reach_m() + SPLINE_M)
    }

    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        self.worn = self.wear_down(ground, shape);
        self.as_fitted()
    }

    fn to_keep(&self) -> Option<Vec<u8>> {
        Some(self.worn.to_bytes())
    }

    fn recall(&mut self, kept: &dyn Fn() -> Option<Vec<u8>>) -> Option<Fit> {
        self.worn = Worn::from_bytes(&kept()?)?;
        Some(self.as_fitted())
    }

    #[inline(always)]
    fn apply(&self, _: &Site, columns: &mut Columns) {
        self.worn.apply(columns);
    }
}

impl Erosion {
    fn as_fitted(&self) -> Fit {
        Fit::new(None, |result| result.bytes(&self.worn.to_bytes()))
    }

    /// How the ground is worn.
    fn wear_down(&self, ground: &Ground<'_>, shape: &Shape) -> Worn {
        let place = shape.extent().grown(self.radius_m).intersection(ground.island());
        if place.min_x_m > place.max_x_m || place.min_y_m > place.max_y_m {
            return Worn::default();
        }
        // One point around all that can be worn, so that the change is 0 at the sides of the grid.
        let first = |metres: f32| ops::floor_i32(metres).div_euclid(STEP) * STEP - STEP;
        let points = |from: i32, to_m: f32| (ops::floor_i32(to_m) - from).div_euclid(STEP) + 3;
        let origin = [first(place.min_x_m), first(place.min_y_m)];
        let (width, depth) = (points(origin[0], place.max_x_m), points(origin[1], place.max_y_m));
        let positions: Vec<ColumnPos> = (0..depth)
            .flat_map(|y| (0..width).map(move |x| ColumnPos::new(origin[0] + x * STEP, origin[1] + y * STEP)))
            .collect();
        let columns = ground.lattice(origin.map(|first| first.div_euclid(STEP)), width, depth);
        let width = usize::try_from(width).unwrap_or(1);
        let grain = ground.seed().feature("grain of worn rock");
        let held = columns
            .iter()
            .map(|column| ops::clamp(column.hold as f32 / (255.0 * FIRM), 0.0, 1.0));
        let held = widened(&held.collect::<Vec<_>>(), width);
        let mut freedom = self.freedom(ground, shape, &positions, &columns);
        for (freedom, held) in freedom.iter_mut().zip(held) {
            *freedom *= 1.0 - held;
        }
        let terrain = Terrain {
            width,
            heights: columns
                .iter()
                .map(|column| column.height as f32 / STEPS_PER_VOXEL as f32)
                .collect(),
            freedom,
            grain: positions.iter().map(|pos| grain.at_cell(pos.x, pos.y)).collect(),
        };
        Worn {
            first: origin,
            width,
            change: Arc::new(erosion::wear(&terrain, &self.wear)),
        }
    }

    /// How freely each point wears: not at the outline, the coast and where later markers claim the ground.
    fn freedom(
        &self,
        ground: &Ground<'_>,
        shape: &Shape,
        positions: &[ColumnPos],
        columns: &[GroundColumn],
    ) -> Vec<f32> {
        let claims: Vec<&Operator> = ground.claims().collect();
        let mut freedom = Vec::with_capacity(positions.len());
        for (run, columns) in positions.chunks(LANES).zip(columns.chunks(LANES)) {
            let middle = |index: i32| index as f32 + 0.5;
            let last = run.len() - 1;
            let x = std::array::from_fn(|lane| middle(run[lane.min(last)].x));
            let y = std::array::from_fn(|lane| middle(run[lane.min(last)].y));
            let corners: Vec<LocalPos> = (0..LANES)
                .map(|lane| LocalPos::new(x[lane], y[lane], 0.0))
                .collect();
            let around = Box2::around(&corners);
            let distance = |shape: &Shape, reach_m: f32| {
                let pieces = shape.pieces_near(around, reach_m);
                shape.sample(&pieces, &x, &y, reach_m).0
            };
            let own = distance(shape, self.radius_m + self.edge_m + SPLINE_M);
            let mut free: Row = [1.0; LANES];
            for claim in &claims {
                let claimed_m = claim.kind().claimed_m().unwrap_or(0.0);
                if !claim.claim().is_some_and(|claim| claim.touches(around)) {
                    continue;
                }
                let away = distance(claim.shape(), claimed_m + CLAIM_EDGE_M);
                for lane in 0..LANES {
                    let beyond_m = away[lane] - claimed_m - SPLINE_M;
                    let spared = ops::smoothstep(beyond_m / (CLAIM_EDGE_M - SPLINE_M));
                    free[lane] = ops::min(free[lane], spared);
                }
            }
            for (lane, column) in columns.iter().enumerate() {
                let inside = ops::smoothstep((self.radius_m - own[lane]) / self.edge_m);
                let coast_m = column.coast as f32 / STEPS_PER_VOXEL as f32;
                let inland = ops::smoothstep((coast_m - COAST_M) / COAST_FADE_M);
                freedom.push(inside * inland * free[lane]);
            }
        }
        freedom
    }
}

/// The greatest value at each point of a grid and those around it: the spline between points looks that far.
fn widened(values: &[f32], width: usize) -> Vec<f32> {
    let depth = values.len() / width.max(1);
    let around = |at: usize, count: usize| at.saturating_sub(1)..(at + 2).min(count);
    let at = |x: usize, y: usize| {
        let rows = around(y, depth).map(|y| &values[y * width..][around(x, width)]);
        rows.flatten().copied().fold(0.0, ops::max)
    };
    (0..depth)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| at(x, y))
        .collect()
}
