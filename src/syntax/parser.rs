//! Reads a file: scan, then item by item through the grammar and lowering; what the grammar refuses
//! goes to recovery. Input: a text; output: a [`ParsedFile`], always.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use rustc_hash::FxHashMap;

use super::ast::{Import, Item, ParsedFile, XmlNamespace};
use super::grammar::{Grammar, Rule};
use super::lower::{LowerCx, LoweredItem, P, Problem};
use super::scan::{LexicalError, Scan, Segment, scan, text_range};
use super::{message, recover};
use crate::base::{FileId, ItemId, Location, Name, TextRange};
use crate::diagnostics::{Code, Diagnostic};
use crate::limits;

/// Brackets in brackets up to which a file is read on the caller's stack, whatever its size.
pub(super) const SHALLOW: usize = 24;

/// Reads the text of a file. Whatever the text is, this returns a tree of what could be read and
/// says what could not (E001–E004, E006, E007).
pub fn parse(file: FileId, text: &str) -> ParsedFile {
    let scan = scan(text);
    if scan.max_depth <= SHALLOW
        && let Some(parsed) = FileParser::new(file, &scan).run()
    {
        return parsed;
    }
    on_large_stack(|| FileParser::new(file, &scan).on_large_stack().run())
        .unwrap_or_else(|| too_deep_file(file, text))
}

fn on_large_stack<T: Send>(run: impl FnOnce() -> Option<T> + Send) -> Option<T> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("parse".into())
            .stack_size(limits::STACK_BYTES)
            .spawn_scoped(scope, run)
            .ok()?
            .join()
            .ok()?
    })
}

/// The answer when no stack could be had for a deeply nested file.
fn too_deep_file(file: FileId, text: &str) -> ParsedFile {
    let location = Location::new(ItemId::of_file(file), text_range(0, text.len().min(1)));
    ParsedFile {
        file,
        imports: Vec::new(),
        namespaces: Vec::new(),
        items: Vec::new(),
        diagnostics: vec![Diagnostic::new(Code::E003, location, "nested too deeply")],
    }
}

/// Where the grammar stopped, and what it would have taken there.
pub(super) struct SyntaxError {
    /// Offset in the text that was given to the grammar
    pub at: usize,
    pub expected: Vec<Rule>,
    /// Whether the native stack ran out
    pub is_stack: bool,
}

/// Reads `rule` from the start of `text`; what follows is left alone.
pub(super) fn parse_rule(rule: Rule, text: &str) -> Result<P<'_>, SyntaxError> {
    let none = |at| SyntaxError {
        at,
        expected: Vec::new(),
        is_stack: false,
    };
    match Grammar::parse(rule, text) {
        Ok(mut pairs) => pairs.next().ok_or_else(|| none(0)),
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            Err(match error.variant {
                ErrorVariant::ParsingError { positives, .. } => SyntaxError {
                    at,
                    expected: positives,
                    is_stack: false,
                },
                ErrorVariant::CustomError { .. } => SyntaxError {
                    is_stack: true,
                    ..none(at)
                },
            })
        }
    }
}

/// What the parser of a file and recovery share.
pub(super) struct FileParser<'t> {
    file: FileId,
    pub text: &'t str,
    segments: &'t [Segment],
    pub lexical: &'t [LexicalError],
    large_stack: bool,
    imports: Vec<Import>,
    namespaces: Vec<XmlNamespace>,
    items: Vec<Item>,
    diagnostics: Vec<Diagnostic>,
    names: FxHashMap<Name, u32>,
    file_problems: Vec<Problem>,
    n_problems: usize,
}

/// The native stack ran out: the file must be read on a larger one.
struct StackExhausted;

impl<'t> FileParser<'t> {
    fn new(file: FileId, scan: &'t Scan<'_>) -> Self {
        Self {
            file,
            text: &scan.text,
            segments: &scan.segments,
            lexical: &scan.errors,
            large_stack: false,
            imports: Vec::new(),
            namespaces: Vec::new(),
            items: Vec::new(),
            diagnostics: Vec::new(),
            names: FxHashMap::default(),
            file_problems: Vec::new(),
            n_problems: 0,
        }
    }

    fn on_large_stack(mut self) -> Self {
        self.large_stack = true;
        self
    }

