//! Stamps: the heightmaps and voxel models of a project, which markers and POIs place as they are.
//!
//! They are files of their own below `stamps/`, read once and never written; records name them.
//!
//! *Not* responsible for: reading the files (`worldgen::stamp_file`), placing what is in them (`worldgen`).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::attribute::Rgb;

/// Folder of the stamp files, below the project's.
pub const STAMPS_FOLDER: &str = "stamps";
/// Most stamp files of a project.
pub const MAX_STAMPS: usize = 1024;
/// Most pixels of a heightmap along one edge.
pub const MAX_HEIGHTMAP_EDGE: usize = 4096;
/// Most voxels of a model along one edge.
pub const MAX_MODEL_EDGE: usize = 256;

/// All stamps of a project, by file name. Cheap to clone.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Stamps(BTreeMap<String, Option<Arc<Stamp>>>);

/// What one stamp file holds.
#[derive(Clone, Debug)]
pub struct Stamp {
    content: StampContent,
    hash: u64,
}

/// See [`Stamp`].
#[derive(Clone, Debug)]
pub enum StampContent {
    /// A grey picture.
    Heightmap(Heightmap),
    /// Voxels with colours.
    Model(Model),
}

/// Heights on a grid. Invariant: `samples` has width x depth entries, both at least 1 and at most
/// [`MAX_HEIGHTMAP_EDGE`].
#[derive(Clone, Debug)]
pub struct Heightmap {
    /// Samples from west to east.
    pub width: usize,
    /// Samples from north to south.
    pub depth: usize,
    /// From 0, the lowest, to 65535, the highest; rows from the north, as pictures have them.
    pub samples: Vec<u16>,
}

/// Coloured voxels in a box of at most [`MAX_MODEL_EDGE`] along each edge.
#[derive(Clone, Debug)]
pub struct Model {
    /// Extent to the east, north and up.
    pub size: [i32; 3],
    /// The voxels that are there, by z, then y, then x. Invariant: each lies in the box, no two are equal.
    pub voxels: Vec<ModelVoxel>,
    /// Colour of each index.
    pub palette: Vec<Rgb>,
}

/// One voxel of a model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ModelVoxel {
    /// Up from the lowest layer.
    pub z: u8,
    /// North from the southern edge.
    pub y: u8,
    /// East from the western edge.
    pub x: u8,
    /// Index in the palette.
    pub colour: u8,
}

impl Stamp {
    /// A stamp with a hash over all of its content: two stamps are the same when their hashes are.
    pub fn new(content: StampContent, hash: u64) -> Self {
        Self { content, hash }
    }

    /// Its heights or voxels.
    pub fn content(&self) -> &StampContent {
        &self.content
    }

    /// The hash that it was made with.
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

/// By hash: heightmaps are large.
impl PartialEq for Stamp {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl Stamps {
    /// Adds the stamp in a file; `None` for a file that is there but could not be read.
    pub fn insert(&mut self, file: String, stamp: Option<Stamp>) {
        self.0.insert(file, stamp.map(Arc::new));
    }

    /// The stamp in a file that could be read.
    pub fn get(&self, file: &str) -> Option<&Arc<Stamp>> {
        self.0.get(file)?.as_ref()
    }

    /// Whether there is such a file, readable or not.
    pub fn has_file(&self, file: &str) -> bool {
        self.0.contains_key(file)
    }

    /// File names of the stamps that could be read, in alphabetic order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let readable = self.0.iter().filter(|(_, stamp)| stamp.is_some());
        readable.map(|(name, _)| name.as_str())
    }
}
