//! `tombolo-worldgen`: checks, formats, bakes, hashes and draws map projects.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

mod cli;

fn main() -> ExitCode {
    let arguments = match cli::Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Also `--help` and `--version`, which clap prints to the right stream; a closed one is no failure.
        Err(error) => {
            let code = if error.use_stderr() {
                cli::COULD_NOT_RUN
            } else {
                cli::FINE
            };
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(_closed) => ExitCode::from(code),
            };
        }
    };
    let mut out = io::stdout().lock();
    let outcome = cli::run(&arguments, &mut out).and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.code()),
        // The reader went away, as `head` does: it has what it wanted.
        Err(error) if is_broken_pipe(&error) => ExitCode::from(cli::FINE),
        Err(error) => {
            // Nobody is left to tell when standard error is closed too.
            writeln!(io::stderr(), "error: {error:#}").unwrap_or_default();
            ExitCode::from(cli::COULD_NOT_RUN)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
