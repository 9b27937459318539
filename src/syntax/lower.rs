//! From the grammar's pairs to the syntax tree. Lowering groups operators, checks what the grammar
//! leaves open (left sides of assignments, order of clauses, agreeing XML tags, number ranges) and
//! counts nesting, so that every later pass may recurse over the tree.
//!
//! Input: pairs of one piece of an item; output: nodes in the item's arena and problems. All ranges
//! are relative to the item.

mod decl;
mod expr;
mod literal;
mod operators;
mod pattern;
mod query;
mod stmt;
mod types;
mod xml;

use pest::iterators::{Pair, Pairs};

use super::ast::{
    Annotation, Arena, Documentation, Expr, ExprId, Ident, Peer, QName, TypeExpr, TypeId,
};
use super::grammar::Rule;
use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::limits;

pub(super) use decl::{ItemHead, LoweredItem};

pub(super) type P<'i> = Pair<'i, Rule>;

/// Something wrong in an item.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub code: Code,
    pub range: TextRange,
    pub message: String,
    pub help: Option<&'static str>,
}

/// The state of lowering one item.
pub(super) struct LowerCx<'t> {
    /// The text that the pairs were made from: a suffix of the item, or the item.
    text: &'t str,
    /// Where `text` starts in the item.
    base: usize,
    pub arena: Arena,
    pub problems: Vec<Problem>,
    /// Nesting of brackets, blocks and prefix operators at the current node.
    level: u32,
    /// Operators and postfixes of all chains around the current node.
    spine: usize,
    too_deep: bool,
    /// Where an index with `..` may leave its bounds: only behind an input of an event pattern.
    repeat_slot: RepeatSlot,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RepeatSlot {
    Closed,
    Open,
    Filled(ExprId, Option<ExprId>),
}

