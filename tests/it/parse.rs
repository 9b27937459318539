//! The parser on whole, broken and mutilated texts, by its library interface: every conformance program parses,
//! nesting costs no more than its length, and nothing that a text can hold makes the parser fail.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use taintc::base::{FileId, LineIndex};
use taintc::diagnostics::Code;
use taintc::syntax::{self, ast::ParsedFile};

use crate::common::fixture;
use crate::conformance::programs_below;

/// Far more than a text of these tests takes, for an unoptimised build on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(30);

fn parse(text: &str) -> ParsedFile {
    let (sender, receiver) = mpsc::channel();
    let owned = text.to_owned();
    let parser = thread::Builder::new()
        .stack_size(taintc::limits::STACK_BYTES)
        .spawn(move || sender.send(syntax::parse(FileId::new("a.bal"), &owned)));
    let parsed = receiver.recv_timeout(TIME_LIMIT);
    let parsed =
        parsed.unwrap_or_else(|_| panic!("not read in {TIME_LIMIT:?}, or a panic: {text}"));
    parser
        .expect("a thread")
        .join()
        .expect("no panic")
        .expect("a receiver");
    parsed
}

/// What stands around a construct, what is repeated before and behind its middle, and the middle.
struct Nesting(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const IN_EXPRESSION: (&str, &str) = ("function f() {\n    var a = ", ";\n}\n");
const IN_BLOCK: (&str, &str) = ("function f() {\n", "}\n");

/// Every construct with brackets that may stand inside itself: open, close, middle.
const EXPRESSIONS: &[(&str, &str, &str)] = &[
    ("(", ")", "1"),
    ("[", "]", "1"),
    ("[1, ", "]", "2"),
    ("{a: ", "}", "1"),
    ("{\"a\": ", "}", "1"),
    ("{[a]: ", "}", "1"),
    ("{[", "]: 1}", "a"),
    ("f(", ")", "1"),
    ("f(1, ", ")", "1"),
    ("f(x = ", ")", "1"),
    ("f(...", ")", "a"),
    ("a.f(", ")", "1"),
    ("a[", "]", "1"),
    ("a.b[", "].c", "1"),
    ("a->f(", ")", "1"),
    ("new(", ")", "1"),
    ("new T(", ")", "1"),
    ("error(\"a\", b = ", ")", "1"),
    ("start f(", ")", "1"),
    ("wait {a: ", "}", "b"),
    ("wait (", ")", "b"),
    ("trap (", ")", "b"),
    ("check f(", ")", "1"),
    ("typeof (", ")", "1"),
    ("<int> (", ")", "1"),
    ("<@untainted> (", ")", "1"),
    ("<map<int>> {a: ", "}", "1"),
    ("-(", ")", "1"),
    ("!(a && ", ")", "b"),
    ("a ? (", ") : 1", "b"),
    ("a ? 1 : (", ")", "b"),
    ("a ?: (", ")", "b"),
    ("(a is int) && (", ")", "b"),
    ("string `x ${", "} y`", "a"),
    ("xml `<a>${", "}</a>`", "b"),
    ("xml `<a b=\"${", "}\"/>`", "c"),
    ("x => (", ")", "x"),
    ("(x, y) => (", ")", "x"),
    ("function (int x) returns int { return ", "; }", "x"),
    ("function () { var a = ", "; }", "1"),
    ("service { resource function f() { var a = ", "; } }", "1"),
    ("table { {a}, [{", "}] }", "1"),
    ("{a: 1, b: {c: ", "}}", "1"),
    ("a@[", "]", "\"b\""),
    ("(a|", ")", "b"),
    ("f(function () { g(", "); })", "1"),
];

const STATEMENTS: &[(&str, &str, &str)] = &[
    ("if (a) {", "}", ""),
    ("if (a) {} else {", "}", ""),
    ("if a {} else if b {", "}", ""),
    ("while (a) {", "}", ""),
    ("foreach var a in b {", "}", ""),
    ("foreach (var a in b) {", "}", ""),
    ("foreach var {a, b} in c {", "}", ""),
    ("match a { 1 => {", "} }", ""),
    ("match a { var [b, c] if b is int => {", "} }", ""),
    ("lock {", "}", ""),
    ("transaction {", "}", ""),
    ("transaction {} onretry {", "}", ""),
    ("fork { worker w {", "} }", ""),
    ("f(function () {", "});", ""),
];

/// Patterns of declarations and assignments, in front of `= v;`.
const PATTERNS: &[(&str, &str, &str)] = &[
    ("[a, ", "]", "b"),
    ("{a: ", "}", "b"),
    ("error(r, a = ", ")", "b"),
];

const TYPES: &[(&str, &str, &str)] = &[
    ("map<", ">", "int"),
    ("(int|", ")", "int"),
    ("[int, ", "]", "int"),
    ("record { ", " a; }", "int"),
    ("record {| ", " a; |}", "int"),
    ("object { ", " a; }", "int"),
    ("object { function f(", " a) { } }", "int"),
    ("function (", ") returns int", "int"),
    ("function () returns ", "", "int"),
    ("table<", ">", "T"),
    ("future<", ">", "int"),
    ("error<string, ", ">", "T"),
    ("typedesc<", ">", "int"),
];

fn nestings() -> Vec<Nesting> {
    let within = |(before, after), list: &[(&'static str, &'static str, &'static str)]| {
        list.iter()
            .map(|&(open, close, middle)| Nesting(before, open, close, middle, after))
            .collect::<Vec<_>>()
    };
    let mut all = within(IN_EXPRESSION, EXPRESSIONS);
    all.extend(within(IN_BLOCK, STATEMENTS));
    all.extend(within(("function f() {\n    var ", " = v;\n}\n"), PATTERNS));
    all.extend(within(("function f() {\n    ", " = v;\n}\n"), PATTERNS));
    all.extend(within(("type T ", ";\n"), TYPES));
    all.extend(within(("function f() {\n    ", " x = 1;\n}\n"), TYPES));
    all.extend(within(("function f(", " x) {\n}\n"), TYPES));
    all
}

impl Nesting {
    fn whole(&self, depth: usize) -> String {
        let Self(before, open, close, middle, after) = self;
        let (open, close) = (open.repeat(depth), close.repeat(depth));
        format!("{before}{open}{middle}{close}{after}")
    }

    /// Nothing in the middle, unclosed, rubbish behind, one closer too few, a stray semicolon.
    fn broken(&self, depth: usize) -> [String; 5] {
        let Self(before, open, close, middle, after) = self;
        let (opened, closed) = (open.repeat(depth), close.repeat(depth));
        let fewer = close.repeat(depth - 1);
        [
            format!("{before}{opened}{closed}{after}"),
            format!("{before}{opened}{middle}{after}"),
            format!("{before}{opened}{middle} ~ ~ {closed}{after}"),
            format!("{before}{opened}{middle}{fewer}{after}"),
            format!("{before}{opened}{middle};{closed}{after}"),
        ]
    }
}

/// Parsing twice what is nested would double the time at each level: 40 levels would never end.
#[test]
fn forty_levels_of_everything_are_read() {
    for nesting in nestings() {
        parse(&nesting.whole(40));
        nesting.broken(40).iter().for_each(|text| drop(parse(text)));
    }
}

#[test]
fn nested_constructs_are_accepted_whole() {
    for nesting in nestings() {
        let text = nesting.whole(3);
        let codes: Vec<Code> = parse(&text).diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [], "{text}");
    }
}

#[test]
fn every_program_without_a_syntax_marker_parses() {
    let mut complaints = Vec::new();
    let is_broken = |program: &&PathBuf| program.starts_with(fixture("parse"));
    let programs = programs_below(&fixture(""));
    for program in programs.iter().filter(|program| !is_broken(program)) {
        for path in crate::conformance::sources(program) {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let is_marked = ["E001", "E002", "E003", "E004", "E006", "E007"]
                .iter()
                .any(|code| text.contains(&format!("//~ {code}")));
            let found = parse(&text).diagnostics;
            if !is_marked && !found.is_empty() {
                complaints.push(format!("{}: {:?}", path.display(), found.first()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What broken programs are told, as a person sees it.
#[test]
fn broken_programs_get_their_diagnostics() {
    insta::glob!("../../fixtures/parse", "*.bal", |path| {
        let text = fs::read_to_string(path).expect("a program");
        let parsed = parse(&text);
        let index = LineIndex::new(&text);
        let offset = |diagnostic: &taintc::diagnostics::Diagnostic| {
            let item = parsed
                .items
                .iter()
                .find(|item| item.id == diagnostic.location.item);
            item.map_or(0, |item| item.range.start) + diagnostic.location.range.start
        };
        let mut shown: Vec<_> = parsed
            .diagnostics
            .iter()
            .map(|found| {
                let place = index.line_column(&text, offset(found));
                (
                    place.line,
                    place.column,
                    format!("{}: {}", found.code, found.message),
                )
            })
            .collect();
        shown.sort();
        let lines: Vec<String> = shown
            .into_iter()
            .map(|(line, column, message)| format!("{line}:{column}: {message}"))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    });
}

/// Texts made of the words and signs of the language, in any order.
fn word_salad() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "function",
        "public",
        "service",
        "resource",
        "type",
        "record",
        "object",
        "if",
        "else",
        "while",
        "foreach",
        "in",
        "match",
        "=>",
        "return",
        "check",
        "trap",
        "wait",
        "start",
        "new",
        "table",
        "from",
        "select",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "{|",
        "|}",
        "<",
        ">",
        ";",
        ",",
        ":",
        ".",
        "?",
        "?.",
        "?:",
        "...",
        "..<",
        "->",
        "<-",
        "->>",
        "=",
        "==",
        "===",
        "+",
        "-",
        "*",
        "/",
        "!",
        "~",
        "@",
        "#",
        "|",
        "&",
        "int",
        "string",
        "x",
        "y",
        "f",
        "1",
        "0x1",
        "1.5",
        "\"s\"",
        "\"",
        "`",
        "${",
        "xml `<a>",
        "</a>`",
        "string `",
        "//",
        "\n",
        "'",
        "\\",
        "é",
        "\u{200e}",
        "import",
        "ballerina/io",
        "const",
        "final",
        "var",
        "worker",
        "fork",
        "lock",
        "transaction",
        "error",
        "is",
        "typeof",
        "annotation",
        "on",
        "returns",
    ]);
    prop::collection::vec(words, 0..80).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_words_make_the_parser_fail(text in word_salad()) {
        check_places(&text);
    }

    #[test]
    fn no_characters_make_the_parser_fail(text in "\\PC{0,200}") {
        check_places(&text);
    }

    /// A program with a piece cut out and another put in.
    #[test]
    fn no_mutilation_makes_the_parser_fail(
        which in 0_usize..1000, at in 0.0..1.0_f64, cut in 0_usize..60, put in word_salad()
    ) {
        let programs = programs_below(&fixture("conformance/lang"));
        let path = programs.get(which % programs.len()).expect("a program");
        if let Ok(text) = fs::read_to_string(path) {
            let start = text.floor_char_boundary((text.len() as f64 * at) as usize);
            let end = text.ceil_char_boundary(start.saturating_add(cut).min(text.len()));
            check_places(&format!("{}{put}{}", &text[..start], &text[end..]));
        }
    }
}

/// Every diagnostic lies inside the text.
fn check_places(text: &str) {
    let parsed = parse(text);
    for found in &parsed.diagnostics {
        let item = parsed
            .items
            .iter()
            .find(|item| item.id == found.location.item);
        let offset = item.map_or(0, |item| item.range.start);
        let end = offset + found.location.range.end;
        assert!(end as usize <= text.len(), "{found:?} in {text:?}");
        assert!(!found.message.is_empty());
    }
}
