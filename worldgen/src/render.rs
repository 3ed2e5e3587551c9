//! Pictures of baked islands: from above, as seen from the sea, and the chart of the whole project.
//!
//! [`top_view()`] and [`view()`] look at the very voxels of a bake; [`chart()`] puts the top views at their
//! places and adds names, portals and sea lanes. All of it is a function of its input: the same bake gives
//! the same file.
//!
//! *Not* responsible for: markers (pictures show what a player sees), files.

mod blades;
mod chart;
mod draw;
mod image;
mod light;
mod noise;
mod scene;
mod top_view;
mod view;

pub use chart::{ChartIsland, chart};
pub use image::{EncodeError, Image, linear};
pub use top_view::top_view;
pub use view::{Viewpoint, view};
