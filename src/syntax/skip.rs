//! Stepping over tokens of broken code: where a statement or member ends when the grammar cannot
//! say. Works on the scanned text, which has no comments.

use super::message::{skip_blanks, token_at};
use super::scan;

/// The end of the token at `at`; a template is one token, an unterminated one ends with its line.
pub(super) fn skip_token(text: &str, at: usize) -> usize {
    let (start, end) = token_at(text, at);
    if text.as_bytes().get(start) == Some(&b'`') {
        return template_end(text, start);
    }
    end
}

fn template_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    // Braces of the insertions that are open; a backtick inside one opens a template again.
    let mut open: Vec<u8> = vec![b'`'];
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        let in_text = open.last() == Some(&b'`');
        match byte {
            b'\\' if in_text => at += 1,
            b'`' if in_text => {
                open.pop();
                if open.is_empty() {
                    return at + 1;
                }
            }
            b'`' => open.push(b'`'),
            b'$' if in_text && bytes.get(at + 1) == Some(&b'{') => {
                open.push(b'{');
                at += 1;
            }
            b'{' if !in_text => open.push(b'{'),
            b'}' if !in_text => {
                open.pop();
            }
            b'"' if !in_text => match scan::string_end(bytes, at) {
                Ok(end) | Err(end) => at = end - 1,
            },
            _ => {}
        }
        at += 1;
    }
    scan::line_end(bytes, start)
}

/// Where the statement or member at `start` ends: behind its semicolon or last brace, or before a
/// closing bracket that it did not open.
pub(super) fn stmt_end(text: &str, start: usize, limit: usize) -> usize {
    let bytes = text.as_bytes();
    let mut open: Vec<u8> = Vec::new();
    let mut at = start;
    loop {
        let from = skip_blanks(bytes, at);
        if from >= limit {
            return limit;
        }
        let end = skip_token(text, from).max(from + 1);
        match bytes.get(from).copied().unwrap_or_default() {
            bracket @ (b'(' | b'[' | b'{') => open.push(bracket),
            b')' | b']' if open.is_empty() => return if from > start { from } else { end },
            b')' | b']' => {
                if matches!(open.last(), Some(b'(' | b'[')) {
                    open.pop();
                }
            }
            // `|}`
            b'|' if bytes.get(from + 1) == Some(&b'}') => pop_brace(&mut open),
            b'}' => {
                if !open.contains(&b'{') {
                    return if from > start { from } else { end };
                }
                pop_brace(&mut open);
                if open.is_empty() && !goes_on(text, end) {
                    return end;
                }
            }
            b';' if !open.contains(&b'{') => return end,
            // Unterminated: the next line begins afresh.
            b'"' if !open.contains(&b'{') && is_unterminated(bytes, from, end) => return end,
            _ => {}
        }
        at = end;
    }
}

/// Whether the string `from..end` ends without its closing quote.
fn is_unterminated(bytes: &[u8], from: usize, end: usize) -> bool {
    bytes.get(end.wrapping_sub(1)) != Some(&b'"') || end == from + 1
}

/// Closes the innermost brace and whatever was left open inside it.
fn pop_brace(open: &mut Vec<u8>) {
    while let Some(bracket) = open.pop() {
        if bracket == b'{' {
            return;
        }
    }
}

/// Whether a statement goes on behind a closing brace.
fn goes_on(text: &str, at: usize) -> bool {
    let (start, end) = token_at(text, at);
    match text.get(start..end).unwrap_or_default() {
        "else" | "onretry" | "committed" | "aborted" | "catch" | "finally" | "is" => true,
        token => token.starts_with([
            ';', ',', ')', ']', '.', '=', '[', '?', '|', '&', '+', '-', '*', '/', ':', '>', '{',
            '(',
        ]),
    }
}

/// The first `{` outside of brackets between `start` and the end of the statement.
pub(super) fn block_start(text: &str, start: usize, limit: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = start;
    loop {
        let from = skip_blanks(bytes, at);
        if from >= limit {
            return None;
        }
        match bytes.get(from).copied().unwrap_or_default() {
            b'{' => return Some(from),
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' | b';' => return None,
            _ => {}
        }
        at = skip_token(text, from).max(from + 1);
    }
}
