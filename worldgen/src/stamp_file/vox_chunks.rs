//! The chunks of a `.vox` file, walked in a loop before a decoder that calls itself for each level of them sees them.
//!
//! Layout after <https://github.com/ephtracy/voxel-model/blob/master/MagicaVoxel-file-format-vox.txt>: `VOX `, a
//! version, and one chunk `MAIN` that holds all others. A chunk is four bytes of name, the length of its content, the
//! length of its children, then both.
//!
//! *Not* responsible for: what chunks other than models mean (`dot_vox`).

/// Bytes of a chunk before its content.
const HEADER_BYTES: usize = 12;
/// Bytes of the content of `SIZE`: three numbers.
const SIZE_BYTES: usize = 12;
/// Bytes of a voxel in `XYZI`, after their count.
const VOXEL_BYTES: usize = 4;

/// What is wrong with the chunks of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VoxChunksError {
    /// Another format, or damaged at its start.
    #[error("it does not begin as such files do")]
    Start,
    /// Some length is longer than what is left of the file.
    #[error("the chunk at byte {at} is longer than what holds it; the file is cut short or damaged")]
    TooLong {
        /// Where the chunk begins.
        at: usize,
    },
    /// Only `MAIN` has children in files of that program; a decoder could be led arbitrarily deep by others.
    #[error("the chunk at byte {at} holds further chunks, which only the first one may")]
    Nested {
        /// Where the chunk begins.
        at: usize,
    },
    /// `SIZE` or `XYZI` shorter than what it says to hold.
    #[error("the model at byte {at} holds less than it says")]
    Model {
        /// Where the chunk begins.
        at: usize,
    },
}

/// A chunk's header and content.
struct Chunk<'a> {
    name: [u8; 4],
    content: &'a [u8],
    children_bytes: usize,
    /// Where its children begin.
    content_end: usize,
}

/// Whether all chunks lie within the file and directly below `MAIN`, and models hold what they say.
///
/// # Errors
/// See [`VoxChunksError`].
pub(super) fn check(bytes: &[u8]) -> Result<(), VoxChunksError> {
    // After the file's name and version.
    let start = 8;
    if !bytes.starts_with(b"VOX ") {
        return Err(VoxChunksError::Start);
    }
    let main = chunk(bytes, start, bytes.len())?;
    if main.name != *b"MAIN" {
        return Err(VoxChunksError::Start);
    }
    let end = main.content_end + main.children_bytes;
    let mut at = main.content_end;
    while at < end {
        let child = chunk(bytes, at, end)?;
        if child.children_bytes > 0 {
            return Err(VoxChunksError::Nested { at });
        }
        let is_whole = match &child.name {
            b"SIZE" => child.content.len() >= SIZE_BYTES,
            b"XYZI" => number(child.content, 0).is_some_and(|count| {
                let room = child.content.len() - size_of::<u32>();
                count <= room / VOXEL_BYTES
            }),
            _ => true,
        };
        if !is_whole {
            return Err(VoxChunksError::Model { at });
        }
        at = child.content_end;
    }
    Ok(())
}

/// The chunk that begins at `at`; all of it must lie before `end`.
fn chunk(bytes: &[u8], at: usize, end: usize) -> Result<Chunk<'_>, VoxChunksError> {
    let read = || {
        let header = bytes.get(at..end)?.get(..HEADER_BYTES)?;
        let content_start = at + HEADER_BYTES;
        let content_end = content_start.checked_add(number(header, 4)?)?;
        let children_bytes = number(header, 8)?;
        let is_inside = content_end.checked_add(children_bytes)? <= end;
        Some(Chunk {
            name: *header.first_chunk()?,
            content: bytes.get(content_start..content_end).filter(|_| is_inside)?,
            children_bytes,
            content_end,
        })
    };
    read().ok_or(VoxChunksError::TooLong { at })
}

/// The little-endian number that begins at `at`.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let number = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*number)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stamp_file;

    /// A chunk that says to have this much content and children.
    fn lying(name: &[u8], content_bytes: u32, children_bytes: u32, body: &[u8]) -> Vec<u8> {
        let lengths = [content_bytes.to_le_bytes(), children_bytes.to_le_bytes()].concat();
        [name, lengths.as_slice(), body].concat()
    }

    fn chunk_of(name: &[u8], content: &[u8], children: &[u8]) -> Vec<u8> {
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
        lying(
            name,
            length(content),
            length(children),
            &[content, children].concat(),
        )
    }

    fn file(main: &[u8]) -> Vec<u8> {
        [b"VOX ".as_slice(), &150_u32.to_le_bytes(), main].concat()
    }

    fn of_children(children: &[Vec<u8>]) -> Vec<u8> {
        file(&chunk_of(b"MAIN", &[], &children.concat()))
    }

    fn size() -> Vec<u8> {
        chunk_of(b"SIZE", &[1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], &[])
    }

    fn voxels(count: u8) -> Vec<u8> {
        chunk_of(b"XYZI", &[count, 0, 0, 0, 0, 0, 0, 1], &[])
    }

    #[test]
    fn a_tower_of_chunks_is_refused_and_not_climbed() {
        let tower = (0..12_000).fold(size(), |inner, _| chunk_of(b"DEEP", &[], &inner));
        assert_eq!(
            check(&of_children(&[size(), tower.clone()])),
            Err(VoxChunksError::Nested { at: 44 })
        );
        // It would overflow the stack of the decoder.
        let error = stamp_file::read("deep.vox", &of_children(&[tower])).unwrap_err();
        assert!(
            error.to_string().ends_with("which only the first one may"),
            "{error}"
        );
    }

    #[test]
    fn lengths_that_lie_are_told() {
        let sound = of_children(&[size(), voxels(1)]);
        assert_eq!(check(&sound), Ok(()));
        assert!(stamp_file::read("a.vox", &sound).is_ok());
        let too_long = |at| Err(VoxChunksError::TooLong { at });
        for (bytes, expected) in [
            (sound[..sound.len() - 1].to_vec(), too_long(8)),
            (file(&lying(b"MAIN", u32::MAX, u32::MAX, &[])), too_long(8)),
            (
                of_children(&[size(), lying(b"XYZI", 9, 0, &[0; 8])]),
                too_long(44),
            ),
            (of_children(&[size(), vec![b'X'; 5]]), too_long(44)),
            (
                of_children(&[size(), voxels(2)]),
                Err(VoxChunksError::Model { at: 44 }),
            ),
            (
                of_children(&[chunk_of(b"XYZI", &[1], &[])]),
                Err(VoxChunksError::Model { at: 20 }),
            ),
            (
                of_children(&[chunk_of(b"SIZE", &[1; 11], &[])]),
                Err(VoxChunksError::Model { at: 20 }),
            ),
            (file(&size()), Err(VoxChunksError::Start)),
            (b"VOX ".to_vec(), too_long(8)),
        ] {
            assert_eq!(check(&bytes), expected, "{bytes:?}");
            assert!(stamp_file::read("a.vox", &bytes).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_are_too_odd(
            places in prop::collection::vec((0..100_usize, any::<u8>()), 0..6),
            length in 0..100_usize,
        ) {
            let mut bytes = of_children(&[size(), voxels(1), chunk_of(b"nTRN", &[0; 12], &[])]);
            for (place, byte) in places {
                let place = place % bytes.len();
                bytes[place] = byte;
            }
            bytes.truncate(length.max(8));
            // Whatever the walk accepts, the decoder reads or refuses; neither ends the program.
            let read = stamp_file::read("a.vox", &bytes);
            prop_assert!(check(&bytes).is_ok() || read.is_err());
        }
    }
}
