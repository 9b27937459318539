//! The explanation of each code: what it means, a failing and a mended example. One text file per
//! code beside this file, parsed on demand; the codes table makes a missing file a compile error.
//! `taintc explain`, the sarif format and the tests read them.

use super::Code;

/// What `taintc explain CODE` says. The examples are whole programs; one with several files has a
/// line `// file: PATH` before each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explanation {
    pub meaning: &'static str,
    pub failing: &'static str,
    pub mended: &'static str,
}

const FENCE: &str = "```ballerina\n";

impl Code {
    /// The explanation of this code.
    pub fn explanation(self) -> Explanation {
        let text = self.explanation_text();
        let mut parts = text.split(FENCE);
        let meaning = parts.next().unwrap_or_default();
        let meaning = meaning.trim_end().strip_suffix("Reported:");
        let mut example = || {
            let part = parts.next().unwrap_or_default();
            part.split("```").next().unwrap_or_default()
        };
        Explanation {
            failing: example(),
            mended: example(),
            meaning: meaning.unwrap_or_default().trim(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::Code;

    #[test]
    fn every_code_has_all_parts() {
        for &code in Code::ALL {
            let explanation = code.explanation();
            assert!(!explanation.meaning.is_empty(), "{code}: no meaning");
            assert!(!explanation.failing.is_empty(), "{code}: nothing fails");
            assert!(!explanation.mended.is_empty(), "{code}: nothing mended");
            assert_ne!(explanation.failing, explanation.mended, "{code}");
        }
    }
}
