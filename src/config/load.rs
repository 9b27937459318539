//! From the command line's words to a registry: which file, what replaces what, which secret
//! (spec/config.md sections 2 and 4).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::registry::{Entry, Origin, Value};
use super::{ConfigError, Key, Prompt, Registry, file, secret};

const DEFAULT_FILE: &str = "ballerina.conf";
const FILE_OPTION: &str = "b7a.config.file";
/// The option and the name that the guide's prose gives it.
const SECRET_OPTIONS: [&str; 2] = ["b7a.config.secret", "ballerina.config.secret"];

/// What the command line says about the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--config FILE`.
    pub file: Option<PathBuf>,
    /// Every `--KEY=VALUE`, in order.
    pub entries: Vec<(String, String)>,
    /// The folder of the program's file, or the project's folder.
    pub source_root: PathBuf,
    /// Relative paths start here.
    pub working_dir: PathBuf,
}

/// The environment variables of the process, or what a test puts in their place.
pub trait Environment: Send + Sync {
    fn variable(&self, name: &str) -> Option<String>;
}

/// The real environment. Variables that are not UTF-8 count as unset.
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

pub(super) struct NoEnvironment;

impl Environment for NoEnvironment {
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }
}

/// Reads the configuration of a run. The secret file is gone afterwards, whatever the result, as
/// soon as it has been opened. A file that is not read because nothing is encrypted stays.
pub fn load(
    options: &Options,
    environment: Box<dyn Environment>,
    prompt: &mut dyn Prompt,
) -> Result<Registry, ConfigError> {
    let command_line = command_line_entries(&options.entries)?;
    let named_secret = secret_option(&command_line)?;
    let mut entries = BTreeMap::new();
    if let Some(path) = file_to_read(options, &command_line)? {
        entries.extend(file::read(&path)?);
    }
    for (key, entry) in &mut entries {
        // What the command line replaces need not be valid.
        if !command_line.contains_key(key) {
            replace_from_environment(key, entry, environment.as_ref())?;
        }
    }
    entries.extend(command_line);
    let mut registry = Registry::new(entries, environment);
    if registry.has_encrypted() {
        registry.unlock(secret::cipher(options, named_secret, prompt)?)?;
    }
    Ok(registry)
}

fn command_line_entries(given: &[(String, String)]) -> Result<BTreeMap<Key, Entry>, ConfigError> {
    let mut entries = BTreeMap::new();
    for (name, value) in given {
        let key = Key::parse(name);
        if key.has_empty_segment() {
            return Err(ConfigError::InvalidKey(name.clone()));
        }
        let value = Value::String(value.clone());
        let origin = Origin::CommandLine;
        let entry = Entry { value, origin };
        match entries.get(&key) {
            Some(Entry { value, .. }) if *value != entry.value => {
                return Err(ConfigError::GivenTwice(name.clone()));
            }
            _ => entries.insert(key, entry),
        };
    }
    Ok(entries)
}

fn file_to_read(
    options: &Options,
    command_line: &BTreeMap<Key, Entry>,
) -> Result<Option<PathBuf>, ConfigError> {
    let by_entry = text_of(command_line, FILE_OPTION).map(PathBuf::from);
    let named = match (&options.file, by_entry) {
        (Some(one), Some(other)) if *one != other => {
            return Err(ConfigError::GivenTwice("config".to_owned()));
        }
        (Some(named), _) => Some(named.clone()),
        (None, named) => named,
    };
    let Some(named) = named else {
        let default = options.working_dir.join(DEFAULT_FILE);
        return Ok(default.exists().then_some(default));
    };
    // The name is kept as it was given where it is one for this process, for the messages.
    let path = match is_here(&options.working_dir) {
        true => named.clone(),
        false => options.working_dir.join(&named),
    };
    match path.exists() {
        true => Ok(Some(path)),
        false => Err(ConfigError::FileNotFound(named)),
    }
}

fn is_here(folder: &Path) -> bool {
    std::env::current_dir().is_ok_and(|here| here == folder)
}

fn secret_option(command_line: &BTreeMap<Key, Entry>) -> Result<Option<PathBuf>, ConfigError> {
    let mut named: Option<&str> = None;
    for option in SECRET_OPTIONS {
        let Some(text) = text_of(command_line, option) else {
            continue;
        };
        if named.is_some_and(|named| named != text) {
            return Err(ConfigError::GivenTwice(option.to_owned()));
        }
        named = Some(text);
    }
    Ok(named.map(PathBuf::from))
}

fn text_of<'e>(entries: &'e BTreeMap<Key, Entry>, name: &str) -> Option<&'e str> {
    match &entries.get(&Key::parse(name))?.value {
        Value::String(text) => Some(text),
        Value::Int(_) | Value::Float(_) | Value::Boolean(_) | Value::Array(_) => None,
    }
}

/// An entry of the file gives way to the variable of its name. An empty variable counts as unset, as
/// at look-ups; arrays have no form in the environment.
fn replace_from_environment(
    key: &Key,
    entry: &mut Entry,
    environment: &dyn Environment,
) -> Result<(), ConfigError> {
    let variable = key
        .environment_name()
        .and_then(|name| environment.variable(&name))
        .filter(|text| !text.is_empty());
    let Some(text) = variable else { return Ok(()) };
    let invalid = |kind, value: String| ConfigError::InvalidEnvironmentValue {
        kind,
        key: key.dotted(),
        value,
    };
    entry.value = match &entry.value {
        Value::String(_) => Value::String(text),
        Value::Int(_) => match text.parse() {
            Ok(value) => Value::Int(value),
            Err(_) => return Err(invalid("int", text)),
        },
        Value::Float(_) => match text.parse() {
            Ok(value) => Value::Float(value),
            Err(_) => return Err(invalid("float", text)),
        },
        Value::Boolean(_) => Value::Boolean(text.eq_ignore_ascii_case("true")),
        Value::Array(_) => return Ok(()),
    };
    entry.origin = Origin::Environment;
    Ok(())
}

#[cfg(test)]
mod tests;
