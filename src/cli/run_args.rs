//! The words behind `taintc run` (spec/cli.md section 1): taintc's own options, configuration entries
//! `--key=value`, the program, its arguments. Not clap's business: an unknown word is an error before
//! the program's name and an argument of the program behind it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;

use super::color::ColorChoice;
use super::failure::UsageError;

/// What the words ask for.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Request {
    Help,
    Version,
    Run(RunSettings),
}

/// A program to run, and how.
#[derive(PartialEq, Eq, Default, Debug)]
pub(super) struct RunSettings {
    pub(super) path: PathBuf,
    pub(super) config: Option<PathBuf>,
    /// `--KEY=VALUE`, in order.
    pub(super) entries: Vec<(String, String)>,
    pub(super) arguments: Vec<String>,
    pub(super) color: ColorChoice,
}

/// Names of later work: refused, so that no program comes to use them for something else.
const RESERVED: &[&str] = &["--taint-trace", "--max-memory"];

pub(super) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Request, UsageError> {
    let mut words = words.into_iter();
    let mut parsed = Parsed::default();
    while let Some(word) = words.next() {
        if word == "--" {
            for word in words.by_ref() {
                parsed.arguments.push(utf8(word)?);
            }
            break;
        }
        if parsed.path.is_none() && !starts_with_dash(&word) {
            parsed.path = Some(PathBuf::from(word));
            continue;
        }
        let word = utf8(word)?;
        match word.as_str() {
            "-h" | "--help" => return Ok(Request::Help),
            "-V" | "--version" => return Ok(Request::Version),
            "--experimental" => continue,
            _ => {}
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.as_str(), None),
        };
        match (name, value) {
            ("--config" | "--color", _) => {
                let value = match value {
                    Some(value) => OsString::from(value),
                    None => words
                        .next()
                        .ok_or_else(|| UsageError::MissingValue(name.to_owned()))?,
                };
                parsed.own_option(name, value)?;
            }
            ("--experimental", Some(_)) => {
                return Err(UsageError::SuperfluousValue(name.to_owned()));
            }
            (name, _) if RESERVED.contains(&name) => {
                return Err(UsageError::Reserved(name.to_owned()));
            }
            (name, Some(value)) if name.starts_with("--") => {
                parsed.entry(name.trim_start_matches('-'), value);
            }
            _ if parsed.path.is_some() => parsed.arguments.push(word),
            _ => return Err(UsageError::UnknownOption(word)),
        }
    }
    parsed.settle().map(Request::Run)
}

#[derive(Default)]
struct Parsed {
    path: Option<PathBuf>,
    config: Option<PathBuf>,
    color: Option<ColorChoice>,
    entries: Vec<(String, String)>,
    arguments: Vec<String>,
}

impl Parsed {
    fn own_option(&mut self, name: &str, value: OsString) -> Result<(), UsageError> {
        if name == "--config" {
            return set(&mut self.config, PathBuf::from(value), name);
        }
        let value = utf8(value)?;
        let choice = ColorChoice::from_str(&value, false).map_err(|_| UsageError::BadValue {
            option: name.to_owned(),
            value,
            allowed: "auto, always, never",
        })?;
        set(&mut self.color, choice, name)
    }

    fn entry(&mut self, key: &str, value: &str) {
        self.entries.push((key.to_owned(), value.to_owned()));
    }

    fn settle(self) -> Result<RunSettings, UsageError> {
        Ok(RunSettings {
            path: self.path.ok_or(UsageError::MissingFile)?,
            config: self.config,
            entries: self.entries,
            arguments: self.arguments,
            color: self.color.unwrap_or_default(),
        })
    }
}

fn set<T: PartialEq>(place: &mut Option<T>, value: T, name: &str) -> Result<(), UsageError> {
    match place {
        Some(given) if *given != value => Err(UsageError::GivenTwice(name.to_owned())),
        _ => {
            *place = Some(value);
            Ok(())
        }
    }
}

fn starts_with_dash(word: &OsString) -> bool {
    word.as_encoded_bytes().starts_with(b"-") && word.len() > 1
}

fn utf8(word: OsString) -> Result<String, UsageError> {
    word.into_string()
        .map_err(|word| UsageError::NotUtf8(word.to_string_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::super::failure::UsageError;
    use super::{Request, RunSettings, parse};

    fn settings(words: &str) -> RunSettings {
        match request(words) {
            Ok(Request::Run(settings)) => settings,
            other => panic!("{words}: {other:?}"),
        }
    }

    fn request(words: &str) -> Result<Request, UsageError> {
        parse(words.split_whitespace().map(OsString::from))
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect()
    }

    #[test]
    fn options_stand_before_and_behind_the_file() {
        let before = settings("--config c.toml --b7a.config.secret=s --a.b=1=2 p.bal x");
        let behind = settings("p.bal --config=c.toml x --b7a.config.secret=s --a.b=1=2");
        assert_eq!(before, behind);
        assert_eq!(before.path, PathBuf::from("p.bal"));
        assert_eq!(before.config, Some(PathBuf::from("c.toml")));
        let entries = pairs(&[("b7a.config.secret", "s"), ("a.b", "1=2")]);
        assert_eq!(before.entries, entries);
        assert_eq!(before.arguments, ["x"]);
    }

    #[test]
    fn unknown_words_behind_the_file_are_the_programs() {
        let found = settings("p.bal -v --flag - --k= --experimental");
        assert_eq!(found.arguments, ["-v", "--flag", "-"]);
        assert_eq!(found.entries, pairs(&[("k", "")]));
    }

    #[test]
    fn everything_behind_two_dashes_is_verbatim() {
        let found = settings("p.bal -- --k=v --config -- --help");
        assert_eq!(found.arguments, ["--k=v", "--config", "--", "--help"]);
        assert_eq!(request("-- p.bal"), Err(UsageError::MissingFile));
    }

    #[test]
    fn unknown_words_before_the_file_are_errors() {
        let unknown = |word: &str| Err(UsageError::UnknownOption(word.into()));
        assert_eq!(request("--flag p.bal"), unknown("--flag"));
        assert_eq!(request("-x=1 p.bal"), unknown("-x=1"));
        assert_eq!(request(""), Err(UsageError::MissingFile));
        let missing = UsageError::MissingValue("--config".into());
        assert_eq!(request("p.bal --config"), Err(missing));
    }

    #[test]
    fn an_option_twice_must_say_the_same() {
        let twice = UsageError::GivenTwice("--config".into());
        assert_eq!(request("--config a p.bal --config=b"), Err(twice));
        assert!(request("--config a p.bal --config=a --color never --color=never").is_ok());
        assert!(request("--color pink p.bal").is_err());
    }

    #[test]
    fn help_and_version_and_later_names() {
        assert_eq!(request("--help"), Ok(Request::Help));
        assert_eq!(request("p.bal --version"), Ok(Request::Version));
        let reserved = |name: &str| Err(UsageError::Reserved(name.into()));
        assert_eq!(request("p.bal --max-memory=3"), reserved("--max-memory"));
        assert_eq!(request("--taint-trace p.bal"), reserved("--taint-trace"));
        assert!(request("--experimental=1 p.bal").is_err());
    }
}
