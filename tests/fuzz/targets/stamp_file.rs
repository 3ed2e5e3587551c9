//! Any bytes as a stamp file, the first of which says in which format: reading ends without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use worldgen::stamp_file;

fuzz_target!(|bytes: &[u8]| {
    let Some((format, bytes)) = bytes.split_first() else {
        return;
    };
    let name = if format % 2 == 0 { "a.png" } else { "a.vox" };
    if let Ok(stamp) = stamp_file::read(name, bytes) {
        assert!(stamp_file::memory_bytes(&stamp) <= worldgen::project_dir::MAX_STAMP_BYTES);
    }
});
