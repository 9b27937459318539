//! Recovery inside blocks: statement by statement.

use super::Recovery;
use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{
    Block, BlockId, ExprId, MatchClause, MatchPattern, PatternId, Stmt, StmtId, VarType, Worker,
};
use crate::syntax::grammar::Rule;
use crate::syntax::lower::P;
use crate::syntax::message;
use crate::syntax::parser::SyntaxError;
use crate::syntax::scan::begins_line;
use crate::syntax::skip::{block_start, stmt_end};

impl<'t> Recovery<'t> {
    /// The block whose brace stands at `open`. `known` is a place that the grammar is known to
    /// refuse: statements with a block around it are not tried as a whole once more.
    pub(super) fn block(&mut self, open: usize, known: Option<usize>) -> (BlockId, usize) {
        let at = self.range(open, open + 1);
        let (stmts, end) = if self.cx.enter(at) {
            let inner = self.stmts(open + 1, known);
            self.cx.leave();
            inner
        } else {
            let stmt = self.cx.arena.add_stmt(Stmt::Error, at);
            (vec![stmt], stmt_end(self.text, open, self.limit))
        };
        let range = self.range(open, end);
        (self.cx.arena.add_block(Block { stmts }, range), end)
    }

    /// Statements up to the brace that closes the block; the result is the end of that.
    fn stmts(&mut self, from: usize, known: Option<usize>) -> (Vec<StmtId>, usize) {
        let mut stmts = Vec::new();
        let mut at = from;
        loop {
            at = message::skip_blanks(self.text.as_bytes(), at);
            if at >= self.limit {
                self.missing("}", self.limit);
                return (stmts, self.limit);
            }
            if self.text.as_bytes().get(at) == Some(&b'}') {
                return (stmts, at + 1);
            }
            let (stmt, end) = self.one_stmt(at, known);
            stmts.push(stmt);
            at = end.max(at + 1);
        }
    }

    fn one_stmt(&mut self, at: usize, known: Option<usize>) -> (StmtId, usize) {
        let around = known.filter(|&known| {
            known >= at && self.has_block(at) && known < stmt_end(self.text, at, self.limit)
        });
        if let Some(known) = around {
            let error = SyntaxError {
                at: known - at,
                expected: Vec::new(),
                is_stack: false,
            };
            return self.broken_stmt(at, &error);
        }
        match self.parse(Rule::single_stmt, at) {
            Ok(pair) => {
                let end = at + pair.as_span().end();
                let stmt = match pair.into_inner().next() {
                    Some(inner) => self.cx.stmt(inner),
                    None => self.error_stmt(at, end),
                };
                (stmt, end)
            }
            Err(error) => self.broken_stmt(at, &error),
        }
    }

    fn error_stmt(&mut self, from: usize, to: usize) -> StmtId {
        let range = self.range(from, to);
        self.cx.arena.add_stmt(Stmt::Error, range)
    }

    /// Whether a statement that holds a block of its own begins here.
    fn has_block(&self, at: usize) -> bool {
        let (start, end) = message::token_at(self.text, at);
        let word = self.text.get(start..end).unwrap_or_default();
        matches!(
            word,
            "if" | "while" | "foreach" | "match" | "lock" | "worker" | "try"
        )
    }

    /// A statement that the grammar refuses.
    fn broken_stmt(&mut self, at: usize, error: &SyntaxError) -> (StmtId, usize) {
        let (start, end) = message::token_at(self.text, at);
        let stopped = at + error.at;
        match self.text.get(start..end).unwrap_or_default() {
            "try" => return self.try_stmt(at),
            "throw" => {
                self.removed(
                    start,
                    end,
                    "throw statement not supported, use panic statement instead",
                );
                let end = stmt_end(self.text, at, self.limit);
                return (self.error_stmt(at, end), end);
            }
            "if" => return self.if_stmt(at, stopped),
            "while" => return self.headed(at, stopped, Rule::while_head),
            "foreach" => return self.headed(at, stopped, Rule::foreach_head_only),
            "lock" => return self.lock(at, end, stopped),
            "worker" => return self.headed(at, stopped, Rule::worker_head),
            "match" => return self.match_stmt(at, stopped),
            _ => {}
        }
        self.simple_stmt(at, error)
    }

