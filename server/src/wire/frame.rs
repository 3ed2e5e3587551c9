//! The tick frame: positions of everybody in view, in a fixed little-endian layout.
//!
//! The one message that goes out twenty times a second to everybody is not protobuf: a browser reads it
//! with a `DataView` and allocates nothing. Layout, in `docs/protocol.md` with an example:
//!
//! | offset | type | meaning |
//! |---|---|---|
//! | 0 | u8 | layout, 1 |
//! | 1 | u8 | bit 0: full (movers not listed are out of view) |
//! | 2 | u16 | number of movers listed, at most 128 |
//! | 4 | u16 | number of movers gone, at most 128 |
//! | 6 | u8, u8 | state of the own character; 0 |
//! | 8 | u32 | tick |
//! | 12 | u32 | last `Move.sequence` that was acted on |
//! | 16 | i32 x 3 | own position in 1/64 m |
//! | 28 | 12 bytes each | movers: u32 number, i16 x 3 offset from the own position in 1/64 m, u8 yaw, u8 state |
//! | .. | u32 each | numbers of movers that went out of view |
//!
//! *Not* responsible for: who sees whom (see `sim::view`).

use shared::coords::LocalPos;

/// First byte of a frame.
pub const LAYOUT: u8 = 1;
/// Positions are in 1/64 m.
const STEPS_PER_M: f32 = 64.0;
/// Most movers listed, and most gone.
pub const MAX_MOVERS: usize = 128;
const HEADER_BYTES: usize = 28;
const MOVER_BYTES: usize = 12;
const FULL: u8 = 1;

/// A position in 1/64 m.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FinePos {
    /// East.
    pub x: i32,
    /// North.
    pub y: i32,
    /// Up.
    pub z: i32,
}

impl FinePos {
    /// The nearest fine position; saturates beyond the range of an island.
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is meant")]
    pub fn of(position: LocalPos) -> Self {
        let fine = |metres: f32| (metres * STEPS_PER_M).round() as i32;
        Self {
            x: fine(position.x_m),
            y: fine(position.y_m),
            z: fine(position.z_m),
        }
    }

    /// The position in metres.
    pub fn to_local(self) -> LocalPos {
        let metres = |fine: i32| fine as f32 / STEPS_PER_M;
        LocalPos::new(metres(self.x), metres(self.y), metres(self.z))
    }
}

/// What a mover does, as bits of one byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MoverState(pub u8);

impl MoverState {
    /// Stands on ground.
    pub const STANDING: u8 = 1;
    /// Swims.
    pub const SWIMMING: u8 = 2;
    /// Harvests.
    pub const HARVESTING: u8 = 4;
    /// Lost its connection and will be gone soon.
    pub const LINGERING: u8 = 8;
}

/// One mover in a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MoverRecord {
    /// Number within the island, as in `Appeared`.
    pub mover_id: u32,
    /// Where it is.
    pub position: FinePos,
    /// Where it looks, in 1/256 of a turn clockwise from north.
    pub yaw: u8,
    /// What it does.
    pub state: MoverState,
}

/// A tick frame.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TickFrame {
    /// Whether movers that are not listed are out of view.
    pub full: bool,
    /// Tick of the simulation.
    pub tick: u32,
    /// Last `Move.sequence` that was acted on.
    pub sequence: u32,
    /// Own position.
    pub position: FinePos,
    /// What the own character does.
    pub state: MoverState,
    /// Movers that changed, or all when `full`.
    pub movers: Vec<MoverRecord>,
    /// Movers that went out of view.
    pub gone: Vec<u32>,
}

/// Why bytes are not a tick frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FrameError {
    /// First byte.
    #[error("unknown frame layout {0}")]
    Layout(u8),
    /// Header says otherwise.
    #[error("a frame with this header has {expected} bytes, found {found}")]
    Length {
        /// What the header asks for.
        expected: usize,
        /// What there is.
        found: usize,
    },
    /// Header counts.
    #[error("a frame lists at most {MAX_MOVERS} movers")]
    TooMany,
}

