//! What `taintc check --format json` says about a program.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::TIMEOUT;
use crate::common::{run_limited, taintc};

pub struct Checked {
    pub code: i32,
    pub findings: Vec<Finding>,
}

#[derive(Clone, Debug)]
pub struct Finding {
    pub code: String,
    pub is_error: bool,
    pub message: String,
    pub at: Place,
    pub flow: Vec<Place>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub file: PathBuf,
    pub line: u64,
    pub column: u64,
}

impl Finding {
    /// The first quoted word of the message.
    pub fn name(&self) -> Option<&str> {
        self.message.split('\'').nth(1)
    }
}

pub fn check(program: &Path) -> Result<Checked, String> {
    let ended = run_limited(
        taintc().args(["check", "--format", "json"]).arg(program),
        "",
        TIMEOUT,
    )?;
    if !matches!(ended.code, 0 | 1) {
        return Err(format!("exit code {}: {}", ended.code, ended.stderr.trim()));
    }
    let document: Value =
        serde_json::from_str(&ended.stdout).map_err(|error| format!("no JSON: {error}"))?;
    if document["version"] != 1 {
        return Err(format!("JSON version is {}", document["version"]));
    }
    let entries = document["diagnostics"].as_array().ok_or("no diagnostics")?;
    let findings: Option<Vec<_>> = entries.iter().map(finding).collect();
    let findings = findings.ok_or("output is not the agreed JSON")?;
    let n_errors = findings.iter().filter(|finding| finding.is_error).count();
    if (ended.code == 1) != (n_errors > 0) {
        return Err(format!("exit code {} with {n_errors} errors", ended.code));
    }
    Ok(Checked {
        code: ended.code,
        findings,
    })
}

fn finding(entry: &Value) -> Option<Finding> {
    let start = place(entry, "start")?;
    let end = place(entry, "end")?;
    if (end.line, end.column) < (start.line, start.column) {
        return None;
    }
    let flow: Option<Vec<_>> = entry["flow"]
        .as_array()?
        .iter()
        .map(|step| place(step, "start"))
        .collect();
    Some(Finding {
        code: entry["code"].as_str()?.to_owned(),
        is_error: entry["severity"].as_str()? == "error",
        message: entry["message"].as_str()?.to_owned(),
        at: start,
        flow: flow?,
    })
}

fn place(entry: &Value, which: &str) -> Option<Place> {
    let at = &entry["range"][which];
    Some(Place {
        file: PathBuf::from(entry["file"].as_str()?),
        line: at["line"].as_u64()?,
        column: at["column"].as_u64()?,
    })
}