    fn removed(&mut self, start: usize, end: usize, message: &str) {
        let range = self.range(start, end);
        self.cx.problem(Code::E006, range, message);
    }

    /// `try {…} catch (…) {…} finally {…}`, which the language has no more.
    fn try_stmt(&mut self, at: usize) -> (StmtId, usize) {
        let (start, end) = message::token_at(self.text, at);
        self.removed(
            start,
            end,
            "try-catch statement not supported, use trap expression instead",
        );
        let end = stmt_end(self.text, at, self.limit);
        (self.error_stmt(at, end), end)
    }

    /// A statement without blocks: reported; what it declares is declared all the same.
    fn simple_stmt(&mut self, at: usize, error: &SyntaxError) -> (StmtId, usize) {
        let stopped = at + error.at;
        let end = stmt_end(self.text, at, self.limit);
        self.report(error, at, end);
        let next = if error.expected.contains(&Rule::semi)
            && stopped > at
            && begins_line(self.text.as_bytes(), stopped)
        {
            // A semicolon is missing at the end of the line before.
            stopped
        } else {
            end
        };
        let range = self.range(at, next.min(end));
        let declared = match self.parse(Rule::decl_head, at) {
            Ok(pair) if at + pair.as_span().end() <= stopped => self.cx.broken_var(pair, range),
            _ => Stmt::Error,
        };
        (self.cx.arena.add_stmt(declared, range), next)
    }

    /// Reports a broken head; the result is the brace of the block behind it, if there is one.
    fn broken_head_of(&mut self, at: usize, error: &SyntaxError) -> Result<usize, (StmtId, usize)> {
        let open = block_start(self.text, at, self.limit);
        let end = match open {
            Some(open) => open,
            None => stmt_end(self.text, at, self.limit),
        };
        self.report(error, at, end);
        open.ok_or_else(|| (self.error_stmt(at, end), end))
    }

    fn if_stmt(&mut self, at: usize, stopped: usize) -> (StmtId, usize) {
        let mut branches: Vec<(ExprId, BlockId)> = Vec::new();
        let mut otherwise = None;
        let mut from = at;
        let end = loop {
            let (condition, open) = match self.parse(Rule::if_head, from) {
                Ok(pair) => {
                    let open = from + pair.as_span().end();
                    let range = self.range(from, open);
                    (self.cx.first_expr(pair, range), open)
                }
                Err(error) => match self.broken_head_of(from, &error) {
                    Ok(open) => {
                        let range = self.range(from, open);
                        (self.cx.error_expr(range), open)
                    }
                    Err(broken) if branches.is_empty() => return broken,
                    Err((_, end)) => break end,
                },
            };
            let (block, end) = self.block(open, Some(stopped));
            branches.push((condition, block));
            if !self.is_word(end, "else") {
                break end;
            }
            let (_, behind) = message::token_at(self.text, end);
            if self.is_word(behind, "if") {
                from = message::skip_blanks(self.text.as_bytes(), behind);
                continue;
            }
            let open = message::skip_blanks(self.text.as_bytes(), behind);
            if self.text.as_bytes().get(open) != Some(&b'{') || open >= self.limit {
                self.missing("{", behind);
                break behind;
            }
            let (block, end) = self.block(open, Some(stopped));
            otherwise = Some(block);
            break end;
        };
        let range = self.range(at, end);
        let stmt = Stmt::If {
            branches,
            otherwise,
        };
        (self.cx.arena.add_stmt(stmt, range), end)
    }

