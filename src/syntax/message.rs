//! Words for syntax errors: what was found, and what the grammar would have taken, in the wording of
//! spec/language.md chapter 8. Rule names never show.

use super::grammar::Rule;
use super::lower::{LowerCx, Problem};
use super::scan;
use crate::base::TextRange;
use crate::diagnostics::Code;

/// The longest piece of source that a message repeats.
const MAX_SHOWN: usize = 40;

/// Source text for a message: its first line, not too long.
pub(super) fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim_ascii();
    if line.chars().count() <= MAX_SHOWN {
        return line.to_owned();
    }
    let short: String = line.chars().take(MAX_SHOWN).collect();
    format!("{short}…")
}

/// The range of the token at `at` of a text without comments; empty at the end of the text.
pub(super) fn token_at(text: &str, at: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let start = skip_blanks(bytes, at);
    let rest = text.get(start..).unwrap_or_default();
    let Some(first) = rest.chars().next() else {
        return (start, start);
    };
    let end = match first {
        '"' => match scan::string_end(bytes, start) {
            Ok(end) | Err(end) => end,
        },
        '\'' => scan::quoted_end(text, start),
        '#' => scan::line_end(bytes, start),
        _ if first.is_ascii_digit() || scan::is_name_char(first) => {
            start
                + rest
                    .find(|next: char| !next.is_ascii_digit() && !scan::is_name_char(next))
                    .unwrap_or(rest.len())
        }
        _ => start + operator_length(rest).unwrap_or(first.len_utf8()),
    };
    (start, end)
}

pub(super) fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + (rest.len() - rest.trim_ascii_start().len())
}

/// The length of the operator or separator of several characters at the start of the text.
fn operator_length(text: &str) -> Option<usize> {
    const OPERATORS: &[&str] = &[
        ">>>=", "===", "!==", "...", "..<", "->>", "<<=", ">>=", "==", "!=", "<=", ">=", "&&",
        "||", "?.", "?:", "{|", "|}", "->", "<-", "=>", ".@", "+=", "-=", "*=", "/=", "&=", "|=",
        "^=", "..", "${",
    ];
    OPERATORS
        .iter()
        .find(|operator| text.starts_with(**operator))
        .map(|operator| operator.len())
}

impl LowerCx<'_> {
    /// What stands behind an offset of the item, for a message, and where.
    pub(super) fn token_after(&self, offset: u32) -> (String, TextRange) {
        let at = (offset as usize).saturating_sub(self.base());
        let (start, end) = token_at(self.text(), at);
        let found = self.text().get(start..end).unwrap_or_default();
        let found = if found.is_empty() {
            "<EOF>".to_owned()
        } else {
            shown(found)
        };
        (
            found,
            scan::text_range(self.base() + start, self.base() + end),
        )
    }
}

/// The text of a token for a message.
pub(super) fn shown_token(text: &str, start: usize, end: usize) -> String {
    match text.get(start..end) {
        None | Some("") => "<EOF>".to_owned(),
        Some(token) => shown(token),
    }
}

/// The problem of a token that the grammar does not take, from the rules that it tried there.
pub(super) fn unexpected(found: &str, expected: &[Rule], range: TextRange) -> Problem {
    let wants_name = expected.iter().any(|rule| {
        matches!(
            rule,
            Rule::identifier | Rule::any_name | Rule::name_binding | Rule::name_ref
        )
    });
    let problem = |code, message, help| Problem {
        code,
        range,
        message,
        help,
    };
    if found == "untaint" {
        let message = "untaint operator not supported, use a '<@untainted>' cast instead";
        return problem(Code::E006, message.to_owned(), None);
    }
    if wants_name && !wants_operand(expected) && is_reserved(found) {
        let message = format!("'{found}' is a reserved word");
        let help = "put a quote in front of it to use it as a name";
        return problem(Code::E006, message, Some(help));
    }
    problem(Code::E001, unexpected_message(found, expected), None)
}

