//! Marker kinds: what each one is called, which attributes it has, and what it does to the columns in its
//! reach.
//!
//! One file per kind, listed once in `kinds!`. A kind reads its attributes once into a struct and then
//! acts on rows of 32 columns. Where its distance is `reach_m` or more it changes no bit: that is what
//! makes edits local (property 2), and `tests::beyond_its_reach_a_kind_changes_no_bit` holds every kind to it.
//!
//! *Not* responsible for: the order of markers and the stages between them (see [`crate::plan`] and
//! [`crate::columns`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::sync::{Arc, OnceLock};

use shared::coords::LocalPos;
use shared::geometry::GeometryForm;
use shared::island::Marker;
use shared::schema::{KindSchema, Schema};

use crate::columns::Columns;
use crate::curve;
use crate::fingerprint::Fingerprint;
use crate::ground::Ground;
use crate::ops::{self, LANES, Row};
use crate::poi;
use crate::shape::Shape;
use crate::structure::Structure;
use crate::volume::Body;
use crate::water::Finding;

mod arch;
mod ash;
mod beach;
mod cave;
mod cavern;
mod clearing;
mod cliff;
mod crater;
mod dune;
mod dyke;
mod entrance;
mod erosion;
mod floating_rock;
mod forest;
mod harbour;
mod islet;
mod lagoon;
mod lake;
mod land;
mod meadow;
mod noise_region;
mod pad;
mod parameter;
mod pass;
mod passage;
mod path;
mod peak;
mod plateau;
mod reef;
mod relief;
mod ridge;
mod river;
mod road;
mod sea_cave;
mod snow;
mod stamp;
mod stream;
mod swamp;
mod terrace;
mod valley;
mod volcano;
mod waterfall;
mod way;
mod zone;

pub(crate) use parameter::{FILE, Parameters, Warp, corners, stamp};
pub(crate) use river::SEARCH;

