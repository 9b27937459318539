//! Errors about files, configuration, usage and the run itself: what ends in exit code 2. Printed on
//! stderr by miette, without colours and line breaks where nobody looks at a terminal.

use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use super::Exit;
use super::color::ColorChoice;
use crate::config::ConfigError;
use crate::db::load::LoadError;

/// Something outside of the program text stands in the way.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum Failure {
    #[error(transparent)]
    Config(ConfigError),

    /// A path that was named on the command line cannot be taken in.
    #[error(transparent)]
    Load(LoadError),

    /// The program has no errors, but it cannot be started: there is nothing to run, or too much.
    #[error("{0}")]
    Refused(String),

    /// The threads for I/O cannot be had.
    #[error("cannot start the threads of the program")]
    NoThreads(#[source] io::Error),

    /// `explain` was asked for something that is no code.
    #[error("there is no diagnostic code '{0}'")]
    #[diagnostic(help("codes look like T001, E030 and W001; reports show them in brackets"))]
    UnknownCode(String),

    /// The folder that relative paths start in is gone.
    #[error("cannot find the working directory")]
    WorkingDirectory(#[source] io::Error),

    /// stdout is full or broken.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
}

impl Failure {
    pub(super) fn print(self) -> Exit {
        print(&self)
    }
}

/// The command line itself is wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum UsageError {
    #[error("option '{0}' is given twice with different values")]
    GivenTwice(String),
    #[error("unknown option '{0}'")]
    UnknownOption(String),
    #[error("option '{0}' is not available in this version")]
    Reserved(String),
    #[error("option '{0}' needs a value")]
    MissingValue(String),
    #[error("option '{0}' takes no value")]
    SuperfluousValue(String),
    #[error("option '{option}' is one of {allowed}, not '{value}'")]
    BadValue {
        option: String,
        value: String,
        allowed: &'static str,
    },
    #[error("no program is named")]
    MissingFile,
    #[error("the argument '{0}' is not valid UTF-8")]
    NotUtf8(String),
}

impl UsageError {
    /// Prints the error and the right usage.
    pub(super) fn print(&self, usage: &str) -> Exit {
        // Nothing can be said when stderr is gone.
        let _ = writeln!(
            io::stderr().lock(),
            "error: {self}\n\nUsage: {usage}\n\nFor more information, try '--help'."
        );
        Exit::Unusable
    }
}

/// Prints `diagnostic` and its causes on stderr, behind `error: `.
fn print(diagnostic: &dyn Diagnostic) -> Exit {
    let colors = ColorChoice::Auto.applies_to(&io::stderr());
    // Nothing can be said when stderr is gone.
    let _ = io::stderr()
        .lock()
        .write_all(rendered(diagnostic, colors).as_bytes());
    Exit::Unusable
}

fn rendered(diagnostic: &dyn Diagnostic, colors: bool) -> String {
    let mut theme = if colors {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    theme.characters.error = "error:".to_owned();
    let handler = GraphicalReportHandler::new_themed(theme).with_wrap_lines(false);
    let mut text = String::new();
    if handler.render_report(&mut text, diagnostic).is_err() {
        return format!("error: {diagnostic}\n");
    }
    let text = text.trim();
    format!("{text}\n")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{Failure, rendered};

    #[test]
    fn causes_and_help_stand_below_the_error() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let failures = [
            Failure::UnknownCode("T99".to_owned()),
            Failure::Output(full),
        ];
        let texts = failures.map(|failure| rendered(&failure, false));
        insta::assert_snapshot!(texts.join("----\n"));
    }
}
