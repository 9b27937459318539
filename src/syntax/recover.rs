//! What is done with an item that the grammar refuses: its head is read, then its body statement by
//! statement and member by member, so that one mistake costs one statement and the rest of the item
//! is checked all the same. One diagnostic for each broken piece, none for a piece that holds a
//! lexical error, which is reported already.

mod members;
mod stmts;

use super::ast::{Block, Function, FunctionBody, ItemKind, Stmt, TypeDef, TypeExpr};
use super::grammar::Rule;
use super::lower::{ItemHead, LowerCx, P};
use super::parser::{FileParser, SyntaxError, parse_rule};
use super::scan::{LexicalError, Segment, starts_item, text_range};
use super::skip::skip_token;
use super::{message, scan};
use crate::base::TextRange;
use crate::diagnostics::Code;

/// Reads a broken item at `pos` as far as it goes; the result is where to go on.
pub(super) fn item(
    file: &mut FileParser<'_>,
    pos: usize,
    segment: Segment,
    error: SyntaxError,
) -> usize {
    let text = file.text;
    let (start, end) = message::token_at(text, pos);
    if matches!(
        text.as_bytes().get(start),
        Some(b';' | b'}' | b')' | b']' | b',')
    ) {
        let mut recovery = Recovery::new(file, pos, segment.end);
        recovery.report_token(Code::E001, start, end, "extraneous input");
        let problems = recovery.cx.problems;
        file.add_file_problems(shifted(problems, pos));
        return end;
    }
    let limit = if let Some(next) = next_item(text, pos, error.at) {
        next
    } else if segment.balanced {
        segment.end
    } else {
        item_limit(text, pos, segment.end)
    };
    let mut error = error;
    if limit < segment.end {
        // The item may have swallowed the ones behind it.
        let Some(rest) = text.get(pos..limit) else {
            return limit;
        };
        match parse_rule(Rule::top, rest) {
            Ok(pair) => return file.lower_top(pos, rest, pair),
            Err(better) => error = better,
        }
    }
    Recovery::new(file, pos, limit).item(file, error)
}

/// An item with something nested too deeply: reported there, and its head kept.
pub(super) fn too_deep(
    file: &mut FileParser<'_>,
    pos: usize,
    limit: usize,
    error: &SyntaxError,
) -> usize {
    let at = pos + error.at;
    let (start, end) = message::token_at(file.text, at);
    let mut recovery = Recovery::new(file, pos, start);
    let range = recovery.range(start, end);
    recovery.cx.report_too_deep(range);
    // The piece before the deep place, when that is a whole head and the start of a body.
    if let Ok(pair) = recovery.parse(Rule::function_head, pos) {
        let (head, mut function) = recovery.cx.function_head(pair);
        let stmt = recovery.cx.arena.add_stmt(Stmt::Error, range);
        let block = Block { stmts: vec![stmt] };
        let block = recovery.cx.arena.add_block(block, range);
        function.body = FunctionBody::Block(block);
        file.add_item(
            pos,
            limit,
            recovery.cx.finish(head, ItemKind::Function(function)),
        );
    } else {
        let head = recovery.broken_head();
        file.add_item(pos, limit, recovery.cx.finish(head, ItemKind::Error));
    }
    limit
}

fn shifted(problems: Vec<super::lower::Problem>, by: usize) -> Vec<super::lower::Problem> {
    let by = u32::try_from(by).unwrap_or_default();
    problems
        .into_iter()
        .map(|problem| super::lower::Problem {
            range: problem.range.shifted(by),
            ..problem
        })
        .collect()
}

/// The place of the error, when that is the start of a line at which the next item may start: only the end of
/// this one is missing.
fn next_item(text: &str, pos: usize, error_at: usize) -> Option<usize> {
    let (at, _) = message::token_at(text, pos + error_at);
    let bytes = text.as_bytes();
    let starts_line = at > pos && bytes.get(at - 1) == Some(&b'\n');
    let starts_definition = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'#' | b'@');
    (starts_line && bytes.get(at).is_some_and(starts_definition)).then_some(at)
}

/// Where an item with unbalanced brackets ends: before the next line that begins like an item.
fn item_limit(text: &str, pos: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    // Documentation, annotations and the first word of the item itself begin lines too.
    let mut at = pos;
    while matches!(bytes.get(at), Some(b'#' | b'@')) {
        at = message::skip_blanks(bytes, scan::line_end(bytes, at));
    }
    loop {
        at = scan::line_end(bytes, at) + 1;
        if at >= end {
            return end;
        }
        let next = bytes.get(at).copied().unwrap_or_default();
        if matches!(next, b'#' | b'@') || starts_item(text, at) {
            return at;
        }
    }
}

/// One broken item.
struct Recovery<'t> {
    text: &'t str,
    lexical: &'t [LexicalError],
    /// Where the item starts in the file
    start: usize,
    /// Where it ends at the latest
    limit: usize,
    cx: LowerCx<'t>,
}

impl<'t> Recovery<'t> {
    fn new(file: &FileParser<'t>, start: usize, limit: usize) -> Self {
        let text = file.text;
        Self {
            text,
            lexical: file.lexical,
            start,
            limit,
            cx: LowerCx::new(text.get(start..limit).unwrap_or_default()),
        }
    }

