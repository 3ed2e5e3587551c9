//! Going down in seven steps (C45), each logged, each tried even when one before it failed.
//!
//! *Not* responsible for: when to go down (see `main`).

use std::time::Duration;

use super::Running;
use crate::durability::{BackupError, CheckpointError, CloseError};
use crate::sim::tick_thread::Finished;

/// How long connections may take to read their last messages.
const LAST_MESSAGES: Duration = Duration::from_secs(5);

/// What went wrong on the way down. What was acknowledged is in the journal in any case.
#[derive(Debug, thiserror::Error)]
pub enum ShutdownError {
    /// The simulation had ended with an error of ours.
    #[error("the simulation ended with a panic")]
    Simulation,
    /// See [`CheckpointError`].
    #[error("the final snapshot failed")]
    Checkpoint(#[from] CheckpointError),
    /// See [`BackupError`].
    #[error("the final backup failed")]
    Backup(#[from] BackupError),
    /// See [`CloseError`].
    #[error("the data folder did not close cleanly")]
    Close(#[from] CloseError),
}

impl Running {
    /// Completes when the simulation has ended by itself, which only an error of ours can do: the server
    /// must then go down.
    pub async fn broken(&self) {
        let mut probe = tokio::time::interval(Duration::from_secs(1));
        while !self.tick.has_ended() {
            probe.tick().await;
        }
    }

    /// Goes down.
    ///
    /// # Errors
    /// The first step that failed; the others were done all the same.
    pub async fn shut_down(self) -> Result<(), ShutdownError> {
        let Self {
            net,
            game,
            tick,
            http,
            stop_http,
            ..
        } = self;
        let mut first_error: Option<ShutdownError> = None;
        let mut note = |error: ShutdownError| {
            tracing::error!(%error, "on the way down");
            first_error.get_or_insert(error);
        };

        net.drain();
        tracing::info!("shutdown 1/7: new connections are refused");

        match blocking(move || tick.finish()).await {
            Finished::Cleanly => {}
            Finished::Panicked => note(ShutdownError::Simulation),
        }
        let deadline = tokio::time::Instant::now() + LAST_MESSAGES;
        while net.connection_count() > 0 && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if stop_http.send(()).is_err() {
            tracing::debug!("the listener had ended");
        }
        tracing::info!(
            connections_left = net.connection_count(),
            "shutdown 2/7: running operations are finished"
        );

        let durability = game.durability.clone();
        let saved = blocking({
            let durability = durability.clone();
            move || durability.checkpoint_now()
        });
        match saved.await {
            Ok(seq) => {
                tracing::info!("shutdown 3/7: final snapshot made");
                tracing::info!(%seq, "shutdown 4/7: everything is saved");
            }
            Err(error) => note(error.into()),
        }
        let backup = blocking({
            let durability = durability.clone();
            move || durability.backup_now()
        });
        match backup.await {
            Ok(path) => tracing::info!(path = %path.display(), "shutdown 5/7: final backup made"),
            Err(error) => note(error.into()),
        }
        match blocking(move || durability.close()).await {
            Ok(seq) => tracing::info!(%seq, "shutdown 6/7: database closed"),
            Err(error) => note(error.into()),
        }
        http.abort();
        tracing::info!("shutdown 7/7: goodbye");
        first_error.map_or(Ok(()), Err)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
