//! Projects of one island of any size with any number of markers of all kinds: what benches measure.
//!
//! The same recipe gives the same project on every machine. Kinds, forms and attributes are drawn from the
//! schema of the generator, so a kind that is new is measured as soon as it is there.
//!
//! *Not* responsible for: islands that anyone would want to walk on (see `maps/`).

use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::geometry::{Geometry, GeometryForm};
use shared::ids::{Id, IslandId, MarkerId, PoiId};
use shared::island::{Bounds, Island, Marker, Poi};
use shared::project::Project;
use shared::schema::{AttributeKind, AttributeSpec, KindSchema};

use crate::marker::{self, Stage};
use crate::seed::mix64;

/// Most markers that a recipe may ask for, so that a project can be written: the format takes 100,000 records, and the
/// land, the landing and the spawn come with them.
pub const MOST_MARKERS: u32 = 99_997;

/// What a project is made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recipe {
    /// The box of the island.
    pub bounds: Bounds,
    /// Markers beside the one that makes the land under all of them; at most [`MOST_MARKERS`].
    pub markers: usize,
    /// Another seed gives another project.
    pub seed: u64,
}

/// Which kinds of markers a project has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kinds {
    /// All that need no file.
    All,
    /// Those that shape the ground and what is hollow in it: coast, relief, shore, roughness and volume. No
    /// water, no works, no zones: what other generators call terrain and caves.
    Terrain,
}

/// Kind that needs a file of its project: a bench map has none.
const OF_A_FILE: &str = "stamp";
/// Kind of the POI where players appear.
const SPAWN: &str = "spawn";
/// From this many markers on, each gets a size and what would be wider by default: with more, the file would pass the
/// limit of the format.
const PLAIN_FROM: usize = 20_000;

impl Recipe {
    /// The project with all kinds of markers: an island of which markers reach each place about as often, however
    /// many there are.
    pub fn project(&self) -> Project {
        self.project_of(Kinds::All)
    }

    /// The same with some kinds of markers.
    pub fn project_of(&self, sort: Kinds) -> Project {
        let mut project = Project::default();
        "Bench".clone_into(&mut project.settings.name);
        project.settings.world_seed = self.seed;
        let spawn = KindSchema {
            doc: "Where players appear.".to_owned(),
            ..KindSchema::default()
        };
        project.schema.pois.insert(SPAWN.to_owned(), spawn);
        let mut draw = Draw(mix64(self.seed));
        let id = IslandId(Id::from_random(draw.bits()));
        let mut island = Island::new(id, "bench".to_owned(), "Bench".to_owned());
        island.bounds = self.bounds;
        let land = self.land(&mut draw);
        island.markers.insert(land.id, land);
        let all = marker::schema().markers.iter();
        let kinds: Vec<(&String, &KindSchema)> = all.filter(|(name, _)| sort.has(name)).collect();
        while island.markers.len() <= self.markers {
            let (name, kind) = kinds[island.markers.len() % kinds.len()];
            let marker = self.marker(name, kind, &mut draw);
            // Two ids that clash would make the loop go round once more.
            island.markers.insert(marker.id, marker);
        }
        // Players start beside it all: anywhere else a river or a lake may come.
        let landing = self.landing(&mut draw);
        let start = landing.geometry.anchor();
        island.markers.insert(landing.id, landing);
        let spawn = Poi {
            id: PoiId(Id::from_random(draw.bits())),
            kind: SPAWN.to_owned(),
            name: "Start".to_owned(),
            note: String::new(),
            x_m: start.x_m,
            y_m: start.y_m,
            attributes: Attributes::new(),
        };
        project.settings.spawn = Some(spawn.id);
        island.pois.insert(spawn.id, spawn);
        project.islands.insert(id, island);
        project
    }

    /// Land that fills the box but for a margin of sea.
    fn land(&self, draw: &mut Draw) -> Marker {
        const CORNERS: u8 = 20;
        let (x_m, y_m) = self.half_m();
        let corners = (0..CORNERS)
            .map(|corner| {
                let (east, north) = direction(f32::from(corner) / f32::from(CORNERS));
                let out = draw.between(0.68, 0.82);
                LocalPos::new(east * x_m * out, north * y_m * out, 0.0)
            })
            .collect();
        Marker {
            id: MarkerId(Id::from_random(draw.bits())),
            kind: "land".to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: Geometry::Area(corners),
            layer: 0,
            priority: 0,
            attributes: Attributes::new(),
        }
    }