    /// None when the native stack ran out and is not the large one.
    fn run(mut self) -> Option<ParsedFile> {
        for error in self.lexical {
            self.file_problems.push(Problem {
                code: Code::E002,
                range: error.range,
                message: error.message.clone(),
                help: None,
            });
        }
        for segment in self.segments {
            if self.segment(*segment).is_err() {
                return None;
            }
            if self.n_problems >= limits::SYNTAX_ERRORS {
                break;
            }
        }
        let file_item = ItemId::of_file(self.file);
        let problems = std::mem::take(&mut self.file_problems);
        self.report(file_item, problems);
        Some(ParsedFile {
            file: self.file,
            imports: self.imports,
            namespaces: self.namespaces,
            items: self.items,
            diagnostics: self.diagnostics,
        })
    }

    fn segment(&mut self, segment: Segment) -> Result<(), StackExhausted> {
        let bytes = self.text.as_bytes();
        let mut pos = message::skip_blanks(bytes, segment.start);
        while pos < segment.end && self.n_problems < limits::SYNTAX_ERRORS {
            let end = match segment.too_deep {
                Some(deep) => {
                    let found = SyntaxError {
                        at: deep.saturating_sub(pos),
                        expected: Vec::new(),
                        is_stack: true,
                    };
                    recover::too_deep(self, pos, segment.end, &found)
                }
                None => self.top(pos, segment)?,
            };
            // Recovery always moves on; this makes sure of it.
            pos = message::skip_blanks(bytes, end.max(pos + 1));
        }
        Ok(())
    }

    /// Reads one import, name space or item at `pos`; the result is where it ends.
    fn top(&mut self, pos: usize, segment: Segment) -> Result<usize, StackExhausted> {
        let text = self.text;
        let Some(rest) = text.get(pos..segment.end) else {
            return Ok(segment.end);
        };
        match parse_rule(Rule::top, rest) {
            Ok(pair) => Ok(self.lower_top(pos, rest, pair)),
            Err(error) if error.is_stack => {
                if !self.large_stack {
                    return Err(StackExhausted);
                }
                Ok(recover::too_deep(self, pos, segment.end, &error))
            }
            Err(error) => Ok(recover::item(self, pos, segment, error)),
        }
    }

    /// Lowers what rule `top` read from `rest`, which starts at `pos`.
    pub fn lower_top(&mut self, pos: usize, rest: &'t str, pair: P<'t>) -> usize {
        let end = pos + pair.as_span().end();
        let Some(inner) = pair.into_inner().next() else {
            return end;
        };
        let mut cx = LowerCx::new(rest);
        match inner.as_rule() {
            Rule::import_decl => {
                cx.move_to(rest, pos);
                let import = cx.import(inner);
                if !self.items.is_empty() {
                    let word = TextRange::new(import.range.start, import.range.start + 6);
                    cx.problem(Code::E001, word, "extraneous input 'import'");
                }
                self.imports.push(import);
                self.add_file_problems(cx.problems);
            }
            Rule::xmlns_decl => {
                cx.move_to(rest, pos);
                let namespace = cx.xml_namespace(inner);
                if !self.items.is_empty() {
                    let word = TextRange::new(namespace.range.start, namespace.range.start + 5);
                    cx.problem(Code::E001, word, "extraneous input 'xmlns'");
                }
                self.namespaces.push(namespace);
                self.add_file_problems(cx.problems);
            }
            _ => {
                let (head, kind) = cx.item(inner);
                self.add_item(pos, end, cx.finish(head, kind));
            }
        }
        end
    }

    pub fn add_file_problems(&mut self, problems: Vec<Problem>) {
        self.n_problems += problems.len();
        self.file_problems.extend(problems);
    }

    /// Names the item, places it at `start..end` of the file and reports its problems.
    pub fn add_item(&mut self, start: usize, end: usize, lowered: LoweredItem) {
        let LoweredItem { ast, problems } = lowered;
        let name = match (&ast.name, &ast.kind) {
            (Some(name), _) if !name.as_str().is_empty() => name.name,
            (_, super::ast::ItemKind::Service(_)) => Name::new("$service"),
            _ => Name::new("$unnamed"),
        };
        let nth = self.names.entry(name).or_default();
        let id = ItemId::new(self.file, name, *nth);
        *nth += 1;
        let trimmed = self
            .text
            .get(start..end)
            .unwrap_or_default()
            .trim_ascii_end()
            .len();
        self.report(id, problems);
        self.items.push(Item {
            id,
            range: text_range(start, start + trimmed),
            ast: std::sync::Arc::new(ast),
        });
    }

    fn report(&mut self, item: ItemId, problems: Vec<Problem>) {
        self.n_problems += problems.len();
        for problem in problems {
            let location = Location::new(item, problem.range);
            let mut diagnostic = Diagnostic::new(problem.code, location, problem.message);
            diagnostic.help = problem.help.map(str::to_owned);
            self.diagnostics.push(diagnostic);
        }
    }
}
