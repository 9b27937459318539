//! The rules of precedence and of the secret, over files in a temporary folder.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Environment, Options, load};
use crate::config::registry::{Found, Registry, Value};
use crate::config::{ConfigError, Key, Prompt};

const ENCRYPTED: &str = "@encrypted:{pIQrB9YfCQK1eIWH5d6UaZXA3zr+60JxSBcpa2PY7a8=}";

struct Variables(HashMap<&'static str, &'static str>);

impl Environment for Variables {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|&text| text.to_owned())
    }
}

/// What is typed at the prompt.
#[derive(Clone, Copy)]
enum Answer {
    Line(&'static str),
    /// The input ends.
    Nothing,
    /// A question fails the test.
    NotAsked,
}

impl Prompt for Answer {
    fn ask(&mut self, question: &str) -> io::Result<Option<Zeroizing<String>>> {
        assert_eq!(
            question,
            "taintc: enter secret for config value decryption:"
        );
        match *self {
            Self::Line(line) => Ok(Some(Zeroizing::new(line.to_owned()))),
            Self::Nothing => Ok(None),
            Self::NotAsked => panic!("a question where none is expected"),
        }
    }
}

struct Case {
    folder: tempfile::TempDir,
    options: Options,
    variables: HashMap<&'static str, &'static str>,
}

impl Case {
    fn new(file: &str) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let source_root = folder.path().join("source");
        fs::create_dir(&source_root).expect("folder");
        fs::write(folder.path().join("c.toml"), file).expect("file");
        let options = Options {
            file: Some("c.toml".into()),
            entries: Vec::new(),
            source_root,
            working_dir: folder.path().to_owned(),
        };
        Self {
            folder,
            options,
            variables: HashMap::new(),
        }
    }

    fn entry(mut self, key: &str, value: &str) -> Self {
        self.options
            .entries
            .push((key.to_owned(), value.to_owned()));
        self
    }

    fn variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.insert(name, value);
        self
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn load(&self, mut prompt: Answer) -> Result<Registry, ConfigError> {
        let environment = Variables(self.variables.clone());
        load(&self.options, Box::new(environment), &mut prompt)
    }

    fn error(&self, prompt: Answer) -> String {
        match self.load(prompt) {
            Ok(_) => panic!("an error is expected"),
            Err(error) => error.to_string(),
        }
    }
}

fn text(registry: &Registry, key: &str) -> Option<String> {
    match registry.lookup(key).expect("look-up") {
        Some(Found::Text(text) | Found::Environment(text)) => Some(text.to_string()),
        Some(_) => panic!("a string is expected"),
        None => None,
    }
}

#[test]
fn command_line_wins_over_environment_over_file() {
    let registry = Case::new("a = \"file\"\nb = \"file\"\nc = \"file\"\n")
        .entry("a", "line=x")
        .variable("a", "environment")
        .variable("b", "environment")
        .variable("d", "environment")
        .variable("c", "")
        .load(Answer::NotAsked)
        .expect("loads");
    assert_eq!(text(&registry, "a").as_deref(), Some("line=x"));
    assert_eq!(text(&registry, "b").as_deref(), Some("environment"));
    assert_eq!(text(&registry, "c").as_deref(), Some("file"));
    assert_eq!(text(&registry, "d").as_deref(), Some("environment"));
    assert!(registry.contains("a") && !registry.contains("d"));
}

#[test]
fn environment_takes_the_type_of_the_file_entry() {
    let case = Case::new("i = 1\nf = 1.5\nb = false\n")
        .variable("i", "7")
        .variable("f", "2")
        .variable("b", "TRUE");
    let registry = case.load(Answer::NotAsked).expect("loads");
    assert_eq!(registry.int("i"), Ok(Some(7)));
    assert_eq!(registry.float("f"), Ok(Some(2.0)));
    assert_eq!(registry.boolean("b"), Ok(Some(true)));
    assert_eq!(
        case.variable("i", "x").error(Answer::NotAsked),
        "received invalid int value from environment for 'i': x"
    );
}

#[test]
fn look_ups_convert_as_the_module_says() {
    let registry =
        Case::new("i = 5\ns = \"12\"\nt = \"TRUE\"\nl = [1]\n[a.b]\nx = 1\n[a.bc]\ny = 2\n")
            .load(Answer::NotAsked)
            .expect("loads");
    assert_eq!(registry.int("s"), Ok(Some(12)));
    assert_eq!(registry.float("i"), Ok(Some(5.0)));
    assert_eq!(registry.boolean("t"), Ok(Some(true)));
    let error = registry.int("t").expect_err("no int");
    assert_eq!(
        error.to_string(),
        "config key 't' does not map to a valid 'int'"
    );
    assert!(registry.boolean("i").is_err() && registry.int("l").is_err());
    assert_eq!(registry.below("a.b"), [("x".to_owned(), Value::Int(1))]);
    assert!(registry.below("nothing").is_empty());
    registry.set("a.b.z", Value::String("new".to_owned()));
    assert_eq!(registry.below("a.b").len(), 2);
}

