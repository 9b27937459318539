//! Reports of hand-made diagnostics, as snapshots: source and output side by side.

use std::sync::Arc;

use super::{Format, Report, Sources, write};
use crate::base::{FileId, ItemId, Location, TextRange};
use crate::diagnostics::{Code, Diagnostic, FlowStep};

const MAIN: &str = "import ballerina/io;\n\npublic function main(string... args) {\n    string id = \"S_\" + args[0];\n    query(\"WHERE ID = \" + id);\n}\n";
const STORE: &str = "// größe\nfunction query(@untainted string q) {\n}\n";

struct Texts(Vec<(&'static str, String)>);

impl Sources for Texts {
    fn text(&self, file: FileId) -> Option<Arc<str>> {
        let found = self.0.iter().find(|(path, _)| *path == file.path());
        found.map(|(_, text)| Arc::from(text.as_str()))
    }

    fn offset(&self, _item: ItemId) -> u32 {
        0
    }
}

impl Texts {
    fn of(files: &[(&'static str, &str)]) -> Self {
        let files = files.iter();
        Self(
            files
                .map(|(path, text)| (*path, (*text).to_owned()))
                .collect(),
        )
    }

    /// The place of `needle` in `file`.
    fn at(&self, file: &'static str, needle: &str) -> Location {
        let (_, text) = self.0.iter().find(|(path, _)| *path == file).unwrap();
        let start = text.find(needle).unwrap();
        let range = TextRange::new(start as u32, (start + needle.len()) as u32);
        Location::new(ItemId::of_file(FileId::new(file)), range)
    }

    fn step(&self, file: &'static str, needle: &str, message: &str) -> FlowStep {
        FlowStep {
            message: message.to_owned(),
            location: self.at(file, needle),
        }
    }

    fn print(&self, diagnostics: Vec<Diagnostic>, format: Format, colors: bool) -> String {
        let report = Report::new(diagnostics, self, self.0.len());
        let mut out = Vec::new();
        write(&report, format, colors, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

fn sample() -> (Texts, Vec<Diagnostic>) {
    let texts = Texts::of(&[("src/main.bal", MAIN), ("src/store, a.bal", STORE)]);
    let flow = vec![
        texts.step(
            "src/main.bal",
            "string... args",
            "parameter 'args' of entry point 'main' is untrusted",
        ),
        texts.step(
            "src/main.bal",
            "string id = \"S_\" + args[0];",
            "assigned to 'id'",
        ),
        texts.step(
            "src/store, a.bal",
            "@untainted string q",
            "sensitive parameter 'q'",
        ),
        texts.step(
            "src/main.bal",
            "\"WHERE ID = \" + id",
            "passed to parameter 'q' of 'query'",
        ),
    ];
    let found = Diagnostic::new(
        Code::T001,
        texts.at("src/main.bal", "\"WHERE ID = \" + id"),
        "tainted value passed to sensitive parameter 'q'",
    );
    let unused = Diagnostic::new(
        Code::E011,
        texts.at("src/main.bal", "import ballerina/io;"),
        "unused import module 'ballerina/io'",
    );
    let warning = Diagnostic::new(
        Code::W001,
        texts.at("src/main.bal", "query(\"WHERE ID = \" + id);"),
        "error result of 'query' is not used",
    );
    let found = found
        .with_flow(flow)
        .with_help("validate the value and wrap it in `<@untainted>`");
    (texts, vec![warning, found.clone(), unused, found])
}

#[test]
fn every_format() {
    let (texts, diagnostics) = sample();
    let print = |format| texts.print(diagnostics.clone(), format, false);
    insta::assert_snapshot!("human", print(Format::Human));
    insta::assert_snapshot!("short", print(Format::Short));
    insta::assert_snapshot!("json", print(Format::Json));
    insta::assert_snapshot!("github", print(Format::Github));
    let sarif: serde_json::Value = serde_json::from_str(&print(Format::Sarif)).unwrap();
    insta::assert_json_snapshot!("sarif", sarif);
}

#[test]
fn a_clean_report_is_still_printed() {
    let texts = Texts::of(&[("a.bal", "")]);
    let print = |format| texts.print(vec![], format, false);
    assert_eq!(
        print(Format::Human),
        "checked 1 file: 0 errors, 0 warnings\n"
    );
    assert_eq!(print(Format::Short), "");
    assert_eq!(print(Format::Json), "{\"version\":1,\"diagnostics\":[]}\n");
    assert_eq!(print(Format::Github), "");
}

#[test]
fn colors_are_asked_for() {
    let (texts, diagnostics) = sample();
    assert!(
        !texts
            .print(diagnostics.clone(), Format::Human, false)
            .contains('\u{1b}')
    );
    assert!(
        texts
            .print(diagnostics, Format::Human, true)
            .contains('\u{1b}')
    );
}

#[test]
fn a_long_line_shows_a_window() {
    let long = format!("{}BAD{}\nnext\n", "x ".repeat(50_000), " ü".repeat(50_000));
    let texts = Texts::of(&[("long.bal", &long)]);
    let found = Diagnostic::new(Code::E001, texts.at("long.bal", "BAD"), "bad");
    let printed = texts.print(vec![found], Format::Human, false);
    assert!(printed.len() < 1_000, "{} bytes", printed.len());
    assert!(printed.contains("long.bal:1:100001"), "{printed}");
    assert!(printed.contains("^^^"), "{printed}");
}

#[test]
fn sources_do_not_steer_the_terminal() {
    let texts = Texts::of(&[("evil.bal", "a \u{1b}[31m \u{202e}b\r\nBAD \u{85}\n")]);
    let found = Diagnostic::new(
        Code::E002,
        texts.at("evil.bal", "BAD"),
        "bad '\u{1b}]0;x\u{7}'",
    );
    let other = Diagnostic::new(Code::E002, texts.at("evil.bal", "b\r"), "bad");
    for format in [Format::Human, Format::Short] {
        let printed = texts.print(vec![found.clone(), other.clone()], format, false);
        assert!(
            !printed.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{85}']),
            "{printed:?}"
        );
    }
}

#[test]
fn places_behind_the_end_are_at_the_end() {
    let texts = Texts::of(&[("a.bal", "ab")]);
    let file = ItemId::of_file(FileId::new("a.bal"));
    let found = Diagnostic::new(Code::E001, Location::new(file, TextRange::new(7, 9)), "end");
    let printed = texts.print(vec![found], Format::Short, false);
    assert_eq!(printed, "a.bal:1:3: error[E001]: end\n");
}