/// Lists the kinds: `module::Type`, one entry each. Stage and name stand in the kind's own file. Of two
/// markers with equal layer and priority, the one whose kind stands first acts first: so a lagoon cuts the
/// land, and a valley the mountain, whatever their random ids are.
macro_rules! kinds {
    ($($module:ident::$kind:ident,)*) => {
        /// A marker of any kind, with its attributes read.
        #[derive(Clone, PartialEq, Debug)]
        pub(crate) enum AnyKind {
            $($kind($module::$kind),)*
        }

        impl AnyKind {
            /// Reads a marker's attributes; `None` for a kind that the generator does not know.
            pub(crate) fn new(kind: &str, parameters: &Parameters<'_>) -> Option<Self> {
                $(if kind == $module::$kind::NAME {
                    return Some(Self::$kind($module::$kind::new(parameters)));
                })*
                None
            }

            /// See [`Kind::NAME`].
            pub(crate) fn name(&self) -> &'static str {
                match self { $(Self::$kind(_) => $module::$kind::NAME,)* }
            }

            /// Place in the list of kinds.
            pub(crate) fn rank(&self) -> usize {
                let mut names = [$($module::$kind::NAME,)*].into_iter();
                names.position(|other| other == self.name()).unwrap_or(usize::MAX)
            }

            /// See [`Kind::stage`].
            pub(crate) fn stage(&self) -> Stage {
                match self { $(Self::$kind(kind) => kind.stage(),)* }
            }

            /// See [`Kind::reach_m`].
            #[inline(always)]
            pub(crate) fn reach_m(&self) -> f32 {
                match self { $(Self::$kind(kind) => kind.reach_m(),)* }
            }

            /// See [`Kind::sight_m`].
            #[inline(always)]
            pub(crate) fn sight_m(&self) -> f32 {
                match self { $(Self::$kind(kind) => kind.sight_m(),)* }
            }

            /// See [`Kind::noise_m`].
            pub(crate) fn noise_m(&self) -> f32 {
                match self { $(Self::$kind(kind) => kind.noise_m(),)* }
            }

            /// See [`Kind::survey_m`].
            pub(crate) fn survey_m(&self) -> Option<f32> {
                match self { $(Self::$kind(kind) => kind.survey_m(),)* }
            }

            /// See [`Kind::SPARES_CLAIMS`].
            pub(crate) fn spares_claims(&self) -> bool {
                match self { $(Self::$kind(_) => $module::$kind::SPARES_CLAIMS,)* }
            }

            /// See [`Kind::claimed_m`].
            pub(crate) fn claimed_m(&self) -> Option<f32> {
                match self { $(Self::$kind(kind) => kind.claimed_m(),)* }
            }

            /// See [`Kind::levels_m`].
            pub(crate) fn levels_m(&self) -> Option<f32> {
                match self { $(Self::$kind(kind) => kind.levels_m(),)* }
            }

            /// See [`Kind::LOOKS_CLOSELY`].
            pub(crate) fn looks_closely(&self) -> bool {
                match self { $(Self::$kind(_) => $module::$kind::LOOKS_CLOSELY,)* }
            }

            /// See [`Kind::fit`].
            pub(crate) fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
                match self { $(Self::$kind(kind) => kind.fit(ground, shape),)* }
            }

            /// See [`Kind::to_keep`].
            pub(crate) fn to_keep(&self) -> Option<Vec<u8>> {
                match self { $(Self::$kind(kind) => kind.to_keep(),)* }
            }

            /// See [`Kind::recall`].
            pub(crate) fn recall(&mut self, kept: &dyn Fn() -> Option<Vec<u8>>) -> Option<Fit> {
                match self { $(Self::$kind(kind) => kind.recall(kept),)* }
            }

            /// See [`Kind::body`].
            pub(crate) fn body(&self, shape: &Shape) -> Option<Body> {
                match self { $(Self::$kind(kind) => kind.body(shape),)* }
            }

            /// See [`Kind::has_brow`].
            pub(crate) fn has_brow(&self) -> bool {
                match self { $(Self::$kind(kind) => kind.has_brow(),)* }
            }

            /// See [`Kind::ACTS_ON_COLUMNS`].
            #[inline(always)]
            pub(crate) fn acts_on_columns(&self) -> bool {
                match self { $(Self::$kind(_) => $module::$kind::ACTS_ON_COLUMNS,)* }
            }

            /// See [`Kind::findings`].
            pub(crate) fn findings(&self) -> Vec<Finding> {
                match self { $(Self::$kind(kind) => kind.findings(),)* }
            }

            /// See [`Kind::SEES_DISTANCE`].
            #[inline(always)]
            pub(crate) fn sees_distance(&self) -> bool {
                match self { $(Self::$kind(_) => $module::$kind::SEES_DISTANCE,)* }
            }

            /// See [`Kind::structures`].
            pub(crate) fn structures(&self) -> &[Arc<Structure>] {
                match self { $(Self::$kind(kind) => kind.structures(),)* }
            }

            /// See [`Kind::apply`].
            #[inline(always)]
            pub(crate) fn apply(&self, site: &Site, columns: &mut Columns) {
                match self { $(Self::$kind(kind) => kind.apply(site, columns),)* }
            }
        }

        /// When a kind acts; `None` for one that the generator does not know.
        pub(crate) fn stage_of(kind: &str) -> Option<Stage> {
            $(if kind == $module::$kind::NAME {
                return Some($module::$kind::STAGE);
            })*
            None
        }

        fn built_in_kinds() -> Vec<(&'static str, KindSchema, f32)> {
            vec![$(($module::$kind::NAME, $module::$kind::schema(), $module::$kind::INITIAL_LEVEL_M),)*]
        }
    };
}