    /// A little land in a corner of the box, away from what reaches out from the coast.
    fn landing(&self, draw: &mut Draw) -> Marker {
        let (x_m, y_m) = self.half_m();
        Marker {
            id: MarkerId(Id::from_random(draw.bits())),
            kind: "land".to_owned(),
            name: "Landing".to_owned(),
            note: String::new(),
            geometry: Geometry::Point(LocalPos::new(rounded(x_m * 0.85), rounded(y_m * 0.85), 0.0)),
            layer: 0,
            priority: 0,
            attributes: Attributes::from([("radius".to_owned(), AttributeValue::Number(10.0))]),
        }
    }

    fn marker(&self, name: &str, kind: &KindSchema, draw: &mut Draw) -> Marker {
        // What shapes the coast lies about the coast, the rest further in.
        let coastal = matches!(marker::stage_of(name), Some(Stage::Coast | Stage::Shore));
        let out = if coastal {
            draw.between(0.65, 0.85)
        } else {
            draw.between(0.0, 0.42).sqrt()
        };
        let (x_m, y_m) = self.half_m();
        let (east, north) = direction(draw.unit());
        let size_m = self.size_m() * draw.between(0.5, 1.5);
        let level_m = marker::initial_level_m(name) * draw.between(0.6, 1.3);
        let middle = LocalPos::new(
            rounded(east * x_m * out),
            rounded(north * y_m * out),
            rounded(level_m.min(self.bounds.above() as f32 * 0.7)),
        );
        let form = match kind.forms.as_slice() {
            [] => GeometryForm::Point,
            forms => forms[draw.below(forms.len())],
        };
        Marker {
            id: MarkerId(Id::from_random(draw.bits())),
            kind: name.to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: geometry(form, middle, size_m, draw),
            layer: 0,
            priority: i32::try_from(draw.below(3)).unwrap_or(0),
            attributes: self.attributes(name, kind, size_m, draw),
        }
    }

    fn attributes(&self, name: &str, kind: &KindSchema, size_m: f32, draw: &mut Draw) -> Attributes {
        let mut attributes = Attributes::new();
        for spec in kind.attributes.iter().filter(|spec| !is_plain(name, spec)) {
            let is_size = spec.key == "radius";
            let is_kept = if self.markers < PLAIN_FROM {
                // A third of the others keeps its default, as designers do.
                draw.below(3) == 0
            } else {
                !is_wider(spec, size_m)
            };
            if !is_size && is_kept {
                continue;
            }
            // The format writes no defaults.
            if let Some(value) = value(spec, is_size, size_m, draw)
                && spec.default.as_ref() != Some(&value)
            {
                attributes.insert(spec.key.clone(), value);
            }
        }
        attributes
    }

    /// Half the box, sideways.
    fn half_m(&self) -> (f32, f32) {
        (self.bounds.width() as f32 / 2.0, self.bounds.depth() as f32 / 2.0)
    }

    /// About how far a marker goes from its middle: half the way to that of its neighbours, within reason, so
    /// that with its slopes, its noise and what a coast adds about ten reach a tile.
    fn size_m(&self) -> f32 {
        let columns_per_marker = self.bounds.column_count() as f32 / self.markers.max(1) as f32;
        (columns_per_marker.sqrt() * 0.5).clamp(8.0, 96.0)
    }
}

impl Kinds {
    fn has(self, name: &str) -> bool {
        let is_terrain = || match marker::stage_of(name) {
            Some(Stage::Coast | Stage::Relief | Stage::Shore | Stage::Field | Stage::Volume) => true,
            Some(Stage::Erosion | Stage::Water | Stage::Works | Stage::Zone) | None => false,
        };
        name != OF_A_FILE && (self == Self::All || is_terrain())
    }
}

