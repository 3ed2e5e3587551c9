//! The level curve. Experience is the only truth; a level is read off it whenever one is needed, so that a
//! new curve re-levels everybody with no migration (A2, X6).
//!
//! *Not* responsible for: storing levels. The database writes them for other tools to read, no more.

/// Experience that lies between skill levels 0 and 1, and the growth of every further step.
const STEP: i64 = 100;

/// Level of a skill, 0 for none: level `n` starts at `50 n (n + 1)` experience, so each level takes 100 more
/// than the one before.
pub fn skill_level(experience: i64) -> i64 {
    let steps = experience.max(0) / (STEP / 2);
    // Largest n with n (n + 1) <= steps.
    let root = (4 * i128::from(steps) + 1).isqrt();
    i64::try_from((root - 1) / 2).unwrap_or(i64::MAX)
}

/// Least experience at which a skill has this level; the inverse of [`skill_level`].
pub fn skill_experience(level: i64) -> i64 {
    let level = level.max(0);
    level
        .saturating_mul(level.saturating_add(1))
        .saturating_mul(STEP / 2)
}

/// Level of a character, 1 for a new one.
pub fn character_level(experience: i64) -> i64 {
    1 + skill_level(experience)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_start_where_they_say() {
        for level in 1..2000 {
            let start = skill_experience(level);
            assert_eq!(skill_level(start), level);
            assert_eq!(skill_level(start - 1), level - 1);
        }
    }

    #[test]
    fn the_curve_never_falls_and_takes_any_number() {
        let probes = [i64::MIN, -1, 0, 99, 100, 299, 300, i64::MAX / 2, i64::MAX];
        assert!(probes.map(skill_level).is_sorted());
        assert_eq!(character_level(0), 1);
    }
}