kinds! {
    land::Land,
    islet::Islet,
    lagoon::Lagoon,
    peak::Peak,
    volcano::Volcano,
    ridge::Ridge,
    dune::Dune,
    plateau::Plateau,
    terrace::Terrace,
    crater::Crater,
    valley::Valley,
    pass::Pass,
    stamp::Stamp,
    reef::Reef,
    erosion::Erosion,
    waterfall::Waterfall,
    lake::Lake,
    river::River,
    stream::Stream,
    beach::Beach,
    cliff::Cliff,
    noise_region::NoiseRegion,
    dyke::Dyke,
    harbour::Harbour,
    pad::Pad,
    road::Road,
    path::Path,
    swamp::Swamp,
    forest::Forest,
    entrance::Entrance,
    cave::Cave,
    cavern::Cavern,
    sea_cave::SeaCave,
    arch::Arch,
    floating_rock::FloatingRock,
    meadow::Meadow,
    ash::Ash,
    snow::Snow,
    clearing::Clearing,
}

/// When a kind acts. All markers of one stage act before any of the next, each stage in the canonical
/// order (layer, priority, kind, id).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Stage {
    /// Decides where land is: the signed coast distance.
    Coast,
    /// Raises and carves the land.
    Relief,
    /// Gives stretches of coast their profile.
    Shore,
    /// Says how noise shapes the ground.
    Field,
    /// Wears the ground down.
    Erosion,
    /// Carves beds and fills them with water.
    Water,
    /// Levels ground for what people build: pads, roads.
    Works,
    /// Says what grows where.
    Zone,
    /// Hollows rock out and adds rock above the ground, in three dimensions.
    Volume,
}

/// How far noise may move what a marker drew.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct NoiseBound {
    /// Sideways shift of an outline or crest in metres.
    pub outline_m: f32,
    /// Up or down shift of the ground in metres.
    pub height_m: f32,
}

/// What a marker sees of 32 columns.
pub(crate) struct Site {
    /// Metres from the point, curve or outline, bent by the marker's noise; negative inside an area.
    pub(crate) distance: Row,
    /// Height of the geometry in metres above the sea: that of the nearby pieces, mixed.
    pub(crate) level: Row,
    /// East of the geometry's first corner, in metres.
    pub(crate) local_x: Row,
    /// North of the geometry's first corner, in metres.
    pub(crate) local_y: Row,
}

impl Site {
    /// For kinds that do not look.
    pub(crate) const UNSEEN: Self = Self {
        distance: [f32::MAX; LANES],
        level: [0.0; LANES],
        local_x: [0.0; LANES],
        local_y: [0.0; LANES],
    };
}

/// One kind of marker.
pub(crate) trait Kind: Sized {
    /// Its key in the schema and in map files.
    const NAME: &'static str;
    /// When it acts.
    const STAGE: Stage;
    /// Whether it does anything to columns; a kind that does not is a body and nothing else.
    const ACTS_ON_COLUMNS: bool = true;
    /// Height above the sea that a newly placed corner gets.
    const INITIAL_LEVEL_M: f32 = 0.0;
    /// Whether it looks at [`Site`]: one that was laid out column by column needs none.
    const SEES_DISTANCE: bool = true;
    /// Whether fitting it looks at most columns of its survey; others look along a line, or at one in sixteen.
    const LOOKS_CLOSELY: bool = false;
    /// Whether it leaves the ground alone that markers which act later claim; see [`Self::claimed_m`].
    const SPARES_CLAIMS: bool = false;

