//! What a program says about its run: the comment lines at its end.

use super::Problems;
use crate::common::Ended;

#[derive(Default, Debug)]
pub struct Expected {
    pub output: Option<Vec<String>>,
    pub exit: i32,
    pub stderr: Vec<String>,
    pub arguments: Vec<String>,
    pub stdin: Option<Vec<String>>,
    pub unordered: bool,
}

impl Expected {
    pub fn problems(&self, ended: &Ended) -> Problems {
        let mut problems = Vec::new();
        let mut got = lines(&ended.stdout);
        let mut wanted = self.output.clone().unwrap_or_default();
        while wanted.last().is_some_and(String::is_empty) {
            wanted.pop();
        }
        if self.unordered {
            got.sort();
            wanted.sort();
        }
        if got != wanted {
            let differ = got.iter().zip(&wanted).position(|(a, b)| a != b);
            let at = differ.unwrap_or_else(|| got.len().min(wanted.len()));
            problems.push(format!(
                "stdout line {}: expected {:?}, got {:?} (exit {}) {}",
                at + 1,
                wanted.get(at),
                got.get(at),
                ended.code,
                ended.stderr.trim()
            ));
        }
        for part in &self.stderr {
            if !ended.stderr.contains(part.as_str()) {
                problems.push(format!("stderr lacks {part:?}: {:?}", ended.stderr));
            }
        }
        if ended.code != self.exit {
            let (code, wanted) = (ended.code, self.exit);
            problems.push(format!(
                "exit {code}, expected {wanted}: {}",
                ended.stderr.trim()
            ));
        }
        problems
    }
}

/// The lines of an output; blanks at line ends and empty lines at the end do not count.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}