#[test]
fn quoted_segments_do_not_reach_into_other_tables() {
    let registry = Case::new("[b7a.users.\"a.b\"]\npassword = \"x\"\n")
        .load(Answer::NotAsked)
        .expect("loads");
    let exact = |key: Key| registry.exact_text(&key).expect("look-up").is_some();
    assert!(exact(Key::of(["b7a", "users", "a.b", "password"])));
    assert!(!exact(Key::of(["b7a", "users", "a", "b", "password"])));
    assert_eq!(
        text(&registry, "b7a.users.a.b.password").as_deref(),
        Some("x")
    );
}

#[test]
fn which_file_is_read() {
    let mut case = Case::new("");
    case.options.file = Some("missing.toml".into());
    assert_eq!(
        case.error(Answer::NotAsked),
        "configuration file not found: missing.toml"
    );
    case.options.file = None;
    fs::write(case.path().join("ballerina.conf"), "a = \"default\"").expect("file");
    assert_eq!(
        text(&case.load(Answer::NotAsked).expect("loads"), "a").as_deref(),
        Some("default")
    );
    let case = case.entry("b7a.config.file", "c.toml");
    assert_eq!(
        text(&case.load(Answer::NotAsked).expect("loads"), "a"),
        None
    );
    let case = case.entry("b7a.config.file", "other.toml");
    assert_eq!(
        case.error(Answer::NotAsked),
        "option '--b7a.config.file' is given twice with different values"
    );
}

#[test]
fn encrypted_values_use_up_the_secret_file() {
    let case = Case::new(&format!("p = \"{ENCRYPTED}\"\n"));
    for folder in [case.path(), &case.options.source_root] {
        fs::write(folder.join("secret.txt"), "ballerina\n").expect("file");
    }
    let registry = case.load(Answer::NotAsked).expect("loads");
    assert_eq!(text(&registry, "p").as_deref(), Some("password"));
    assert!(!case.options.source_root.join("secret.txt").exists());
    assert!(case.path().join("secret.txt").exists());
}

#[test]
fn the_named_secret_file_comes_first_and_must_exist() {
    let case = Case::new("")
        .entry("p", ENCRYPTED)
        .entry("b7a.config.secret", "s/key");
    fs::write(case.path().join("secret.txt"), "ballerina").expect("file");
    assert_eq!(case.error(Answer::NotAsked), "file not found: s/key");
    fs::create_dir(case.path().join("s")).expect("folder");
    fs::write(case.path().join("s/key"), "wrong secret").expect("file");
    assert_eq!(
        case.error(Answer::NotAsked),
        "command line: failed to retrieve encrypted value: 'p' (wrong secret or damaged value)"
    );
    assert!(
        !case.path().join("s/key").exists(),
        "deleted although the value did not decrypt"
    );
    assert!(case.path().join("secret.txt").exists());
}

#[test]
fn without_a_file_somebody_is_asked() {
    let case = Case::new(&format!("p = \"{ENCRYPTED}\"\n"));
    let registry = case.load(Answer::Line("ballerina")).expect("loads");
    assert_eq!(text(&registry, "p").as_deref(), Some("password"));
    assert!(case.error(Answer::Nothing).contains("there is no secret"));
    assert!(case.error(Answer::Line("")).contains("the secret is empty"));
    let wrong = case.error(Answer::Line("x"));
    assert!(wrong.contains("c.toml:1:1: failed to retrieve"), "{wrong}");
}

#[test]
fn a_bad_secret_file_is_gone_and_said_to_be_bad() {
    for (content, message) in [
        ("", "the secret is empty"),
        ("\n", "the secret is empty"),
        ("a\nb\n", "Multi-line user secrets not allowed"),
    ] {
        let case = Case::new(&format!("p = \"{ENCRYPTED}\"\n"));
        let path = case.path().join("secret.txt");
        fs::write(&path, content).expect("file");
        assert!(case.error(Answer::NotAsked).contains(message));
        assert!(!path.exists());
    }
}

#[test]
fn without_encrypted_values_the_secret_file_stays() {
    let case = Case::new("a = 1\n").entry("b7a.config.secret", "nowhere");
    fs::write(case.path().join("secret.txt"), "x").expect("file");
    case.load(Answer::NotAsked).expect("loads");
    assert!(case.path().join("secret.txt").exists());
}

#[test]
fn an_encrypted_value_that_is_not_base64_is_named() {
    let case = Case::new("[t]\np = \"@encrypted:{%%%}\"\n");
    let error = case.error(Answer::Line("s"));
    assert!(error.ends_with("c.toml:2:1: configuration key 't.p': invalid base 64 value: %%%"));
}
