//! Fits in the store: what took long to fit to the ground, beside the bake of its island.
//!
//! Only what the newest plan of an island asked for stays, and it is written with the bake. What is damaged is not there:
//! it is fitted again.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use shared::ids::IslandId;
use xxhash_rust::xxh3::Xxh3;

use super::{BakeStore, Outcome};
use crate::plan::KeptFits;

/// What plans asked for since their island was last put; bytes where the file does not have them yet.
pub(super) type AskedFits = RefCell<BTreeMap<(IslandId, u64), Option<Vec<u8>>>>;

/// zstd level: grids of small numbers, and few of them.
const LEVEL: i32 = 3;
/// Most bytes of one fit: twice those of the grid over the largest island.
const MOST_BYTES: usize = 4 << 20;

impl KeptFits for BakeStore {
    fn kept(&self, island: IslandId, inputs: u64) -> Option<Vec<u8>> {
        if let Some(Some(fit)) = self.asked_fits.borrow().get(&(island, inputs)) {
            return Some(fit.clone());
        }
        let fit = read(&self.connection, island, inputs)?;
        self.asked_fits.borrow_mut().insert((island, inputs), None);
        Some(fit)
    }

    fn keep(&self, island: IslandId, inputs: u64, fit: Vec<u8>) {
        self.asked_fits.borrow_mut().insert((island, inputs), Some(fit));
    }
}

/// Brings the rows of an island up to date with what its plan asked for.
pub(super) fn write(transaction: &Transaction<'_>, island: IslandId, asked: &AskedFits) -> Outcome<()> {
    let asked = asked.borrow();
    let id = island.to_string();
    let mut numbers = transaction.prepare("SELECT inputs FROM fit WHERE island = ?1")?;
    let numbers = numbers.query_map([&id], |row| row.get(0))?;
    for number in numbers.collect::<rusqlite::Result<Vec<i64>>>()? {
        if !asked.contains_key(&(island, number.cast_unsigned())) {
            let delete = "DELETE FROM fit WHERE island = ?1 AND inputs = ?2";
            transaction.execute(delete, params![id, number])?;
        }
    }
    for ((_, inputs), fit) in asked.range((island, u64::MIN)..=(island, u64::MAX)) {
        if let Some(fit) = fit {
            let fit = zstd::bulk::compress(fit, LEVEL)?;
            let put = "INSERT OR REPLACE INTO fit (island, inputs, fit, checksum) VALUES (?1, ?2, ?3, ?4)";
            let sum = checksum(island, *inputs, &fit);
            transaction.execute(put, params![id, inputs.cast_signed(), fit, sum])?;
        }
    }
    Ok(())
}

/// `None` for what is not there or cannot be read.
fn read(connection: &Connection, island: IslandId, inputs: u64) -> Option<Vec<u8>> {
    let sql = "SELECT fit, checksum FROM fit WHERE island = ?1 AND inputs = ?2";
    let row = connection.query_row(sql, params![island.to_string(), inputs.cast_signed()], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))
    });
    let (fit, sum): (_, i64) = row.optional().ok()??;
    let is_sound = sum == checksum(island, inputs, &fit);
    is_sound.then(|| zstd::bulk::decompress(&fit, MOST_BYTES).ok())?
}

fn checksum(island: IslandId, inputs: u64, fit: &[u8]) -> i64 {
    let mut hash = Xxh3::new();
    hash.update(&island.0.to_bits().to_le_bytes());
    hash.update(&inputs.to_le_bytes());
    hash.update(fit);
    hash.digest().cast_signed()
}
