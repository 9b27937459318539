//! Taint programs: `//~ T001 name @14 from A via B to C` markers, compared as a full set; warnings only
//! where a marker names them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::checked::{Finding, check};
use super::{Problems, lossy_text, programs_below, sources};
use crate::common::fixture;

pub fn programs() -> Vec<PathBuf> {
    programs_below(&fixture("conformance/taint"))
}

/// Codes whose findings must tell how the data came there (spec/taint.md section 10).
const WITH_FLOW: &[&str] = &["T001", "T002", "T003", "T004", "T005", "T006", "T007"];

static LABEL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^//~(source|step)\s+(\w+)").expect("a pattern"));
static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[TEW]\d{3}$").expect("a pattern"));

#[derive(Default, Debug)]
struct Wanted {
    file: PathBuf,
    line: u64,
    code: String,
    name: Option<String>,
    column: Option<u64>,
    from: Option<String>,
    via: Vec<String>,
    to: Option<String>,
    optional: bool,
}

#[derive(Default)]
struct Markers {
    wanted: Vec<Wanted>,
    labels: BTreeMap<String, (PathBuf, u64)>,
}

pub fn problems(program: &Path) -> Problems {
    match compare(program) {
        Ok(problems) => problems,
        Err(problem) => vec![problem],
    }
}

fn compare(program: &Path) -> Result<Problems, String> {
    let mut markers = Markers::default();
    for source in sources(program) {
        read_markers(&source, &mut markers)?;
    }
    let mut found = check(program)?.findings;
    let mut problems = Vec::new();
    // What must be there is matched before what may be there, the exact before the vague.
    markers
        .wanted
        .sort_by_key(|wanted| (wanted.optional, wanted.column.is_none()));
    for wanted in &markers.wanted {
        match found.iter().position(|finding| fits(finding, wanted)) {
            Some(at) => problems.extend(flow_problems(&found.remove(at), wanted, &markers)),
            None if wanted.optional => {}
            None => problems.push(format!(
                "missing {}:{} {} {:?}",
                wanted.file.display(),
                wanted.line,
                wanted.code,
                wanted.name
            )),
        }
    }
    let unexpected = found.iter().filter(|finding| finding.is_error);
    problems.extend(unexpected.map(|finding| {
        let at = &finding.at;
        format!(
            "unexpected {}:{}:{} {} {}",
            at.file.display(),
            at.line,
            at.column,
            finding.code,
            finding.message
        )
    }));
    Ok(problems)
}

fn fits(finding: &Finding, wanted: &Wanted) -> bool {
    finding.at.line == wanted.line
        && finding.code == wanted.code
        && finding.at.file == wanted.file
        && wanted
            .name
            .as_deref()
            .is_none_or(|name| finding.name() == Some(name))
        && wanted
            .column
            .is_none_or(|column| finding.at.column == column)
}

fn flow_problems(finding: &Finding, wanted: &Wanted, markers: &Markers) -> Problems {
    let flow = &finding.flow;
    let mut problems = Vec::new();
    let mut complain = |what: &str, label: &str| {
        let place = &markers.labels[label];
        let lines: Vec<u64> = flow.iter().map(|step| step.line).collect();
        let (code, line) = (&wanted.code, wanted.line);
        problems.push(format!(
            "flow of {code} at {line} {what} line {}: {lines:?}",
            place.1
        ));
    };
    let is_at = |step: Option<&super::checked::Place>, label: &str| {
        let (file, line) = &markers.labels[label];
        step.is_some_and(|step| step.file == *file && step.line == *line)
    };
    if let Some(from) = &wanted.from
        && !is_at(flow.first(), from)
    {
        complain("does not start at", from);
    }
    if let Some(to) = &wanted.to
        && !is_at(flow.last(), to)
    {
        complain("does not end at", to);
    }
    for via in &wanted.via {
        if !flow.iter().any(|step| is_at(Some(step), via)) {
            complain("does not pass", via);
        }
    }
    if flow.is_empty() && WITH_FLOW.contains(&finding.code.as_str()) {
        problems.push(format!("{} at {} has no flow", wanted.code, wanted.line));
    }
    problems
}

fn read_markers(source: &Path, into: &mut Markers) -> Result<(), String> {
    for (line, text) in (1..).zip(lossy_text(source).lines()) {
        let Some(at) = text.find("//~") else { continue };
        let mut marker = text[at..].trim_end();
        if let Some(label) = LABEL.captures(marker) {
            let place = (source.to_owned(), line);
            into.labels.insert(label[2].to_owned(), place);
            let rest = &marker[label[0].len()..];
            let Some(at) = rest.find("//~") else { continue };
            marker = &rest[at..];
        }
        let marker = marker.trim_start_matches("//~");
        let optional = marker.starts_with('?');
        for part in marker.trim_start_matches('?').split(';') {
            let mut wanted = wanted(part)
                .ok_or_else(|| format!("{}:{line}: bad marker '{part}'", source.display()))?;
            wanted.file = source.to_owned();
            wanted.line = line;
            wanted.optional = optional;
            into.wanted.push(wanted);
        }
    }
    let used = |wanted: &Wanted| {
        let ends = wanted.from.iter().chain(&wanted.to).chain(&wanted.via);
        ends.cloned().collect::<Vec<_>>()
    };
    let unknown = |label: &String| !into.labels.contains_key(label);
    match into.wanted.iter().flat_map(used).find(unknown) {
        Some(label) => Err(format!("{}: no line is named {label}", source.display())),
        None => Ok(()),
    }
}

fn wanted(part: &str) -> Option<Wanted> {
    let mut words = part.split_whitespace().peekable();
    let code = words.next().filter(|word| CODE.is_match(word))?;
    let mut wanted = Wanted {
        code: code.to_owned(),
        ..Wanted::default()
    };
    let is_name = |word: &&str| !matches!(*word, "from" | "via" | "to") && !word.starts_with('@');
    wanted.name = words.next_if(is_name).map(str::to_owned);
    while let Some(word) = words.next() {
        match word {
            "from" => wanted.from = Some(words.next()?.to_owned()),
            "to" => wanted.to = Some(words.next()?.to_owned()),
            "via" => wanted.via.push(words.next()?.to_owned()),
            column => wanted.column = Some(column.strip_prefix('@')?.parse().ok()?),
        }
    }
    Some(wanted)
}
