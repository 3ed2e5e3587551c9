//! Makes typed functions of the messages in `locales/`: a missing message and a wrong parameter are found by
//! the compiler.

use std::path::Path;
use std::process::ExitCode;

use fluent_typed::{BuildOptions, FtlOutputOptions, LintLevel, build_from_locales_folder};

fn main() -> ExitCode {
    let Some(folder) = std::env::var_os("OUT_DIR") else {
        return ExitCode::FAILURE;
    };
    let file = |name| Path::new(&folder).join(name).display().to_string();
    build_from_locales_folder(
        BuildOptions::default()
            .with_output_file_path(&file("messages.rs"))
            .with_ftl_output(FtlOutputOptions::single_file(&file("messages.ftl")))
            .with_prefix("")
            .with_lint_level(LintLevel::Deny)
            // egui draws the marks as boxes and does not order text by them.
            .without_bidi_isolation()
            .without_format(),
    )
}
