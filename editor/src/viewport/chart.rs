//! What lies on the chart: islands with their boxes, sea lanes, portals and the lines between them.
//!
//! *Not* responsible for: the screen (`paint`), what the pointer does (`tool::chart`).

use std::collections::BTreeMap;

use shared::coords::ChartPos;
use shared::geometry::Box2;
use shared::ids::{IslandId, LaneId, PoiId, PortalId};
use shared::island::{Island, Lane};
use shared::project::Project;

use super::layout::Ground;
use super::model::segment_distance_m;

/// Everything on the chart, in metres of the chart.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chart {
    /// Islands in canonical order.
    pub islands: Vec<ChartIsland>,
    /// Sea lanes.
    pub lanes: Vec<ChartLane>,
    /// Portals.
    pub portals: Vec<ChartPortal>,
    /// Places where lanes may start and end.
    pub harbours: Vec<Harbour>,
}

/// An island on the chart.
#[derive(Clone, PartialEq, Debug)]
pub struct ChartIsland {
    /// Which island.
    pub id: IslandId,
    /// Its name.
    pub name: String,
    /// Its middle.
    pub at: Ground,
    /// Its box.
    pub area: Box2,
}

impl ChartIsland {
    fn of(island: &Island) -> Self {
        let at = on_chart(island, 0.0, 0.0);
        let local = island.bounds.footprint();
        Self {
            id: island.id,
            name: island.name.clone(),
            at,
            area: Box2 {
                min_x_m: at.x_m + local.min_x_m,
                min_y_m: at.y_m + local.min_y_m,
                max_x_m: at.x_m + local.max_x_m,
                max_y_m: at.y_m + local.max_y_m,
            },
        }
    }
}

/// A sea lane on the chart.
#[derive(Clone, PartialEq, Debug)]
pub struct ChartLane {
    /// The island that owns it.
    pub island: IslandId,
    /// Which lane.
    pub id: LaneId,
    /// Its name, or its two ends.
    pub title: String,
    /// From its start over its turning points to its end.
    pub points: Vec<Ground>,
    /// An end is missing: the lane is drawn as far as it goes.
    pub broken: bool,
}

/// A portal on the chart.
#[derive(Clone, PartialEq, Debug)]
pub struct ChartPortal {
    /// The island it stands on.
    pub island: IslandId,
    /// Which portal.
    pub id: PortalId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub at: Ground,
    /// Where its link leads.
    pub to: Option<Ground>,
}

/// A POI on the chart, as an end of lanes.
#[derive(Clone, PartialEq, Debug)]
pub struct Harbour {
    /// The island it stands on.
    pub island: IslandId,
    /// Which POI.
    pub id: PoiId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub at: Ground,
}

/// What the pointer may hit on the chart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChartHit {
    /// A turning point of a lane, by its place in the list.
    Turn(IslandId, LaneId, usize),
    /// A lane between two of its points: `usize` is the turning point that one inserted there would be.
    Lane(IslandId, LaneId, usize),
    /// An island.
    Island(IslandId),
}

/// A place of an island on the chart.
pub fn on_chart(island: &Island, x_m: f32, y_m: f32) -> Ground {
    Ground::new(island.chart.x_m + x_m, island.chart.y_m + y_m)
}

impl Chart {
    /// Whether its islands are those of a project, where they lie now.
    pub fn has_islands_of(&self, project: &Project) -> bool {
        let islands = project.islands.values().map(ChartIsland::of);
        islands.eq(self.islands.iter().cloned())
    }

    /// The chart of a project.
    pub fn of(project: &Project) -> Self {
        let mut chart = Self::default();
        let mut pois = BTreeMap::new();
        let mut portals = BTreeMap::new();
        for island in project.islands.values() {
            chart.islands.push(ChartIsland::of(island));
            for poi in island.pois.values() {
                let harbour = Harbour {
                    island: island.id,
                    id: poi.id,
                    name: poi.name.clone(),
                    at: on_chart(island, poi.x_m, poi.y_m),
                };
                pois.insert(poi.id, harbour.clone());
                chart.harbours.push(harbour);
            }
            for portal in island.portals.values() {
                portals.insert(portal.id, on_chart(island, portal.x_m, portal.y_m));
            }
        }
        for island in project.islands.values() {
            chart
                .lanes
                .extend(island.lanes.values().map(|lane| chart_lane(island, lane, &pois)));
            chart
                .portals
                .extend(island.portals.values().map(|portal| ChartPortal {
                    island: island.id,
                    id: portal.id,
                    name: portal.name.clone(),
                    at: on_chart(island, portal.x_m, portal.y_m),
                    to: portal.to.and_then(|to| portals.get(&to).copied()),
                }));
        }
        chart
    }

    /// The box around all islands; `None` without any.
    pub fn extent(&self) -> Option<Box2> {
        let all = self
            .islands
            .iter()
            .fold(Box2::EMPTY, |all, island| all.union(island.area));
        (!self.islands.is_empty()).then_some(all)
    }

    /// The island under a place; of several the smallest.
    pub fn island_at(&self, at: Ground) -> Option<&ChartIsland> {
        let size = |island: &ChartIsland| island.area.max_x_m - island.area.min_x_m;
        self.islands
            .iter()
            .filter(|island| {
                (island.area.min_x_m..=island.area.max_x_m).contains(&at.x_m)
                    && (island.area.min_y_m..=island.area.max_y_m).contains(&at.y_m)
            })
            .min_by(|a, b| size(a).total_cmp(&size(b)))
    }

