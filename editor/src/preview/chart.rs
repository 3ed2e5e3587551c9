//! Small pictures of all islands for the chart and the ghosts of neighbours: coarse, clear where the sea is.
//!
//! One island at a time on a thread of its own, so that a project of many islands fills its chart while
//! the designer already works.
//!
//! *Not* responsible for: the island that is shown (see the parent), where pictures go (`viewport::chart`).

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use shared::ids::IslandId;
use worldgen::IslandPlan;

use super::part::{FollowedPart, TerrainPart};
use super::picture::Relief;
use crate::background::{Wake, Worker};
use crate::document::Document;
use crate::document::marks::Marks;

/// Samples a side: 160 points of an island on the chart are as much as one sees before its own map opens.
const SAMPLES: i32 = 160;

struct Request {
    serial: u64,
    part: TerrainPart,
}

struct Outcome {
    serial: u64,
    island: IslandId,
    image: ColorImage,
}

/// One island's picture and what it was made from.
struct Entry {
    followed: FollowedPart,
    wanted: u64,
    shown: Option<(u64, TextureHandle)>,
}

/// Pictures of all islands.
pub struct ChartPictures {
    context: Context,
    worker: Worker<Request, Outcome>,
    entries: BTreeMap<IslandId, Entry>,
    last_serial: u64,
}

impl ChartPictures {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(context: &Context) -> io::Result<Self> {
        let waker = context.clone();
        let wake: Wake = Arc::new(move || waker.request_repaint());
        let worker = Worker::spawn_patient("chart", wake, |request: Request, ticket| {
            let part = &request.part;
            let island = part.island();
            let extent = island.bounds.width().max(island.bounds.depth());
            let step = u32::try_from((extent / SAMPLES).max(1)).unwrap_or(1);
            let never = AtomicBool::new(false);
            if let Some(grid) = IslandPlan::new(part.settings(), part.stamps(), &island).preview(step, &never)
            {
                ticket.publish(Outcome {
                    serial: request.serial,
                    island: island.id,
                    image: Relief::of_grid(&grid).chart_image(),
                });
            }
        })?;
        Ok(Self {
            context: context.clone(),
            worker,
            entries: BTreeMap::new(),
            last_serial: 0,
        })
    }

    /// Takes what is ready. Call once per frame.
    pub fn take(&mut self) {
        for outcome in self.worker.take() {
            if let Some(entry) = self.entries.get_mut(&outcome.island) {
                let options = TextureOptions::LINEAR;
                if let Some((serial, texture)) = &mut entry.shown {
                    texture.set(outcome.image, options);
                    *serial = outcome.serial;
                } else {
                    let texture = self.context.load_texture("chart", outcome.image, options);
                    entry.shown = Some((outcome.serial, texture));
                }
            }
        }
    }

    /// Asks for the next island whose picture is out of date. Call while nothing more urgent is to be made.
    pub fn follow(&mut self, document: &Document, marks: &Marks) {
        let project = document.project();
        self.entries.retain(|id, _| project.islands.contains_key(id));
        for island in project.islands.values() {
            if let Some(entry) = self.entries.get_mut(&island.id) {
                if entry.followed.follow(document, island, marks) {
                    self.last_serial += 1;
                    entry.wanted = self.last_serial;
                }
                continue;
            }
            self.last_serial += 1;
            let entry = Entry {
                followed: FollowedPart::new(document, island, marks),
                wanted: self.last_serial,
                shown: None,
            };
            self.entries.insert(island.id, entry);
        }
        // One at a time: a waiting request would be replaced by the next.
        if !self.worker.is_busy()
            && let Some(entry) = self.entries.values().find(|entry| !entry.is_current())
        {
            self.worker.request(Request {
                serial: entry.wanted,
                part: entry.followed.part().clone(),
            });
        }
    }

    /// An island's picture and whether it shows the island as it is.
    pub fn picture(&self, island: IslandId) -> Option<(&TextureHandle, bool)> {
        let entry = self.entries.get(&island)?;
        let (_, texture) = entry.shown.as_ref()?;
        Some((texture, entry.is_current()))
    }

    /// Whether every island has its picture.
    pub fn is_complete(&self) -> bool {
        self.entries.values().all(Entry::is_current)
    }

    /// Waits until the thread has nothing to do, as tests want it.
    pub fn wait_until_idle(&self) {
        self.worker.wait_until_idle();
    }
}

impl Entry {
    fn is_current(&self) -> bool {
        self.shown
            .as_ref()
            .is_some_and(|(serial, _)| *serial == self.wanted)
    }
}
