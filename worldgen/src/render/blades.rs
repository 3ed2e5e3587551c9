//! Plants that fill only a part of their voxel, as pictures show them: two crossed sheets of blades.
//!
//! *Not* responsible for: finding the voxel (see `scene`).

use glam::{Vec2, Vec3};
use shared::coords::VoxelPos;

use super::noise::hash_unit;
use crate::material::Material;

/// Blades across one sheet.
const ACROSS: f32 = 7.0;

/// Distance along a ray, in lengths of its direction, at which it meets a blade of the plant in a voxel.
pub(super) fn meet(origin: Vec3, direction: Vec3, voxel: VoxelPos, plant: Material) -> Option<f32> {
    let corner = Vec3::new(voxel.x as f32, voxel.y as f32, voxel.z as f32);
    let local = origin - corner;
    let sheets = [Vec2::new(1.0, -1.0), Vec2::new(1.0, 1.0)];
    let meets = sheets.into_iter().zip(0..).filter_map(|(across, sheet)| {
        // The sheet holds the middle of the voxel and stands upright on a diagonal of its floor.
        let speed = direction.truncate().dot(across);
        let t = (Vec2::splat(0.5) - local.truncate()).dot(across) / speed;
        let at = local + direction * t;
        let inside = t > 0.0 && at.cmpge(Vec3::ZERO).all() && at.cmplt(Vec3::ONE).all();
        (inside && is_blade(voxel, plant, sheet, at)).then_some(t)
    });
    // From above, where sheets show their edge, tips of blades lie over the ground.
    let tips = (0.45 - local.z) / direction.z;
    let at = local + direction * tips;
    let inside = tips > 0.0 && at.cmpge(Vec3::ZERO).all() && at.cmplt(Vec3::ONE).all();
    let tips = (inside && is_tip(voxel, plant, at)).then_some(tips);
    meets.chain(tips).reduce(f32::min)
}

#[expect(clippy::cast_possible_truncation, reason = "places within a voxel")]
fn is_blade(voxel: VoxelPos, plant: Material, sheet: i32, at: Vec3) -> bool {
    let blade = (at.x * ACROSS) as i32;
    let own = |salt: i32| hash_unit(voxel.x * 31 + blade, voxel.y * 17 + sheet, voxel.z * 8 + salt);
    match plant {
        // Flowers are heads on thin stalks; the stalks hardly show.
        Material::Flowers | Material::Poppies | Material::Bluebells => {
            let head = 0.35 + 0.45 * own(0);
            own(1) < 0.6 && (at.z - head).abs() < 0.13
        }
        Material::WaterLily => at.z < 0.12,
        Material::Fern | Material::Heather => at.z < 0.25 + 0.4 * own(0),
        _ => at.z < 0.3 + 0.7 * own(0) && own(1) < 0.8,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "places within a voxel")]
fn is_tip(voxel: VoxelPos, plant: Material, at: Vec3) -> bool {
    let (column, row) = ((at.x * 4.0) as i32, (at.y * 4.0) as i32);
    let share = match plant {
        Material::WaterLily => 0.7,
        Material::Fern | Material::Heather | Material::Kelp => 0.5,
        _ => 0.3,
    };
    hash_unit(voxel.x * 4 + column, voxel.y * 4 + row, voxel.z) < share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rays_meet_blades_inside_the_voxel_only() {
        let voxel = VoxelPos::new(3, -2, 5);
        let mut met = 0;
        for number in 0_i16..400 {
            let side = f32::from(number % 20) / 20.0;
            let origin = Vec3::new(1.0, -2.0 + side, 5.02 + f32::from(number / 20) / 25.0);
            if let Some(t) = meet(origin, Vec3::X, voxel, Material::TallGrass) {
                let at = origin + Vec3::X * t;
                assert!((3.0..4.0).contains(&at.x), "{at}");
                met += 1;
            }
        }
        assert!((80..380).contains(&met), "{met} of 400");
        assert_eq!(
            meet(Vec3::new(0.0, 0.0, 9.0), Vec3::X, voxel, Material::TallGrass),
            None
        );
    }
}