    /// What is under the pointer: turning points, then lanes, then islands.
    pub fn pick(&self, at: Ground, reach_m: f32) -> Option<ChartHit> {
        let turn = self.lanes.iter().find_map(|lane| {
            let last = lane.points.len().saturating_sub(1);
            let turns = lane.points.iter().enumerate().take(last).skip(1);
            turns
                .filter(|(_, point)| point.distance_m(at) <= reach_m)
                .map(|(index, _)| ChartHit::Turn(lane.island, lane.id, index - 1))
                .next()
        });
        let line = || {
            self.lanes.iter().find_map(|lane| {
                let pieces = lane.points.windows(2).enumerate();
                pieces
                    .filter(|(_, pair)| segment_distance_m(at, pair[0], pair[1]) <= reach_m * 0.7)
                    .map(|(index, _)| ChartHit::Lane(lane.island, lane.id, index))
                    .next()
            })
        };
        turn.or_else(line)
            .or_else(|| self.island_at(at).map(|island| ChartHit::Island(island.id)))
    }

    /// The place where a lane may start or end that is nearest to the pointer.
    pub fn harbour_at(&self, at: Ground, reach_m: f32) -> Option<&Harbour> {
        self.harbours
            .iter()
            .filter(|harbour| harbour.at.distance_m(at) <= reach_m)
            .min_by(|a, b| a.at.distance_m(at).total_cmp(&b.at.distance_m(at)))
    }
}

fn chart_lane(island: &Island, lane: &Lane, pois: &BTreeMap<PoiId, Harbour>) -> ChartLane {
    let (from, to) = (pois.get(&lane.from), pois.get(&lane.to));
    let via = lane
        .via
        .iter()
        .map(|ChartPos { x_m, y_m }| Ground::new(*x_m, *y_m));
    // A broken lane still starts or ends somewhere, so that it can be seen and mended.
    let start = from.map_or_else(|| on_chart(island, 0.0, 0.0), |poi| poi.at);
    let mut points: Vec<Ground> = std::iter::once(start).chain(via).collect();
    let last = points.last().copied().unwrap_or(start);
    points.push(to.map_or(last, |poi| poi.at));
    let title = if lane.name.is_empty() {
        let name = |end: Option<&Harbour>| end.map_or_else(|| "?".to_owned(), |poi| poi.name.clone());
        format!("{} - {}", name(from), name(to))
    } else {
        lane.name.clone()
    };
    ChartLane {
        island: island.id,
        id: lane.id,
        title,
        points,
        broken: from.is_none() || to.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::attribute::Attributes;
    use shared::island::Poi;

    fn project() -> Project {
        let mut project = Project::default();
        for (name, x_m) in [("a", 0.0), ("b", 1000.0)] {
            let mut island = Island::new(IslandId(name.parse().unwrap()), name.into(), name.into());
            island.chart.x_m = x_m;
            let poi = PoiId(format!("poi{name}").parse().unwrap());
            island.pois.insert(
                poi,
                Poi {
                    id: poi,
                    kind: "harbour".into(),
                    name: format!("Port {name}"),
                    note: String::new(),
                    x_m: 10.0,
                    y_m: 20.0,
                    attributes: Attributes::new(),
                },
            );
            project.islands.insert(island.id, island);
        }
        let lane = Lane {
            id: LaneId("lane".parse().unwrap()),
            name: String::new(),
            note: String::new(),
            from: PoiId("poia".parse().unwrap()),
            to: PoiId("poib".parse().unwrap()),
            via: vec![ChartPos {
                x_m: 500.0,
                y_m: 400.0,
            }],
        };
        let owner = project.islands.values_mut().next().unwrap();
        owner.lanes.insert(lane.id, lane);
        project
    }

    #[test]
    fn lanes_go_from_poi_over_turns_to_poi() {
        let chart = Chart::of(&project());
        let lane = &chart.lanes[0];
        assert_eq!(lane.title, "Port a - Port b");
        assert_eq!(
            lane.points,
            [
                Ground::new(10.0, 20.0),
                Ground::new(500.0, 400.0),
                Ground::new(1010.0, 20.0)
            ]
        );
        assert!(!lane.broken);
    }

    #[test]
    fn turns_win_over_lanes_and_lanes_over_islands() {
        let chart = Chart::of(&project());
        let (island, lane) = (chart.lanes[0].island, chart.lanes[0].id);
        let hit = |x, y| chart.pick(Ground::new(x, y), 12.0);
        assert_eq!(hit(503.0, 402.0), Some(ChartHit::Turn(island, lane, 0)));
        assert_eq!(hit(755.0, 210.0), Some(ChartHit::Lane(island, lane, 1)));
        assert_eq!(hit(-100.0, -100.0), Some(ChartHit::Island(island)));
        assert_eq!(hit(500.0, -900.0), None);
    }

    #[test]
    fn a_lane_to_nowhere_is_drawn_as_broken() {
        let mut project = project();
        for island in project.islands.values_mut() {
            island.pois.retain(|id, _| id.0.to_string() == "poia");
        }
        assert!(Chart::of(&project).lanes[0].broken);
    }
}