fn is_reserved(word: &str) -> bool {
    word.starts_with(scan::is_name_char)
        && super::parser::parse_rule(Rule::single_name, word).is_err()
}

fn wants_operand(expected: &[Rule]) -> bool {
    expected
        .iter()
        .any(|rule| matches!(kind(*rule), Kind::Operand))
}

fn unexpected_message(found: &str, expected: &[Rule]) -> String {
    let found = if found.is_empty() {
        "<EOF>".to_owned()
    } else {
        shown(found)
    };
    let mut closers: Vec<&'static str> = Vec::new();
    let mut tokens: Vec<&'static str> = Vec::new();
    let mut operand = false;
    let mut operator = false;
    let mut ty = false;
    for rule in expected {
        match kind(*rule) {
            Kind::Closer(token) => closers.push(token),
            Kind::Token(token) => tokens.push(token),
            Kind::Operator => operator = true,
            Kind::Operand => operand = true,
            Kind::Type => ty = true,
            Kind::Other => {}
        }
    }
    closers.sort_unstable();
    closers.dedup();
    tokens.sort_unstable();
    tokens.dedup();
    match (closers.as_slice(), tokens.as_slice()) {
        ([closer], _) if !operand && (operator || tokens.is_empty()) => {
            format!("missing token '{closer}' before '{found}'")
        }
        _ if operand => format!("mismatched input '{found}'. expecting an expression"),
        _ if ty => format!("mismatched input '{found}'. expecting a type"),
        ([], [token]) => format!("mismatched input '{found}'. expecting {token}"),
        ([], []) => format!("invalid token '{found}'"),
        (closers, tokens) => {
            let mut choices: Vec<String> =
                closers.iter().map(|token| format!("'{token}'")).collect();
            choices.extend(tokens.iter().map(|&token| token.to_owned()));
            if choices.len() > 4 {
                return format!("invalid token '{found}'");
            }
            format!(
                "mismatched input '{found}'. expecting {}",
                choices.join(" or ")
            )
        }
    }
}

enum Kind {
    /// Ends something: when it alone would fit, it is missing.
    Closer(&'static str),
    Token(&'static str),
    /// Could go on after an operand
    Operator,
    Operand,
    Type,
    /// Says nothing to a reader
    Other,
}

/// What a rule is to a reader. Rules that are not listed say nothing.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has some 250 rules"
)]
fn kind(rule: Rule) -> Kind {
    match rule {
        Rule::semi => Kind::Closer(";"),
        Rule::rpar => Kind::Closer(")"),
        Rule::rbr => Kind::Closer("]"),
        Rule::rbrace => Kind::Closer("}"),
        Rule::gt => Kind::Closer(">"),
        Rule::lbrace | Rule::block => Kind::Token("'{'"),
        Rule::lpar | Rule::params | Rule::type_params => Kind::Token("'('"),
        Rule::colon => Kind::Token("':'"),
        Rule::eq => Kind::Token("'='"),
        Rule::fat_arrow => Kind::Token("'=>'"),
        Rule::identifier | Rule::any_name | Rule::name_binding => Kind::Token("identifier"),
        Rule::kw_in => Kind::Token("'in'"),
        Rule::kw_on => Kind::Token("'on'"),
        Rule::kw_external => Kind::Token("'external'"),
        Rule::integer => Kind::Token("an integer"),
        Rule::infix
        | Rule::question
        | Rule::kw_is
        | Rule::sync_arrow
        | Rule::comma
        | Rule::compound_op
        | Rule::arrow
        | Rule::args
        | Rule::dot_name
        | Rule::index => Kind::Operator,
        Rule::expr
        | Rule::guard_expr
        | Rule::sign_op
        | Rule::cast_op
        | Rule::number
        | Rule::paren_expr => Kind::Operand,
        Rule::type_ | Rule::builtin_type | Rule::tuple_type => Kind::Type,
        _ => Kind::Other,
    }
}