    /// `while`, `foreach`, `worker`: a head and a block.
    fn headed(&mut self, at: usize, stopped: usize, rule: Rule) -> (StmtId, usize) {
        let head = self.parse(rule, at);
        let open = match &head {
            Ok(pair) => at + pair.as_span().end(),
            Err(error) => match self.broken_head_of(at, error) {
                Ok(open) => open,
                Err(broken) => return broken,
            },
        };
        let head_range = self.range(at, open);
        let make = self.head_stmt(head.ok(), rule, head_range);
        let (body, end) = self.block(open, Some(stopped));
        let range = self.range(at, end);
        let stmt = match make {
            Head::While(condition) => Stmt::While { condition, body },
            Head::Foreach(ty, pattern, iterable) => Stmt::Foreach {
                ty,
                pattern,
                iterable,
                body,
            },
            Head::Worker(mut worker) => {
                worker.body = body;
                Stmt::Worker(worker)
            }
            Head::None => Stmt::Error,
        };
        (self.cx.arena.add_stmt(stmt, range), end)
    }

    fn head_stmt(&mut self, pair: Option<P<'t>>, rule: Rule, range: TextRange) -> Head {
        let Some(pair) = pair else {
            return match rule {
                Rule::while_head => Head::While(self.cx.error_expr(range)),
                _ => Head::None,
            };
        };
        match rule {
            Rule::while_head => Head::While(self.cx.first_expr(pair, range)),
            Rule::foreach_head_only => {
                let (ty, pattern, iterable, _) = self.cx.foreach_parts(pair, range);
                Head::Foreach(ty, pattern, iterable)
            }
            _ => Head::Worker(Box::new(self.cx.worker_head(pair))),
        }
    }

    fn lock(&mut self, at: usize, word_end: usize, stopped: usize) -> (StmtId, usize) {
        let open = message::skip_blanks(self.text.as_bytes(), word_end);
        if open >= self.limit || self.text.as_bytes().get(open) != Some(&b'{') {
            self.missing("{", word_end);
            let end = stmt_end(self.text, at, self.limit);
            return (self.error_stmt(at, end), end);
        }
        let (body, end) = self.block(open, Some(stopped));
        let range = self.range(at, end);
        (self.cx.arena.add_stmt(Stmt::Lock(body), range), end)
    }

    fn match_stmt(&mut self, at: usize, stopped: usize) -> (StmtId, usize) {
        let (scrutinee, open) = match self.parse(Rule::match_head, at) {
            Ok(pair) => {
                let open = at + pair.as_span().end();
                let range = self.range(at, open);
                (self.cx.first_expr(pair, range), open)
            }
            Err(error) => match self.broken_head_of(at, &error) {
                Ok(open) => {
                    let range = self.range(at, open);
                    (self.cx.error_expr(range), open)
                }
                Err(broken) => return broken,
            },
        };
        let mut clauses = Vec::new();
        let mut from = open + 1;
        let end = loop {
            from = message::skip_blanks(self.text.as_bytes(), from);
            if from >= self.limit {
                self.missing("}", self.limit);
                break self.limit;
            }
            if self.text.as_bytes().get(from) == Some(&b'}') {
                break from + 1;
            }
            let (clause, end) = self.clause(from, stopped);
            clauses.extend(clause);
            from = end.max(from + 1);
        };
        let range = self.range(at, end);
        let stmt = Stmt::Match { scrutinee, clauses };
        (self.cx.arena.add_stmt(stmt, range), end)
    }

    fn clause(&mut self, at: usize, stopped: usize) -> (Option<MatchClause>, usize) {
        let pair = match self.parse(Rule::clause_head, at) {
            Ok(pair) => pair,
            Err(error) => {
                let end = stmt_end(self.text, at, self.limit);
                self.report(&error, at, end);
                return (None, end);
            }
        };
        let open = at + pair.as_span().end();
        let (pattern, guard, pattern_range) = self.cx.clause_head(pair);
        let (body, end) = self.block(open, Some(stopped));
        let clause = MatchClause {
            pattern: pattern.unwrap_or(MatchPattern::Static(Vec::new())),
            guard,
            body,
            pattern_range,
            range: self.range(at, end),
        };
        (Some(clause), end)
    }
}

/// The head of a statement with one block.
enum Head {
    While(ExprId),
    Foreach(VarType, PatternId, ExprId),
    Worker(Box<Worker>),
    /// Could not be read
    None,
}