    /// Reads `rule` at an offset of the file.
    fn parse(&mut self, rule: Rule, at: usize) -> Result<P<'t>, SyntaxError> {
        let rest = self.text.get(at..self.limit).unwrap_or_default();
        self.cx.move_to(rest, at - self.start);
        parse_rule(rule, rest)
    }

    /// A range of the item from offsets of the file.
    fn range(&self, from: usize, to: usize) -> TextRange {
        text_range(
            from.saturating_sub(self.start),
            to.saturating_sub(self.start),
        )
    }

    fn item(mut self, file: &mut FileParser<'t>, error: SyntaxError) -> usize {
        let pos = self.start;
        let known = pos + error.at;
        if let Some(pair) = self.head_before(Rule::function_head, known) {
            let body = pos + pair.as_span().end();
            let (head, function) = self.cx.function_head(pair);
            let (function, end) = self.function_body(function, body, Some(known));
            file.add_item(pos, end, self.cx.finish(head, ItemKind::Function(function)));
            return end;
        }
        if let Some(pair) = self.head_before(Rule::service_head, known) {
            let body = pos + pair.as_span().end();
            let (head, mut service) = self.cx.service_head(pair);
            let end = self.methods(&mut service.methods, body);
            file.add_item(pos, end, self.cx.finish(head, ItemKind::Service(service)));
            return end;
        }
        if let Some(pair) = self.head_before(Rule::object_head, known) {
            let body = pos + pair.as_span().end();
            let (head, mut object) = self.cx.object_head(pair);
            let end = self.members(&mut object.members, body);
            let end = self.expect_semi(end);
            let range = self.range(body, end);
            let ty = TypeExpr::Object(Box::new(object));
            let ty = self.cx.arena.add_type(ty, range);
            file.add_item(
                pos,
                end,
                self.cx.finish(head, ItemKind::Type(TypeDef { ty })),
            );
            return end;
        }
        self.report(&error, pos, self.limit);
        let head = self.broken_head();
        let end = self.limit;
        file.add_item(pos, end, self.cx.finish(head, ItemKind::Error));
        end
    }

    /// The head of an item, when the error lies behind it.
    fn head_before(&mut self, rule: Rule, known: usize) -> Option<P<'t>> {
        let pair = self.parse(rule, self.start).ok()?;
        (self.start + pair.as_span().end() <= known).then_some(pair)
    }

    /// The body of a function whose head ends at `open`.
    fn function_body(
        &mut self,
        mut function: Function,
        open: usize,
        known: Option<usize>,
    ) -> (Function, usize) {
        let (block, end) = self.block(open, known);
        self.cx.check_worker_group(block);
        function.body = FunctionBody::Block(block);
        function.range.end = self.range(self.start, end).end;
        (function, end)
    }

    fn expect_semi(&mut self, at: usize) -> usize {
        let (start, end) = message::token_at(self.text, at);
        if self.text.get(start..end) == Some(";") {
            return end;
        }
        self.missing(";", at);
        at
    }

    /// Reports a missing token at the token that stands in its place.
    fn missing(&mut self, token: &str, at: usize) {
        let (start, end) = message::token_at(self.text, at);
        let found = message::shown_token(self.text, start, end);
        let range = self.range(start, end);
        self.cx.problem(
            Code::E001,
            range,
            format!("missing token '{token}' before '{found}'"),
        );
    }

    fn report_token(&mut self, code: Code, start: usize, end: usize, what: &str) {
        let found = message::shown_token(self.text, start, end);
        let range = self.range(start, end);
        self.cx.problem(code, range, format!("{what} '{found}'"));
    }

    /// Reports why the grammar refused the piece `from..to` of the file, unless a lexical error in
    /// it says so already.
    fn report(&mut self, error: &SyntaxError, from: usize, to: usize) {
        let at = from + error.at;
        if error.is_stack {
            let (start, end) = message::token_at(self.text, at);
            let range = self.range(start, end);
            self.cx.report_too_deep(range);
            return;
        }
        let until = to.max(at);
        let is_lexical = self
            .lexical
            .iter()
            .any(|lexical| (from..=until).contains(&(lexical.range.start as usize)));
        if is_lexical {
            return;
        }
        let (start, end) = message::token_at(self.text, at);
        let (start, end) = (start.min(self.limit.max(from)), end);
        let found = self.text.get(start..end).unwrap_or_default();
        let range = self.range(start, end);
        let problem = message::unexpected(found, &error.expected, range);
        self.cx.problems.push(problem);
    }

    /// Documentation, annotations and qualifiers are lost with a broken item; its name is not.
    fn broken_head(&mut self) -> ItemHead {
        let name = self
            .item_name()
            .and_then(|at| self.parse(Rule::single_name, at).ok())
            .and_then(|pair| pair.into_inner().next())
            .map(|pair| self.cx.ident(&pair));
        ItemHead {
            name,
            ..ItemHead::default()
        }
    }

    /// Where the name of a broken item stands: behind `function` or `type`, else the last word
    /// before `=`, `on` or `;`.
    fn item_name(&self) -> Option<usize> {
        let mut at = self.start;
        let mut last = None;
        let mut depth = 0usize;
        loop {
            let (start, end) = message::token_at(self.text, at);
            if start >= self.limit || end == start {
                return last;
            }
            let token = self.text.get(start..end).unwrap_or_default();
            match token {
                "function" | "type" if depth == 0 => {
                    let (name, end) = message::token_at(self.text, end);
                    return (end > name).then_some(name);
                }
                "{" | "[" | "(" => depth += 1,
                "}" | "]" | ")" => depth = depth.saturating_sub(1),
                "=" | "on" | ";" if depth == 0 => return last,
                _ if depth == 0
                    && token.starts_with(|c: char| c == '\'' || scan::is_name_char(c)) =>
                {
                    last = Some(start);
                }
                _ => {}
            }
            at = skip_token(self.text, start).max(start + 1);
        }
    }

    /// Whether the word at `at` is `word`.
    fn is_word(&self, at: usize, word: &str) -> bool {
        let (start, end) = message::token_at(self.text, at);
        self.text.get(start..end) == Some(word)
    }
}
