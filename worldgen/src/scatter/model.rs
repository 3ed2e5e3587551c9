//! Shapes of plants and rocks, voxel by voxel: drawn once per island, species and variant, stamped many times.
//!
//! *Not* responsible for: what single species look like (the files beside this one).

use shared::coords::VoxelPos;

use super::REACH;
use crate::material::Material;
use crate::ops;
use crate::seed::mix64;

/// Most voxels below the base; the ground above a cave is at least as thick.
const SINK: i32 = 3;
/// Most voxels from the base up.
const HEIGHT: i32 = 24;
/// Columns across a sketch.
const EDGE: i32 = 2 * REACH + 1;
/// Cells of one layer of a sketch.
const LAYER: usize = (EDGE * EDGE) as usize;

/// A finished shape.
#[derive(Debug)]
pub(crate) struct Model {
    /// What is hard: trunks, rock, coral. It goes through crowns and stands in water.
    frame: Vec<Cell>,
    /// What is soft: leaves, needles, the snow on them.
    crown: Vec<Cell>,
    /// Lowest corner of its voxels, inclusive.
    from: VoxelPos,
    /// Highest corner, exclusive.
    to: VoxelPos,
}

/// A voxel of a shape, from its base. Small: an island keeps hundreds of shapes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cell {
    /// Up first, then north, then east, which is their order.
    zyx: [i8; 3],
    material: Material,
}

impl Cell {
    fn new(offset: VoxelPos, material: Material) -> Self {
        let zyx = [offset.z, offset.y, offset.x].map(|value| ops::low_byte(ops::to_i16(value)).cast_signed());
        Self { zyx, material }
    }

    fn offset(self) -> VoxelPos {
        let [z, y, x] = self.zyx.map(i32::from);
        VoxelPos::new(x, y, z)
    }
}

/// A shape in one of its eight turns: four rotations, and each of them mirrored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turned<'a> {
    pub(super) model: &'a Model,
    pub(super) turn: u8,
}

/// Which part of plants is put into a chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stamp {
    /// See [`Model::frame`].
    Frame,
    /// See [`Model::crown`].
    Crown,
}

impl Turned<'_> {
    /// Lower inclusive and upper exclusive corner around the base.
    pub(crate) fn extent(&self) -> (VoxelPos, VoxelPos) {
        let last = VoxelPos::new(self.model.to.x - 1, self.model.to.y - 1, self.model.to.z - 1);
        let (a, b) = (self.turned(self.model.from), self.turned(last));
        (
            VoxelPos::new(a.x.min(b.x), a.y.min(b.y), a.z),
            VoxelPos::new(a.x.max(b.x) + 1, a.y.max(b.y) + 1, b.z + 1),
        )
    }

    pub(crate) fn material(&self, offset: VoxelPos) -> Option<Material> {
        let at = self.turned_back(offset);
        index(at)?;
        let zyx = Cell::new(at, Material::Air).zyx;
        let parts = [&self.model.frame, &self.model.crown].into_iter();
        let mut found =
            parts.filter_map(|part| part.get(part.binary_search_by_key(&zyx, |cell| cell.zyx).ok()?));
        Some(found.next()?.material)
    }

    /// Every voxel of one part with z within a range, and its material.
    pub(crate) fn cells(
        &self,
        part: Stamp,
        layers: std::ops::Range<i32>,
    ) -> impl Iterator<Item = (VoxelPos, Material)> {
        let cells = match part {
            Stamp::Frame => &self.model.frame,
            Stamp::Crown => &self.model.crown,
        };
        let from = cells.partition_point(|cell| i32::from(cell.zyx[0]) < layers.start);
        let to = cells.partition_point(|cell| i32::from(cell.zyx[0]) < layers.end);
        cells
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .map(|cell| (self.turned(cell.offset()), cell.material))
    }

    fn turned(&self, offset: VoxelPos) -> VoxelPos {
        let VoxelPos { x, y, z } = offset;
        let (x, y) = if self.turn & 4 == 0 { (x, y) } else { (y, x) };
        VoxelPos::new(
            if self.turn & 1 == 0 { x } else { -x },
            if self.turn & 2 == 0 { y } else { -y },
            z,
        )
    }

    fn turned_back(&self, offset: VoxelPos) -> VoxelPos {
        let VoxelPos { x, y, z } = offset;
        let x = if self.turn & 1 == 0 { x } else { -x };
        let y = if self.turn & 2 == 0 { y } else { -y };
        if self.turn & 4 == 0 {
            VoxelPos::new(x, y, z)
        } else {
            VoxelPos::new(y, x, z)
        }
    }
}

/// A shape while it is drawn. Everything beyond its bounds is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    cells: Vec<Material>,
    /// How many of the lowest layers of cells may hold anything.
    layers: usize,
    seed: u64,
}

