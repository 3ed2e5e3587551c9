//! The thread that owns the main file: checkpoints, backups, and their schedule.
//!
//! One thread does both, one after the other, so that saves never overlap (A9) and a backup never sees
//! half a checkpoint. Requests that come while it works are answered by the next round.
//!
//! *Not* responsible for: the journal, except to say which records may go.

use super::checkpoint::{self, Clean};
use super::data_dir::DataDir;
use super::error::{BackupError, CheckpointError, CloseError};
use super::record::Seq;
use super::shared::{PanicAlarm, Shared};
use super::{DurabilityConfig, backup};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What the handle can ask for. Each is answered once; an asker that went away is no error.
#[derive(Debug)]
pub(crate) enum Command {
    Checkpoint(SyncSender<Result<Seq, CheckpointError>>),
    Backup(SyncSender<Result<PathBuf, BackupError>>),
    Close(SyncSender<Result<Seq, CloseError>>),
}

/// How often the schedule is looked at: fine enough for intervals of minutes.
const SCHEDULE_STEP: Duration = Duration::from_millis(250);

/// Everything the thread owns.
#[derive(Debug)]
pub(crate) struct CheckpointThread {
    pub(crate) main: Connection,
    pub(crate) dir: DataDir,
    pub(crate) config: DurabilityConfig,
    pub(crate) shared: Arc<Shared>,
    pub(crate) commands: Receiver<Command>,
    /// Whether the first backup is due at once, because the older ones do not fit the journal any more.
    pub(crate) backup_due: bool,
    /// When the folder was opened, by the monotonic clock: intervals count from here, however late the
    /// system starts the thread.
    pub(crate) opened_at: Duration,
}

impl CheckpointThread {
    /// Starts the thread. It ends on [`Command::Close`] or when the handle is gone.
    pub(crate) fn spawn(self) -> std::io::Result<JoinHandle<()>> {
        thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || {
                let shared = Arc::clone(&self.shared);
                let _alarm = PanicAlarm(&shared);
                self.run();
            })
    }

    fn run(mut self) {
        let mut checkpoints = Schedule::new(self.config.checkpoint_interval, self.opened_at);
        let mut backups = Schedule::new(self.config.backup_interval, self.opened_at);
        if self.backup_due {
            self.backup().ok();
        }
        loop {
            match self
                .commands
                .recv_timeout(SCHEDULE_STEP.min(self.config.checkpoint_interval))
            {
                Ok(Command::Checkpoint(reply)) => answer(&reply, self.checkpoint()),
                Ok(Command::Backup(reply)) => answer(&reply, self.backup()),
                Ok(Command::Close(reply)) => {
                    answer(&reply, self.close());
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // Failures are logged and counted where they happen; the next round tries again.
            let now = self.shared.clock.monotonic();
            if checkpoints.strikes(now) {
                self.checkpoint().ok();
            }
            if backups.strikes(now) {
                self.backup().ok();
            }
        }
    }

    fn checkpoint(&mut self) -> Result<Seq, CheckpointError> {
        let Some(dirty) = self.shared.begin_checkpoint() else {
            // Nothing changed, nothing is written (D11).
            return Ok(checkpoint::applied_seq(&self.main)?);
        };
        let clock = &self.shared.clock;
        let began = clock.monotonic();
        let result = checkpoint::write(&mut self.main, &dirty, &self.config.levels, clock.utc_micros());
        let through = dirty.through;
        // Released before the outcome is told, so that a failure can take the rows back without a copy.
        drop(dirty);
        match result {
            Ok(written) => {
                self.shared.checkpoint_written();
                let duration = self.shared.clock.monotonic().saturating_sub(began);
                let millis = duration.as_millis();
                tracing::info!(
                    rows = written.rows,
                    millis,
                    applied_seq = through.get(),
                    "checkpoint"
                );
                self.shared.count(|metrics| {
                    metrics.checkpointed = through;
                    metrics.checkpoint_count += 1;
                    metrics.checkpoint_duration = duration;
                    metrics.checkpoint_row_count = written.rows;
                    metrics.refused_row_count += written.refused;
                });
                Ok(through)
            }
            Err(error) => {
                self.shared.checkpoint_failed();
                self.shared.count(|metrics| metrics.checkpoint_failure_count += 1);
                tracing::error!(%error, "checkpoint failed; its rows stay in the journal and are tried again");
                Err(error.into())
            }
        }
    }

    fn backup(&mut self) -> Result<PathBuf, BackupError> {
        let now_micros = self.shared.clock.utc_micros();
        match backup::make(&self.main, &self.dir, now_micros) {
            Ok(made) => {
                self.shared.backup_made();
                tracing::info!(path = %made.path.display(), applied_seq = made.applied.get(), "backup verified");
                if let Err(error) = backup::prune(&self.main, &self.dir, now_micros, self.config.backups_kept)
                {
                    tracing::warn!(%error, "old backups stay");
                }
                self.trim_journal();
                Ok(made.path)
            }
            Err(error) => {
                self.shared.count(|metrics| metrics.backup_failure_count += 1);
                tracing::error!(%error, "backup failed; the older ones stay");
                Err(error)
            }
        }
    }

    /// Two backups, not one: when the newest proves bad, the one before it and the journal still give
    /// everything back.
    fn trim_journal(&self) {
        match backup::list(&self.dir) {
            Ok(backups) => {
                let mut verified = backups.iter().filter_map(|backup| backup.manifest.as_ref());
                if let Some(second_newest) = verified.nth(1) {
                    self.shared.queue.request_trim(second_newest.applied());
                }
            }
            Err(error) => tracing::warn!(%error, "cannot list backups; the journal keeps growing"),
        }
    }

    fn close(&mut self) -> Result<Seq, CloseError> {
        let through = self.checkpoint()?;
        if let Some(reason) = self.shared.failure() {
            return Err(CloseError::JournalFailed(reason));
        }
        if self.config.backup_on_close {
            self.backup()?;
        }
        checkpoint::set_clean(&self.main, Clean::Closed).map_err(CheckpointError::from)?;
        // The main file alone is then everything: whoever copies it needs no log beside it.
        let fold_log = self
            .main
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        fold_log.map_err(CheckpointError::from)?;
        Ok(through)
    }
}

/// The asker may have gone; then nobody needs the answer.
fn answer<T>(reply: &SyncSender<T>, value: T) {
    reply.try_send(value).ok();
}

/// Strikes once per interval, measured from the last strike and not from the hour.
#[derive(Debug)]
struct Schedule {
    interval: Duration,
    due: Duration,
}

impl Schedule {
    fn new(interval: Duration, now: Duration) -> Self {
        Self {
            interval,
            due: now + interval,
        }
    }

    fn strikes(&mut self, now: Duration) -> bool {
        let struck = now >= self.due;
        if struck {
            self.due = now + self.interval;
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_strikes_once_per_interval_also_after_a_long_stall() {
        let mut schedule = Schedule::new(Duration::from_mins(2), Duration::from_mins(1));
        let strikes: Vec<bool> = [2, 3, 4, 60, 61, 62]
            .map(|minute| schedule.strikes(Duration::from_mins(minute)))
            .into();
        assert_eq!(strikes, [false, true, false, true, false, true]);
    }
}
