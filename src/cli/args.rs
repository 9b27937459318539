//! What clap reads: the commands, their options and help texts. First the words as given, then, by
//! [`CheckArgs::settle`], the settings that they mean.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use super::Exit;
use super::color::ColorChoice;
use super::failure::UsageError;
use crate::report::Format;

pub(super) const CHECK_USAGE: &str = "taintc check [OPTIONS] PATHS…";
pub(super) const RUN_USAGE: &str =
    "taintc run [--config FILE] [--b7a.config.secret=PATH] [--KEY=VALUE]… FILE|DIR [-- ARGS…]";

const EXIT_CODES: &str = "\
Exit codes:
  0  clean, or warnings only
  1  errors were found, or the program ended by an error
  2  usage, or something that could not be read
  3  a fault inside taintc";

const RUN_HELP: &str = "\
Options (before or after FILE):
  --config FILE              read the configuration from this TOML file
  --b7a.config.secret=PATH   read the secret of encrypted values from this file, which is deleted
  --b7a.home=DIR             take key store and trust store from DIR/bre/security
  --KEY=VALUE                a configuration entry; it replaces the one of the file
  --color auto|always|never  colour diagnostics
  --experimental             accepted; nothing is experimental
  -h, --help                 print this help
  -V, --version              print the version

Words behind FILE that are no options of taintc are arguments of the program, and everything
behind `--` is, verbatim.";

/// Checks and runs programs of a secure-by-design service language
#[derive(Parser, Debug)]
#[command(name = "taintc", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Check files, projects and folders; nothing is run
    Check(CheckArgs),
    /// Check a program, then run it
    #[command(disable_help_flag = true, override_usage = RUN_USAGE, after_help = RUN_HELP)]
    Run {
        /// A source file, a project, or a folder with one source file
        #[arg(value_name = "FILE|DIR")]
        path: PathBuf,
    },
    /// Encrypt a value for a configuration file
    Encrypt,
    /// Say what a diagnostic code means, with a failing and a mended example
    Explain {
        /// A code, like T001
        code: String,
    },
}

#[derive(clap::Args, Debug)]
#[command(args_override_self = true, after_help = EXIT_CODES)]
pub(super) struct CheckArgs {
    /// Source files, projects (folders with a Ballerina.toml), folders to search
    #[arg(required = true, value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// How the report is written to stdout [default: human]
    #[arg(long, value_enum, action = clap::ArgAction::Append, value_name = "FORMAT")]
    format: Vec<FormatName>,
    /// Stop after parsing
    #[arg(long)]
    syntax_only: bool,
    /// Let warnings count as errors for the exit code
    #[arg(long)]
    deny_warnings: bool,
    /// Colour the human format [default: auto]
    #[arg(long, value_enum, action = clap::ArgAction::Append, value_name = "WHEN")]
    color: Vec<ColorChoice>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum FormatName {
    Human,
    Short,
    Json,
    Sarif,
    Github,
}

/// What `check` is to do.
#[derive(Debug)]
pub(super) struct CheckSettings {
    pub(super) paths: Vec<PathBuf>,
    pub(super) format: Format,
    pub(super) syntax_only: bool,
    pub(super) deny_warnings: bool,
    pub(super) color: ColorChoice,
}

impl CheckArgs {
    pub(super) fn settle(self) -> Result<CheckSettings, UsageError> {
        let format = match only(&self.format, "format")?.unwrap_or(FormatName::Human) {
            FormatName::Human => Format::Human,
            FormatName::Short => Format::Short,
            FormatName::Json => Format::Json,
            FormatName::Sarif => Format::Sarif,
            FormatName::Github => Format::Github,
        };
        Ok(CheckSettings {
            format,
            color: only(&self.color, "color")?.unwrap_or_default(),
            paths: self.paths,
            syntax_only: self.syntax_only,
            deny_warnings: self.deny_warnings,
        })
    }
}

/// The one value of an option; the same value twice is one.
fn only<T: Copy + PartialEq>(values: &[T], option: &str) -> Result<Option<T>, UsageError> {
    match values.split_first() {
        Some((first, rest)) if rest.iter().any(|value| value != first) => {
            Err(UsageError::GivenTwice(format!("--{option}")))
        }
        found => Ok(found.map(|(first, _)| *first)),
    }
}

/// Prints what clap has to say: help and version on stdout, errors, always with the usage, on stderr.
pub(super) fn answer(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        return super::print(error.render().to_string().as_bytes());
    }
    // Nothing can be said when stderr is gone.
    let _ = error.print();
    let has_usage = error.get(ContextKind::Usage).is_some();
    if !has_usage && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = writeln!(io::stderr().lock(), "Usage: {CHECK_USAGE}");
    }
    Exit::Unusable
}

pub(super) fn run_help() -> String {
    let mut command = Cli::command();
    command.build();
    let run = command.find_subcommand_mut("run");
    run.map_or_else(String::new, |run| run.render_long_help().to_string())
}

pub(super) fn version() -> String {
    Cli::command().render_version()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{CheckSettings, Cli, Command, run_help};
    use crate::report::Format;

    #[test]
    fn the_definitions_hold_together() {
        Cli::command().debug_assert();
        assert!(run_help().contains("--config FILE"));
    }

    fn check(words: &[&str]) -> Result<CheckSettings, String> {
        let words = ["taintc", "check"].iter().chain(words);
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        match cli.command {
            Command::Check(args) => args.settle().map_err(|error| error.to_string()),
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn an_option_twice_must_say_the_same() {
        let twice = [
            "--format",
            "json",
            "a.bal",
            "--format=json",
            "--syntax-only",
            "--syntax-only",
        ];
        let settings = check(&twice).expect("one format");
        assert_eq!(settings.format, Format::Json);
        assert!(settings.syntax_only);
        let error = check(&["--format", "json", "--format", "short", "a.bal"]).unwrap_err();
        assert!(error.contains("--format"), "{error}");
        assert!(check(&["--format", "xml", "a.bal"]).is_err());
        assert!(check(&[]).is_err());
    }
}