impl TickFrame {
    /// The frame as bytes. Movers beyond [`MAX_MOVERS`] are left out.
    #[expect(clippy::cast_possible_truncation, reason = "both counts are at most 128")]
    pub fn encode(&self) -> Vec<u8> {
        let movers = self.movers.get(..MAX_MOVERS).unwrap_or(&self.movers);
        let gone = self.gone.get(..MAX_MOVERS).unwrap_or(&self.gone);
        let mut bytes = Vec::with_capacity(HEADER_BYTES + movers.len() * MOVER_BYTES + gone.len() * 4);
        bytes.extend([LAYOUT, if self.full { FULL } else { 0 }]);
        bytes.extend((movers.len() as u16).to_le_bytes());
        bytes.extend((gone.len() as u16).to_le_bytes());
        bytes.extend(u16::from(self.state.0).to_le_bytes());
        bytes.extend(self.tick.to_le_bytes());
        bytes.extend(self.sequence.to_le_bytes());
        for axis in [self.position.x, self.position.y, self.position.z] {
            bytes.extend(axis.to_le_bytes());
        }
        for mover in movers {
            bytes.extend(mover.mover_id.to_le_bytes());
            let offsets = [
                mover.position.x.saturating_sub(self.position.x),
                mover.position.y.saturating_sub(self.position.y),
                mover.position.z.saturating_sub(self.position.z),
            ];
            for offset in offsets {
                let offset = offset.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
                bytes.extend(offset.to_le_bytes());
            }
            bytes.extend([mover.yaw, mover.state.0]);
        }
        for mover_id in gone {
            bytes.extend(mover_id.to_le_bytes());
        }
        bytes
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Bytes that no server sends.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let (header, rest) = bytes
            .split_first_chunk::<HEADER_BYTES>()
            .ok_or(FrameError::Length {
                expected: HEADER_BYTES,
                found: bytes.len(),
            })?;
        let [layout, flags, m0, m1, g0, g1, state, _, header @ ..] = *header;
        if layout != LAYOUT {
            return Err(FrameError::Layout(layout));
        }
        let (mover_count, gone_count) = (
            usize::from(u16::from_le_bytes([m0, m1])),
            usize::from(u16::from_le_bytes([g0, g1])),
        );
        if mover_count > MAX_MOVERS || gone_count > MAX_MOVERS {
            return Err(FrameError::TooMany);
        }
        let expected = mover_count * MOVER_BYTES + gone_count * 4;
        if rest.len() != expected {
            return Err(FrameError::Length {
                expected: HEADER_BYTES + expected,
                found: bytes.len(),
            });
        }
        let (words, _) = header.as_chunks::<4>();
        let [tick, sequence, x, y, z] = [0, 1, 2, 3, 4].map(|at| words[at]);
        let position = FinePos {
            x: i32::from_le_bytes(x),
            y: i32::from_le_bytes(y),
            z: i32::from_le_bytes(z),
        };
        let (movers, gone) = rest.split_at(mover_count * MOVER_BYTES);
        let (movers, _) = movers.as_chunks::<MOVER_BYTES>();
        let (gone, _) = gone.as_chunks::<4>();
        Ok(Self {
            full: flags & FULL != 0,
            tick: u32::from_le_bytes(tick),
            sequence: u32::from_le_bytes(sequence),
            position,
            state: MoverState(state),
            movers: movers
                .iter()
                .map(|bytes| decode_mover(*bytes, position))
                .collect(),
            gone: gone.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect(),
        })
    }
}

fn decode_mover(bytes: [u8; MOVER_BYTES], own: FinePos) -> MoverRecord {
    let [n0, n1, n2, n3, x0, x1, y0, y1, z0, z1, yaw, state] = bytes;
    let offset = |low, high| i32::from(i16::from_le_bytes([low, high]));
    MoverRecord {
        mover_id: u32::from_le_bytes([n0, n1, n2, n3]),
        position: FinePos {
            x: own.x.saturating_add(offset(x0, x1)),
            y: own.y.saturating_add(offset(y0, y1)),
            z: own.z.saturating_add(offset(z0, z1)),
        },
        yaw,
        state: MoverState(state),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of `docs/protocol.md`. Clients in other languages test against these bytes.
    #[test]
    fn golden_vector() {
        let frame = TickFrame {
            full: true,
            tick: 1000,
            sequence: 7,
            position: FinePos::of(LocalPos::new(12.5, -3.25, 4.0)),
            state: MoverState(MoverState::STANDING),
            movers: vec![MoverRecord {
                mover_id: 3,
                position: FinePos::of(LocalPos::new(10.0, -3.25, 5.0)),
                yaw: 64,
                state: MoverState(MoverState::STANDING | MoverState::HARVESTING),
            }],
            gone: vec![9],
        };
        let bytes = frame.encode();
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let header = "01 01 0100 0100 0100 e8030000 07000000 20030000 30ffffff 00010000";
        let mover = "03000000 60ff 0000 4000 40 05";
        let gone = "09000000";
        assert_eq!(hex.concat(), format!("{header}{mover}{gone}").replace(' ', ""));
        assert_eq!(TickFrame::decode(&bytes), Ok(frame));
    }

    #[test]
    fn too_many_movers_and_far_ones_stay_within_the_layout() {
        let far = MoverRecord {
            mover_id: 1,
            position: FinePos::of(LocalPos::new(1e9, f32::NAN, -1e9)),
            yaw: 0,
            state: MoverState::default(),
        };
        let frame = TickFrame {
            movers: vec![far; 1000],
            gone: vec![1; 1000],
            ..TickFrame::default()
        };
        let back = TickFrame::decode(&frame.encode()).unwrap();
        assert_eq!((back.movers.len(), back.gone.len()), (MAX_MOVERS, MAX_MOVERS));
        assert_eq!(back.movers[0].position.x, i32::from(i16::MAX));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_fail_cleanly(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(first) = bytes.first_mut() {
                *first = LAYOUT;
            }
            if let Ok(frame) = TickFrame::decode(&bytes) {
                prop_assert_eq!(TickFrame::decode(&frame.encode()), Ok(frame));
            }
        }
    }
}