/// A place in a sketch: metres from the middle of the base voxel.
pub(super) type Place = [f32; 3];

impl Sketch {
    pub(super) fn new(seed: u64) -> Self {
        let cells = usize::try_from(EDGE * EDGE * (SINK + HEIGHT)).unwrap_or(0);
        Self {
            cells: vec![Material::Air; cells],
            layers: 0,
            seed: mix64(seed),
        }
    }

    /// 16 random bits of a choice.
    fn bits(&self, choice: u64) -> u16 {
        let bits = mix64(self.seed ^ choice.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes();
        u16::from_le_bytes([bits[0], bits[1]])
    }

    /// A random number between two.
    pub(super) fn between(&self, choice: u64, low: f32, high: f32) -> f32 {
        low + (high - low) * f32::from(self.bits(choice)) / 65_536.0
    }

    /// A random whole number of 0 to `count` - 1.
    pub(super) fn pick(&self, choice: u64, count: u16) -> i32 {
        i32::from(self.bits(choice) % count.max(1))
    }

    /// A random number of 0 to 1 that belongs to a voxel.
    pub(super) fn grain(&self, x: i32, y: i32, z: i32) -> f32 {
        let packed = (x & 0xff) | (y & 0xff) << 8 | (z & 0xff) << 16;
        self.between(1 << 32 | u64::from(packed.unsigned_abs()), 0.0, 1.0)
    }

    pub(super) fn get(&self, at: VoxelPos) -> Option<Material> {
        let material = self.cells.get(index(at)?).copied()?;
        (material != Material::Air).then_some(material)
    }

    /// Puts a voxel; trunks go through leaves, leaves not through trunks.
    pub(super) fn put(&mut self, x: i32, y: i32, z: i32, material: Material) {
        let Some(index) = index(VoxelPos::new(x, y, z)) else {
            return;
        };
        self.layers = self.layers.max(index / LAYER + 1);
        let cell = &mut self.cells[index];
        if *cell == Material::Air || !is_crown(material) {
            *cell = material;
        }
    }

    /// Draws a branch: voxels that touch with their faces, from one place to another.
    pub(super) fn limb(&mut self, from: Place, to: Place, material: Material) {
        let (mut at, end) = (from.map(nearest), to.map(nearest));
        let whole = std::array::from_fn::<i32, 3, _>(|axis| (end[axis] - at[axis]).abs());
        self.put(at[0], at[1], at[2], material);
        for _ in 0..whole.iter().sum::<i32>() {
            // The axis that lags behind most; the first one of equals.
            let lag = |axis: usize| (end[axis] - at[axis]).abs() * 1024 / whole[axis].max(1);
            let axis = (1..3).fold(0, |most, axis| if lag(axis) > lag(most) { axis } else { most });
            at[axis] += (end[axis] - at[axis]).signum();
            self.put(at[0], at[1], at[2], material);
        }
    }

    /// Draws an ellipsoid whose surface is ragged: 0 for smooth, 1 for torn.
    pub(super) fn ball(&mut self, middle: Place, radius: Place, ragged: f32, material: Material) {
        let range = |axis: usize| nearest(middle[axis] - radius[axis])..=nearest(middle[axis] + radius[axis]);
        let share = |value: i32, axis: usize| (value as f32 - middle[axis]) / radius[axis];
        for z in range(2) {
            let dz = share(z, 2);
            for y in range(1) {
                let dy = share(y, 1);
                for x in range(0) {
                    let dx = share(x, 0);
                    let away = dx * dx + dy * dy + dz * dz;
                    if away <= 1.0 && away + ragged * self.grain(x, y, z) <= 1.0 {
                        self.put(x, y, z, material);
                    }
                }
            }
        }
    }

    /// Replaces voxels that see the sky: a `share` of them, from `lowest` up.
    pub(super) fn cap(&mut self, material: Material, share: f32, lowest: i32) {
        for (x, y) in (-REACH..=REACH).flat_map(|y| (-REACH..=REACH).map(move |x| (x, y))) {
            let top = (lowest..HEIGHT)
                .rev()
                .find(|z| self.get(VoxelPos::new(x, y, *z)).is_some());
            if let Some(z) = top
                && self.grain(x, y, z + 100) < share
                && let Some(cell) = index(VoxelPos::new(x, y, z)).and_then(|index| self.cells.get_mut(index))
            {
                *cell = material;
            }
        }
    }

    /// Puts leaves around the wood of a crown: on all four sides in its upper third, and over what would be
    /// open to the sky in its upper half.
    pub(super) fn clothe(&mut self, leaves: Material) {
        let voxels = self.voxels();
        let top = voxels.last().map_or(0, |highest| highest.z);
        for VoxelPos { x, y, z } in voxels {
            let is_wood = self
                .get(VoxelPos::new(x, y, z))
                .is_some_and(|material| !is_crown(material));
            if is_wood && 3 * z > 2 * top {
                for (east, north) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                    self.put(x + east, y + north, z, leaves);
                }
            }
            if is_wood && 2 * z > top {
                self.put(x, y, z + 1, leaves);
            }
        }
    }