fn geometry(form: GeometryForm, middle: LocalPos, size_m: f32, draw: &mut Draw) -> Geometry {
    let beside = |turn: f32, out_m: f32| {
        let (east, north) = direction(turn);
        LocalPos::new(
            rounded(middle.x_m + east * out_m),
            rounded(middle.y_m + north * out_m),
            middle.z_m,
        )
    };
    match form {
        GeometryForm::Point => Geometry::Point(middle),
        GeometryForm::Path => {
            let turn = draw.unit();
            let bent = beside(draw.unit(), size_m * 0.3);
            Geometry::Path(vec![beside(turn, size_m), bent, beside(turn + 0.5, size_m)])
        }
        GeometryForm::Area => {
            let corners = 4 + draw.below(4);
            let corner = |number: usize, draw: &mut Draw| {
                beside(number as f32 / corners as f32, size_m * draw.between(0.6, 1.0))
            };
            Geometry::Area((0..corners).map(|number| corner(number, draw)).collect())
        }
    }
}

/// A value near the default, or a size that fits the marker; `None` where the default serves.
fn value(spec: &AttributeSpec, is_size: bool, size_m: f32, draw: &mut Draw) -> Option<AttributeValue> {
    match &spec.kind {
        AttributeKind::Number { min, max, unit } => {
            let default = spec.default.as_ref().and_then(AttributeValue::as_number)?;
            let wanted = if is_size {
                f64::from(size_m) * 0.6
            } else {
                default * f64::from(draw.between(0.5, 1.5))
            };
            // Edges and flanks of a small marker are small, too.
            let most = if unit == "m" {
                max.min(f64::from(size_m))
            } else {
                *max
            };
            let value = wanted.clamp(*min, most.max(*min));
            // Sixteenths are written with few digits.
            Some(AttributeValue::Number((value * 16.0).round() / 16.0))
        }
        AttributeKind::Choice { options } => {
            let option = options.get(draw.below(options.len().max(1)))?;
            Some(AttributeValue::Choice(option.clone()))
        }
        _ => None,
    }
}

/// Whether an attribute makes a marker much wider by default than its size.
fn is_wider(spec: &AttributeSpec, size_m: f32) -> bool {
    let default = spec.default.as_ref().and_then(AttributeValue::as_number);
    let is_metres = matches!(&spec.kind, AttributeKind::Number { unit, .. } if unit == "m");
    // The scale of noise is not how far it goes.
    let goes_far = is_metres && !spec.key.ends_with("_scale");
    goes_far && default.is_some_and(|default| default > 1.5 * f64::from(size_m))
}

/// Whether an attribute keeps its default: one that came after figures were published on these maps, and costs the same
/// whatever it is. Drawing it would give other maps.
fn is_plain(kind: &str, spec: &AttributeSpec) -> bool {
    let is_coast = marker::stage_of(kind) == Some(Stage::Coast);
    spec.key == "falloff" || spec.key == "blend" && !is_coast
}

/// Metres that the format writes with few digits.
fn rounded(metres: f32) -> f32 {
    (metres * 4.0).round() / 4.0
}

/// About the unit vector at a turn: a cubic stands for the sine, which differs between machines.
fn direction(turn: f32) -> (f32, f32) {
    let wave = |turn: f32| {
        let t = (turn - turn.floor()) * 4.0;
        let ramp = if t < 2.0 { t - 1.0 } else { 3.0 - t };
        ramp * (1.5 - 0.5 * ramp * ramp)
    };
    (wave(turn), wave(turn + 0.25))
}

/// Random numbers in a row: SplitMix64.
struct Draw(u64);