impl<'t> LowerCx<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            base: 0,
            arena: Arena::default(),
            problems: Vec::new(),
            level: 0,
            spine: 0,
            too_deep: false,
            repeat_slot: RepeatSlot::Closed,
        }
    }

    /// Continues with another piece of the item, `base` bytes behind its start.
    pub fn move_to(&mut self, text: &'t str, base: usize) {
        self.text = text;
        self.base = base;
    }

    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Where the current text starts in the item.
    pub fn base(&self) -> usize {
        self.base
    }

    /// The range of a pair, without the blanks that pest leaves at its end.
    fn range(&self, pair: &P<'t>) -> TextRange {
        let span = pair.as_span();
        self.range_of(span.start(), span.end())
    }

    fn range_of(&self, start: usize, end: usize) -> TextRange {
        let trimmed = self
            .text
            .get(start..end)
            .unwrap_or_default()
            .trim_ascii_end()
            .len();
        super::scan::text_range(self.base + start, self.base + start + trimmed)
    }

    pub fn problem(&mut self, code: Code, range: TextRange, message: impl Into<String>) {
        self.problems.push(Problem {
            code,
            range,
            message: message.into(),
            help: None,
        });
    }

    fn syntax_error(&mut self, range: TextRange, message: impl Into<String>) {
        self.problem(Code::E001, range, message);
    }

    fn mismatched(&mut self, pair: &P<'t>, expected: &str) {
        let shown = super::message::shown(pair.as_str());
        let range = self.range(pair);
        self.syntax_error(
            range,
            format!("mismatched input '{shown}'. expecting {expected}"),
        );
    }

    fn extraneous(&mut self, pair: &P<'t>) {
        let shown = super::message::shown(pair.as_str());
        let range = self.range(pair);
        self.syntax_error(range, format!("extraneous input '{shown}'"));
    }

    /// Lowers something one level deeper; None, reported once for each item, beyond the limit.
    fn nested<T>(&mut self, at: TextRange, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.nested_by(1, at, lower)
    }

    fn nested_by<T>(
        &mut self,
        levels: u32,
        at: TextRange,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        // One level of source may be two of the tree: a statement and its block, a group and its
        // expression. Brackets alone are counted exactly by the scanner.
        if self.level + levels > 2 * limits::NESTING {
            self.report_too_deep(at);
            return None;
        }
        self.level += levels;
        let result = lower(self);
        self.level -= levels;
        Some(result)
    }

    /// Goes one level deeper unless that is too deep, which is reported; [`Self::leave`] returns.
    pub fn enter(&mut self, at: TextRange) -> bool {
        let fits = self.nested(at, |_| ()).is_some();
        self.level += u32::from(fits);
        fits
    }

    pub fn leave(&mut self) {
        self.level -= 1;
    }

    /// Lowers something under `links` links of a chain, which is as deep in the tree.
    fn chained<T>(
        &mut self,
        links: usize,
        at: TextRange,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        if self.spine + links > 2 * limits::CHAIN as usize {
            self.report_too_deep(at);
            return None;
        }
        self.spine += links;
        let result = lower(self);
        self.spine -= links;
        Some(result)
    }

    pub fn report_too_deep(&mut self, at: TextRange) {
        if !self.too_deep {
            self.too_deep = true;
            self.problem(Code::E003, at, "nested too deeply");
        }
    }

    pub fn ident(&mut self, pair: &P<'t>) -> Ident {
        let range = self.range(pair);
        let text = pair.as_str();
        match text.strip_prefix('\'') {
            Some(quoted) => Ident {
                name: Name::new(&literal::unescape_name(quoted)),
                range,
                quoted: true,
            },
            None => Ident {
                name: Name::new(text),
                range,
                quoted: false,
            },
        }
    }

    fn qname(&mut self, pair: P<'t>) -> QName {
        let whole = self.range(&pair);
        let mut parts = pair.into_inner();
        let first = parts.next().map(|part| self.ident(&part));
        let second = parts.next().map(|part| self.ident(&part));
        match (first, second) {
            (prefix, Some(name)) => QName { prefix, name },
            (Some(name), None) => QName { prefix: None, name },
            (None, None) => QName {
                prefix: None,
                name: Ident {
                    name: Name::new("_"),
                    range: whole,
                    quoted: false,
                },
            },
        }
    }

    fn peer(&mut self, pair: P<'t>) -> Peer {
        let range = self.range(&pair);
        match pair.into_inner().next() {
            Some(inner) if inner.as_rule() == Rule::identifier => Peer::Worker(self.ident(&inner)),
            _ => Peer::Default(range),
        }
    }

    fn annotation(&mut self, pair: P<'t>) -> Annotation {
        let range = self.range(&pair);
        let mut parts = pair.into_inner();
        let name = self.next_qname(&mut parts, range);
        let value = parts.next().map(|value| self.primary(value));
        Annotation { name, value, range }
    }

    fn next_qname(&mut self, parts: &mut Pairs<'t, Rule>, missing: TextRange) -> QName {
        match parts.next() {
            Some(name) => self.qname(name),
            None => QName {
                prefix: None,
                name: missing_ident(missing),
            },
        }
    }

    pub fn error_expr(&mut self, range: TextRange) -> ExprId {
        self.arena.add_expr(Expr::Error, range)
    }

    fn error_type(&mut self, range: TextRange) -> TypeId {
        self.arena.add_type(TypeExpr::Error, range)
    }
}

fn missing_ident(range: TextRange) -> Ident {
    Ident {
        name: Name::new("_"),
        range,
        quoted: false,
    }
}

/// Documentation, annotations and qualifiers in front of a definition, taken off the pairs.
struct Front<'t> {
    documentation: Documentation,
    annotations: Vec<Annotation>,
    qualifiers: Vec<P<'t>>,
}

fn is_qualifier(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::kw_public | Rule::kw_private | Rule::kw_remote | Rule::kw_resource
    )
}

/// Takes what stands in front of a definition; stops at the first other pair.
fn take_front<'t>(
    cx: &mut LowerCx<'t>,
    parts: &mut std::iter::Peekable<Pairs<'t, Rule>>,
) -> Front<'t> {
    let mut front = Front {
        documentation: Documentation::default(),
        annotations: Vec::new(),
        qualifiers: Vec::new(),
    };
    while let Some(part) = parts.next_if(|part| {
        let rule = part.as_rule();
        matches!(rule, Rule::doc_line | Rule::annotation) || is_qualifier(rule)
    }) {
        match part.as_rule() {
            Rule::doc_line => {
                let line = literal::doc_line(cx, &part);
                front.documentation.lines.push(line);
            }
            Rule::annotation => {
                let annotation = cx.annotation(part);
                front.annotations.push(annotation);
            }
            _ => front.qualifiers.push(part),
        }
    }
    front
}