    /// Every voxel drawn so far, from the lowest up.
    pub(super) fn voxels(&self) -> Vec<VoxelPos> {
        self.drawn().map(|(at, _)| at).collect()
    }

    /// The same, and what is there.
    fn drawn(&self) -> impl Iterator<Item = (VoxelPos, Material)> {
        let cells = self.cells.iter().take(self.layers * LAYER).enumerate();
        let drawn = cells.filter(|(_, material)| **material != Material::Air);
        drawn.map(|(index, material)| (place(index), *material))
    }

    /// The finished shape, without voxels that do not hang together with its foot.
    pub(super) fn finish(self) -> Model {
        let held = self.connected();
        let (mut frame, mut crown) = (Vec::new(), Vec::new());
        let (mut from, mut to) = (
            VoxelPos::new(REACH, REACH, HEIGHT),
            VoxelPos::new(-REACH, -REACH, -SINK),
        );
        let is_held = |at: VoxelPos| index(at).is_some_and(|index| held[index]);
        for (offset, material) in self.drawn().filter(|(at, _)| is_held(*at)) {
            from = VoxelPos::new(from.x.min(offset.x), from.y.min(offset.y), from.z.min(offset.z));
            to = VoxelPos::new(to.x.max(offset.x), to.y.max(offset.y), to.z.max(offset.z));
            let part = if is_crown(material) {
                &mut crown
            } else {
                &mut frame
            };
            part.push(Cell::new(offset, material));
        }
        Model {
            frame,
            crown,
            from,
            to: VoxelPos::new(to.x + 1, to.y + 1, to.z + 1),
        }
    }

    /// Which cells are reached over faces from the voxels at and below the base.
    fn connected(&self) -> Vec<bool> {
        let mut held = vec![false; self.cells.len()];
        let mut open = Vec::with_capacity(64);
        for (at, _) in self.drawn().take_while(|(at, _)| at.z <= 0) {
            open.push(at);
            held[index(at).unwrap_or(0)] = true;
        }
        while let Some(VoxelPos { x, y, z }) = open.pop() {
            for beside in [
                VoxelPos::new(x - 1, y, z),
                VoxelPos::new(x + 1, y, z),
                VoxelPos::new(x, y - 1, z),
                VoxelPos::new(x, y + 1, z),
                VoxelPos::new(x, y, z - 1),
                VoxelPos::new(x, y, z + 1),
            ] {
                if let Some(index) = index(beside)
                    && self.cells[index] != Material::Air
                    && !held[index]
                {
                    held[index] = true;
                    open.push(beside);
                }
            }
        }
        held
    }
}

/// Whether a material is soft: see [`Model::crown`].
fn is_crown(material: Material) -> bool {
    matches!(
        material,
        Material::Leaves
            | Material::LightLeaves
            | Material::WillowLeaves
            | Material::PalmLeaves
            | Material::Needles
            | Material::Snow
    )
}

/// The unit vector of one of 16 directions, `steps` of 22.5 degrees from the east.
pub(super) fn direction(steps: i32) -> (f32, f32) {
    const QUARTER: [(f32, f32); 4] = [
        (1.0, 0.0),
        (0.923_879_5, 0.382_683_43),
        (0.707_106_77, 0.707_106_77),
        (0.382_683_43, 0.923_879_5),
    ];
    let steps = steps.rem_euclid(16);
    let (x, y) = QUARTER[usize::try_from(steps % 4).unwrap_or(0)];
    match steps / 4 {
        0 => (x, y),
        1 => (-y, x),
        2 => (-x, -y),
        _ => (y, -x),
    }
}

fn nearest(value: f32) -> i32 {
    ops::floor_i32(value + 0.5)
}

fn index(at: VoxelPos) -> Option<usize> {
    let inside = (-REACH..=REACH).contains(&at.x)
        && (-REACH..=REACH).contains(&at.y)
        && (-SINK..HEIGHT).contains(&at.z);
    let index = ((at.z + SINK) * EDGE + at.y + REACH) * EDGE + at.x + REACH;
    inside.then(|| usize::try_from(index).ok())?
}

/// The place of the cell with this index.
fn place(index: usize) -> VoxelPos {
    let index = i32::try_from(index).unwrap_or(0);
    VoxelPos::new(
        index % EDGE - REACH,
        index / EDGE % EDGE - REACH,
        index / (EDGE * EDGE) - SINK,
    )
}