    /// What designers, rules and the inspector know about it.
    fn schema() -> KindSchema;
    /// Reads the attributes: missing ones get their default, others are held within their range.
    fn new(parameters: &Parameters<'_>) -> Self;
    /// Distance from the geometry from which on the kind changes no bit.
    fn reach_m(&self) -> f32;
    /// How deep into an area it tells one distance from another; further in, all columns are alike.
    fn sight_m(&self) -> f32 {
        ops::max(self.reach_m(), SIGHT_M)
    }
    /// Most that its noise may raise or lower the ground, in metres.
    fn noise_m(&self) -> f32 {
        0.0
    }
    /// How far from the geometry the ground that acts before the marker decides what it becomes; `None` for
    /// kinds that follow from their attributes alone.
    fn survey_m(&self) -> Option<f32> {
        None
    }
    /// How far from the drawn geometry it claims the ground, for water to run or people to build on; `None` for kinds
    /// that take the ground as it is.
    fn claimed_m(&self) -> Option<f32> {
        None
    }
    /// Distance from the geometry within which the ground lies level at the geometry's height, for people to build on or
    /// walk along, 0 where that is so along its line; `None` for kinds that promise nothing of that sort.
    fn levels_m(&self) -> Option<f32> {
        None
    }
    /// Fits the marker to the ground, where [`Self::survey_m`] says that it wants to know it.
    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        let (_, _) = (ground, shape);
        Fit::new(None, |_| ())
    }
    /// What came of a fit that took long, for the next run of the program.
    fn to_keep(&self) -> Option<Vec<u8>> {
        None
    }
    /// The fit of an earlier run to the same ground, if what is `kept` of it can be read. Kinds that are fitted quickly
    /// do not ask for it.
    fn recall(&mut self, _kept: &dyn Fn() -> Option<Vec<u8>>) -> Option<Fit> {
        None
    }
    /// What it makes in three dimensions, if anything; nothing of it lies further away than [`Self::reach_m`].
    fn body(&self, shape: &Shape) -> Option<Body> {
        let _ = shape;
        None
    }
    /// Whether it sets `Columns::overhang`.
    fn has_brow(&self) -> bool {
        false
    }
    /// What fitting it to the ground showed to be wrong with it.
    fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }
    /// When this marker acts, where that hangs on its attributes.
    fn stage(&self) -> Stage {
        Self::STAGE
    }
    /// What it builds of single voxels, once it was fitted; all of it within its reach.
    fn structures(&self) -> &[Arc<Structure>] {
        &[]
    }
    /// Acts on 32 columns.
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let (_, _) = (site, columns);
    }
}

/// See [`Kind::sight_m`].
const SIGHT_M: f32 = 64.0;

/// What came of fitting a marker to the ground.
pub(crate) struct Fit {
    /// The line that it takes in place of the drawn one, if any; that may lie no further from the drawn one than the
    /// survey.
    pub(crate) shape: Option<Shape>,
    /// Differs where the line does, or anything that the marker keeps of what it saw.
    pub(crate) result: u64,
}

impl Fit {
    /// What is kept must be fed wholly: who overlooks a change of it takes old voxels for new ones.
    pub(crate) fn new(shape: Option<Shape>, feed: impl FnOnce(&mut Fingerprint)) -> Self {
        let mut result = Fingerprint::of("fit");
        if let Some(shape) = &shape {
            shape.feed(&mut result);
        }
        feed(&mut result);
        Self {
            shape,
            result: result.to_u64(),
        }
    }
}

/// Width over which ground that is claimed gives way to ground that is not, in metres.
pub(crate) const CLAIM_EDGE_M: f32 = 20.0;

/// The schema of all built-in marker kinds, and the attributes that POIs of all kinds have.
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let kinds = built_in_kinds().into_iter();
        let markers = kinds.map(|(name, kind, _)| (name.to_owned(), kind)).collect();
        Schema {
            every_poi: poi::attributes(&markers),
            markers,
            ..Schema::default()
        }
    })
}

/// The height above the sea, in metres, that a corner of a newly placed marker of this kind gets, so that
/// the marker shows at once.
pub fn initial_level_m(kind: &str) -> f32 {
    built_in_kinds()
        .into_iter()
        .find(|(name, ..)| *name == kind)
        .map_or(0.0, |(_, _, level_m)| level_m)
}

