//! A progress bar on standard error, shown only when that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use worldgen::Progress;

/// The bar of one long step.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar with this text before it; it appears with the first progress.
    pub(super) fn new(label: String) -> Self {
        // A bar of unknown length hides itself when standard error is not a terminal.
        let bar = ProgressBar::new(1);
        if let Ok(style) = ProgressStyle::with_template("{prefix:>16} {bar:32} {percent:>3} % {elapsed}") {
            bar.set_style(style);
        }
        bar.set_prefix(label);
        Self(bar)
    }
}

impl Progress for Bar {
    fn advance(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }

    fn cancelled(&self) -> bool {
        false
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