impl Draw {
    fn bits(&mut self) -> u64 {
        let bits = mix64(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits
    }

    /// 0 to 1, in steps that a single float holds exactly.
    fn unit(&mut self) -> f32 {
        (self.bits() >> 48) as f32 / 65536.0
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.bits() >> 33).unwrap_or(0) % count.max(1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::AtomicBool;

    use shared::format::SourceFile;
    use shared::issue::Severity;

    use super::*;
    use crate::plan::IslandPlan;

    fn recipe(edge: i32, markers: usize) -> Recipe {
        Recipe {
            bounds: Bounds::new(edge, edge, 32, 96).unwrap(),
            markers,
            seed: 7,
        }
    }

    #[test]
    fn every_kind_is_there_and_nothing_is_wrong() {
        let kinds = marker::schema().markers.len() - 1;
        let project = recipe(512, 3 * kinds).project();
        let island = project.islands.values().next().unwrap();
        let used: BTreeSet<&String> = island.markers.values().map(|marker| &marker.kind).collect();
        assert_eq!(used.len(), kinds);
        let mut issues = shared::validate::check(&project, marker::schema());
        issues.extend(crate::rules::check(&project, &AtomicBool::new(false)));
        let errors: Vec<_> = issues
            .iter()
            .filter(|issue| issue.severity() == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(
            project == recipe(512, 3 * kinds).project(),
            "made twice, it differs"
        );
    }

    /// 99,997 markers take as long for each; these many can be waited for in a debug build.
    #[test]
    fn thousands_of_markers_are_fitted_and_checked() {
        let project = recipe(1024, 2500).project();
        let issues = crate::rules::check(&project, &AtomicBool::new(false));
        let of_water = issues.iter().filter(|issue| issue.rule.code.contains("river"));
        assert!(
            of_water.count() > 20,
            "markers drawn at random hold no rivers that flow as drawn"
        );
        let island = project.islands.values().next().unwrap();
        let cancelled = AtomicBool::new(true);
        let plan = IslandPlan::unless_cancelled(None, &project.settings, &project.stamps, island, &cancelled);
        assert!(plan.is_none() && crate::rules::check(&project, &cancelled).is_empty());
    }

    #[test]
    fn thousands_of_markers_on_one_place_are_an_issue() {
        let project = recipe(128, 6000).project();
        let issues = crate::rules::check(&project, &AtomicBool::new(false));
        let codes = issues.iter().map(|issue| issue.rule.code);
        // Four by name, and how many others.
        assert_eq!(codes.filter(|code| *code == "too-many-markers").count(), 5);
    }

    #[test]
    fn a_map_of_terrain_has_no_water_works_or_zones() {
        let project = recipe(512, 200).project_of(Kinds::Terrain);
        let island = project.islands.values().next().unwrap();
        let used: BTreeSet<&str> = island
            .markers
            .values()
            .map(|marker| marker.kind.as_str())
            .collect();
        for (kind, expected) in [
            ("peak", true),
            ("cave", true),
            ("cliff", true),
            ("river", false),
            ("forest", false),
        ] {
            assert_eq!(used.contains(kind), expected, "{kind}");
        }
        // The land and the landing come with them.
        assert_eq!(island.markers.len(), 202);
    }

    #[test]
    fn the_largest_project_fits_the_format() {
        const SOME: usize = 20_000;
        let project = recipe(2048, SOME).project();
        let files = shared::format::write(&project, marker::schema());
        let bytes: usize = files.values().map(String::len).sum();
        let most = bytes * shared::format::MAX_RECORDS / SOME;
        assert_eq!(MOST_MARKERS as usize + 3, shared::format::MAX_RECORDS);
        assert!((most as u64) < shared::format::MAX_FILE_BYTES, "{most}");
        let source = |(path, text): (String, String)| SourceFile {
            path,
            bytes: text.into_bytes(),
        };
        let sources: Vec<SourceFile> = files.into_iter().map(source).collect();
        let loaded = shared::format::read(&sources, marker::schema());
        assert!(loaded.issues.is_empty(), "{:#?}", loaded.issues.first());
        assert!(loaded.project == project, "other markers came back");
    }

    #[test]
    fn markers_are_spread() {
        for (edge, markers) in [(256, 60), (1024, 1000)] {
            let project = recipe(edge, markers).project();
            let plan = IslandPlan::new(
                &project.settings,
                &project.stamps,
                project.islands.values().next().unwrap(),
            );
            assert!(plan.left_out().is_empty());
            let per_tile = plan.markers_per_tile();
            assert!((4.0..25.0).contains(&per_tile), "{edge}: {per_tile}");
        }
    }
}