/// The line that the generator takes for a marker's geometry: rounded at the corners unless the marker
/// says otherwise; closed (last point = first) for an area. For drawing the marker as it acts.
pub fn outline(marker: &Marker) -> Vec<LocalPos> {
    let points = marker.geometry.points();
    let corners = corners(marker);
    match marker.geometry.form() {
        _ if points.len() < 2 => points.to_vec(),
        GeometryForm::Point => points.to_vec(),
        GeometryForm::Path => curve::open(points, corners),
        GeometryForm::Area => curve::closed(points, corners),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::columns::COAST_REACH_M;
    use crate::plan::IslandPlan;
    use crate::seed::Seed;
    use shared::attribute::AttributeValue;
    use shared::geometry::Geometry;
    use shared::schema::AttributeKind;

    fn marker(kind: &str) -> Marker {
        Marker {
            id: shared::ids::MarkerId("m".parse().unwrap()),
            kind: kind.to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: Geometry::Point(LocalPos::default()),
            layer: 0,
            priority: 0,
            attributes: shared::attribute::Attributes::new(),
        }
    }

    fn compiled(marker: &Marker, area: bool) -> AnyKind {
        let seed = Seed::of_island(1, shared::ids::IslandId("i".parse().unwrap()));
        let map = shared::stamp::Heightmap {
            width: 2,
            depth: 2,
            samples: vec![u16::MAX; 4],
        };
        let map = shared::stamp::Stamp::new(shared::stamp::StampContent::Heightmap(map), 1);
        let mut stamps = shared::stamp::Stamps::default();
        stamps.insert("map.png".to_owned(), Some(map));
        let mut marker = marker.clone();
        marker
            .attributes
            .entry(FILE.to_owned())
            .or_insert(AttributeValue::Text("map.png".to_owned()));
        let parameters = Parameters::new(&marker, &schema().markers[&marker.kind], area, &stamps, seed);
        AnyKind::new(&marker.kind, &parameters).unwrap()
    }

    /// A marker at its defaults, and with each of its attributes at each end of its range or with each option.
    fn variants(name: &str) -> Vec<(String, Marker)> {
        let plain = marker(name);
        let mut all = vec![(name.to_owned(), plain.clone())];
        for spec in &schema().markers[name].attributes {
            let values = match &spec.kind {
                AttributeKind::Number { min, max, .. } => [*min, *max].map(AttributeValue::Number).to_vec(),
                AttributeKind::Integer { min, max, .. } => [*min, *max].map(AttributeValue::Integer).to_vec(),
                AttributeKind::Choice { options } => {
                    options.iter().cloned().map(AttributeValue::Choice).collect()
                }
                _ => Vec::new(),
            };
            for value in values {
                let mut marker = plain.clone();
                let what = format!("{name} with {} {value:?}", spec.key);
                marker.attributes.insert(spec.key.clone(), value);
                all.push((what, marker));
            }
        }
        all
    }

    fn all_variants() -> impl Iterator<Item = (String, Marker)> {
        built_in_kinds().into_iter().flat_map(|(name, ..)| variants(name))
    }

    fn busy_columns() -> Columns {
        let mut columns = Columns::at(&[3.0; LANES], &[7.0; LANES]);
        columns.land = [COAST_REACH_M + 11.3; LANES];
        columns.height = [7.77; LANES];
        columns.displacement = [-0.3; LANES];
        columns.forest = [0.2; LANES];
        columns.meadow = [0.3; LANES];
        columns.flowers = [0.1; LANES];
        columns
    }

    #[test]
    fn beyond_its_reach_a_kind_changes_no_bit() {
        for (name, marker) in all_variants() {
            for area in [false, true] {
                let kind = compiled(&marker, area);
                let site = Site {
                    distance: std::array::from_fn(|lane| {
                        kind.reach_m() + crate::plan::REACH_SLACK_M + lane as f32 * 0.7
                    }),
                    level: [40.0; LANES],
                    // As far away as the distance says, for kinds that look at the place itself.
                    local_x: std::array::from_fn(|lane| kind.reach_m() + 1.0 + lane as f32 * 13.0),
                    local_y: [5.0; LANES],
                };
                let mut columns = busy_columns();
                kind.apply(&site, &mut columns);
                assert_eq!(columns, busy_columns(), "{name}");
            }
        }
    }

    /// The counterpart inside: noise is not asked there (see `plan::near`).
    #[test]
    fn deep_inside_an_area_all_distances_are_alike() {
        let mut differing = Vec::new();
        for (name, marker) in all_variants() {
            let kind = compiled(&marker, true);
            let changed = |distance_m: f32| {
                let site = Site {
                    distance: std::array::from_fn(|lane| distance_m - lane as f32 * 3.1),
                    level: [40.0; LANES],
                    local_x: std::array::from_fn(|lane| lane as f32 * 13.0),
                    local_y: [5.0; LANES],
                };
                let mut columns = busy_columns();
                kind.apply(&site, &mut columns);
                columns
            };
            let sight_m = kind.sight_m();
            let shallow = changed(-sight_m - crate::plan::REACH_SLACK_M);
            if [-2.0 * sight_m, -crate::shape::NO_PIECE_M].map(changed) != [shallow.clone(), shallow] {
                differing.push(name);
            }
        }
        assert!(differing.is_empty(), "{differing:?}");
    }

    /// Columns from the middle of a marker out to a reach, high and low by turns, and what the marker makes of them.
    fn acted_on(kind: &AnyKind, reach_m: f32) -> (Columns, Columns) {
        let across = |metres: f32| std::array::from_fn(|lane| lane as f32 / LANES as f32 * metres);
        let site = Site {
            distance: across(reach_m),
            level: [2.0; LANES],
            local_x: across(reach_m),
            local_y: [0.0; LANES],
        };
        let mut before = busy_columns();
        for height in before.height.iter_mut().step_by(2) {
            *height -= 20.0;
        }
        let mut after = before.clone();
        kind.apply(&site, &mut after);
        (before, after)
    }

    fn point() -> Shape {
        Shape::new(&Geometry::Point(LocalPos::default()), curve::Corners::Round).unwrap()
    }

    #[test]
    fn within_its_reach_a_kind_changes_something() {
        for (name, ..) in built_in_kinds() {
            let kind = compiled(&marker(name), false);
            if kind.survey_m().is_some() {
                // See the next test.
                continue;
            }
            let (before, after) = acted_on(&kind, kind.reach_m());
            assert_eq!(before != after, kind.acts_on_columns(), "{name}");
            assert!(kind.acts_on_columns() || kind.body(&point()).is_some(), "{name}");
        }
    }

    /// Kinds that are fitted to the ground do nothing before they are; afterwards not all of them look at distances, so
    /// every column of the island is asked, and those that change must lie within reach of the line that they took.
    #[test]
    fn a_fitted_kind_changes_something_and_only_within_its_reach() {
        let recipe = crate::bench_map::Recipe {
            bounds: shared::island::Bounds::new(256, 256, 32, 96).unwrap(),
            markers: 12,
            seed: 3,
        };
        let project = recipe.project_of(crate::bench_map::Kinds::Terrain);
        let land = project.islands.values().next().unwrap();
        let plan = IslandPlan::new(&project.settings, &project.stamps, land);
        let drawn = |x_m, y_m| LocalPos::new(x_m, y_m, 6.0);
        let mut fitted_count = 0;
        for (name, ..) in built_in_kinds() {
            let mut marker = marker(name);
            if schema().markers[name].forms.first() == Some(&GeometryForm::Path) {
                marker.geometry = Geometry::Path(vec![drawn(-30.0, 4.0), drawn(24.0, -9.0)]);
            }
            let straight = ("outline_noise".to_owned(), AttributeValue::Number(0.0));
            marker.attributes.extend([straight]);
            let mut kind = compiled(&marker, false);
            let Some(survey_m) = kind.survey_m() else { continue };
            fitted_count += 1;
            let drawn = Shape::new(&marker.geometry, curve::Corners::Round).unwrap();
            let (surveyed, kept) = (drawn.extent().grown(survey_m), RefCell::default());
            let taken = kind.fit(&Ground::new(&plan, surveyed, &kept), &drawn);
            let shape = taken.shape.unwrap_or(drawn);
            let reach = shape.extent().grown(kind.reach_m() + crate::plan::REACH_SLACK_M);
            let mut changed_count = 0;
            for (first, y) in (-4..4).flat_map(|tile| (-128..128).map(move |y| (tile * 32, y))) {
                let (x, y) = (
                    std::array::from_fn(|lane| (first + ops::lane_i32(lane)) as f32 + 0.5),
                    [y as f32 + 0.5; LANES],
                );
                let (distance, level) =
                    shape.sample(&shape.pieces_near(surveyed, f32::MAX), &x, &y, kind.reach_m());
                let (local_x, local_y) = shape.local(&x, &y);
                let site = Site {
                    distance,
                    level,
                    local_x,
                    local_y,
                };
                let mut columns = Columns::at(&x, &y);
                columns.height = [7.77; LANES];
                kind.apply(&site, &mut columns);
                for lane in 0..LANES {
                    let made = [columns.height[lane], columns.water[lane], columns.paved[lane]];
                    let place = LocalPos::new(x[lane], y[lane], 0.0);
                    assert!(
                        made == [7.77, 0.0, 0.0] || reach.contains(place),
                        "{name} at {place:?}"
                    );
                    changed_count += usize::from(made[0] != 7.77);
                }
            }
            assert!(changed_count > 20, "{name} changes {changed_count} columns");
        }
        assert!(fitted_count >= 7, "{fitted_count}");
    }

    /// Attributes that say how softly a marker meets what is there do so, from one end of their range to the other.
    #[test]
    fn blend_and_falloff_matter() {
        let has = |name: &str, key| schema().markers[name].attribute(key).is_some();
        let names = built_in_kinds().into_iter().map(|(name, ..)| name);
        // What blends a stamp in is called `feather`.
        let soft = |name: &&str| *name != "stamp" && (has(name, "blend") || has(name, "falloff"));
        let kinds: Vec<&str> = names.filter(soft).collect();
        assert!(kinds.len() >= 16, "{kinds:?}");
        for (name, key) in kinds
            .into_iter()
            .flat_map(|name| [(name, "blend"), (name, "falloff")])
        {
            let mut made = Vec::new();
            for (what, marker) in variants(name) {
                if what.starts_with(&format!("{name} with {key} ")) {
                    let kind = compiled(&marker, false);
                    let (_, columns) = acted_on(&kind, kind.reach_m());
                    let of_body = kind.body(&point()).map(|body| body.blend_m);
                    assert!(!made.contains(&(columns.clone(), of_body)), "{what} does nothing");
                    made.push((columns, of_body));
                }
            }
        }
    }

    #[test]
    fn hostile_attributes_are_held_in_range() {
        for (name, kind_schema, _) in built_in_kinds() {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300] {
                let mut marker = marker(name);
                for spec in &kind_schema.attributes {
                    marker
                        .attributes
                        .insert(spec.key.clone(), AttributeValue::Number(value));
                }
                let kind = compiled(&marker, true);
                assert!(
                    (0.0..4096.0).contains(&kind.reach_m()),
                    "{name}: {}",
                    kind.reach_m()
                );
            }
        }
    }

    #[test]
    fn every_kind_documents_its_attributes_and_defaults_lie_in_range() {
        for (name, kind) in &schema().markers {
            assert!(
                !kind.doc.is_empty() && kind.colour.is_some() && !kind.forms.is_empty(),
                "{name}"
            );
            for spec in &kind.attributes {
                assert!(!spec.doc.is_empty(), "{name}.{}", spec.key);
                let default = spec.default.as_ref().unwrap();
                if let AttributeKind::Number { min, max, .. } = &spec.kind {
                    let default = default.as_number().unwrap();
                    assert!((*min..=*max).contains(&default), "{name}.{}", spec.key);
                }
            }
        }
        assert_eq!(schema().markers.len(), built_in_kinds().len());
    }
}
