//! The sarif format, version 2.1.0: one run with the rules that its results name, flows as
//! `codeFlows`, columns in Unicode scalar values.

use std::collections::BTreeSet;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Place, Report, Resolved};
use crate::diagnostics::{Code, Severity};

/// What a path segment must not hold as it stands (RFC 3986), `/` left alone.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let codes: BTreeSet<Code> = report.diagnostics.iter().map(|found| found.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let results: Vec<Value> = report
        .diagnostics
        .iter()
        .map(|resolved| result(resolved, &codes))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "taintc",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn rule(code: Code) -> Value {
    let explanation = code.explanation();
    let help = format!(
        "{}\n\nReported:\n\n{}\nMended:\n\n{}",
        explanation.meaning, explanation.failing, explanation.mended
    );
    json!({
        "id": code.as_str(),
        "shortDescription": {"text": code.title()},
        "fullDescription": {"text": explanation.meaning},
        "help": {"text": help},
        "defaultConfiguration": {"level": level(code)},
    })
}

fn result(resolved: &Resolved, codes: &[Code]) -> Value {
    let rule_index = codes.iter().position(|code| *code == resolved.code);
    let mut text = resolved.message.clone();
    if let Some(help) = &resolved.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": resolved.code.as_str(),
        "ruleIndex": rule_index,
        "level": level(resolved.code),
        "message": {"text": text},
        "locations": [{"physicalLocation": physical_location(resolved.place)}],
    });
    if !resolved.flow.is_empty() {
        let steps = resolved.flow.iter().map(|step| {
            json!({"location": {
                "physicalLocation": physical_location(step.place),
                "message": {"text": step.message},
            }})
        });
        let steps: Vec<Value> = steps.collect();
        result["codeFlows"] = json!([{"threadFlows": [{"locations": steps}]}]);
    }
    result
}

fn level(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn physical_location(place: Place) -> Value {
    json!({
        "artifactLocation": {"uri": uri(place.file.path())},
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    })
}

/// A relative reference for a relative path, a `file:` URI for an absolute one.
fn uri(path: &str) -> String {
    let encoded = utf8_percent_encode(path, PATH).to_string();
    if path.starts_with('/') {
        return format!("file://{encoded}");
    }
    // A colon in the first segment would read as a scheme.
    let first = encoded.split('/').next().unwrap_or_default();
    if first.contains(':') {
        return format!("./{encoded}");
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("src/a b.bal"), "src/a%20b.bal");
        assert_eq!(uri("/tmp/ü.bal"), "file:///tmp/%C3%BC.bal");
        assert_eq!(uri("c:x/a.bal"), "./c:x/a.bal");
    }
}
