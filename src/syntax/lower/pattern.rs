//! Binding patterns, match patterns and the left sides of destructuring assignments
//! (spec/language.md 2.5). The last are read as expressions by the grammar.

use super::expr::is_list_member;
use super::{LowerCx, P, missing_ident};
use crate::base::TextRange;
use crate::syntax::ast::{
    ErrorFieldPattern, Expr, ExprId, FieldPattern, MatchPattern, Pattern, PatternId, QName,
    RecordEntry, TypeExpr, TypeId,
};
use crate::syntax::grammar::Rule;

/// Where an error pattern stands decides what its parts may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Binding,
    Match,
}

#[derive(Default)]
struct ErrorParts {
    reason: Option<PatternId>,
    fields: Vec<ErrorFieldPattern>,
    rest: Option<PatternId>,
}

impl<'t> LowerCx<'t> {
    pub(super) fn invalid_pattern(&mut self, range: TextRange) -> PatternId {
        self.arena.add_pattern(Pattern::Invalid, range)
    }

    pub(super) fn is_plain_name(&self, pattern: PatternId) -> bool {
        matches!(self.arena.pattern(pattern), Pattern::Name(_))
    }

    /// A binding pattern of a declaration or of `var` in a match clause.
    pub(super) fn binding(&mut self, pair: P<'t>) -> PatternId {
        self.binding_at(pair, Place::Binding)
    }

    fn binding_at(&mut self, pair: P<'t>, place: Place) -> PatternId {
        let range = self.range(&pair);
        let pattern = self.nested(range, |cx| match pair.as_rule() {
            Rule::name_binding => cx.name_binding(pair, place),
            Rule::error_binding => cx.error_binding(pair, place),
            Rule::list_binding => cx.list_binding(pair),
            Rule::record_binding => cx.record_binding(pair),
            _ => Pattern::Invalid,
        });
        self.arena
            .add_pattern(pattern.unwrap_or(Pattern::Invalid), range)
    }

    /// `x`, or `T(…)`
    fn name_binding(&mut self, pair: P<'t>, place: Place) -> Pattern {
        let range = self.range(&pair);
        let mut parts = pair.into_inner();
        let name = self.next_qname(&mut parts, range);
        let Some(open) = parts.next() else {
            if name.prefix.is_some() {
                let (found, at) = self.token_after(name.name.range.end);
                self.syntax_error(at, format!("mismatched input '{found}'. expecting '('"));
            }
            return Pattern::Name(name.name);
        };
        let ty = self.arena.add_type(TypeExpr::Name(name), name.range());
        let errors = self.error_fields(parts, place);
        if let Some(reason) = errors.reason {
            let at = self.arena.pattern_range(reason);
            self.syntax_error(at, "mismatched input. expecting a named detail field");
        }
        drop(open);
        Pattern::ErrorValue {
            ty: Some(ty),
            reason: None,
            fields: errors.fields,
            rest: errors.rest,
        }
    }

    fn error_binding(&mut self, pair: P<'t>, place: Place) -> Pattern {
        let range = self.range(&pair);
        let mut types: Vec<TypeId> = Vec::new();
        let mut type_range = None;
        let mut fields = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::type_ => types.push(self.type_(part)),
                Rule::gt => type_range = Some(self.range(&part)),
                Rule::error_field => fields.push(part),
                _ => {}
            }
        }
        let errors = self.error_fields(fields.into_iter(), place);
        let ty = type_range.map(|gt| {
            let mut types = types.into_iter();
            let ty = TypeExpr::ErrorType {
                reason: types.next(),
                detail: types.next(),
            };
            self.arena.add_type(ty, TextRange::new(range.start, gt.end))
        });
        if ty.is_none() && errors.reason.is_none() {
            self.syntax_error(range, "mismatched input. expecting the reason of the error");
        }
        Pattern::ErrorValue {
            ty,
            reason: errors.reason,
            fields: errors.fields,
            rest: errors.rest,
        }
    }

    fn error_fields(&mut self, pairs: impl Iterator<Item = P<'t>>, place: Place) -> ErrorParts {
        let mut errors = ErrorParts::default();
        for (at, pair) in pairs
            .filter(|pair| pair.as_rule() == Rule::error_field)
            .enumerate()
        {
            if errors.rest.is_some() {
                self.mismatched(&pair, "')'");
            }
            self.error_field(pair, at, place, &mut errors);
        }
        errors
    }

    fn error_field(&mut self, pair: P<'t>, at: usize, place: Place, errors: &mut ErrorParts) {
        let whole = pair.clone();
        let range = self.range(&pair);
        let mut is_rest = false;
        let mut has_var = false;
        let mut has_eq = false;
        let mut name = None;
        let mut value = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ellipsis => is_rest = true,
                Rule::kw_var => {
                    has_var = true;
                    if place == Place::Binding {
                        self.extraneous(&part);
                    }
                }
                Rule::identifier => name = Some(self.ident(&part)),
                Rule::eq => has_eq = true,
                Rule::string_literal => {
                    if place == Place::Binding {
                        self.mismatched(&part, "identifier");
                    }
                    let literal = Pattern::Literal(self.literal(part));
                    value = Some(self.arena.add_pattern(literal, range));
                }
                _ => value = Some(self.binding_at(part, place)),
            }
        }
        match (is_rest, name, value) {
            (true, Some(name), _) => {
                errors.rest = Some(self.arena.add_pattern(Pattern::Name(name), name.range));
            }
            (false, Some(key), Some(pattern)) if has_eq => {
                errors.fields.push(ErrorFieldPattern { key, pattern });
            }
            (_, _, Some(pattern)) => {
                if at > 0 {
                    self.mismatched(&whole, "a named detail field");
                } else {
                    let is_constant = place == Place::Match && !has_var;
                    errors.reason = Some(self.reason(pattern, is_constant));
                }
            }
            _ => {}
        }
    }

    /// The reason of an error pattern: in a match clause a name without `var` is a constant.
    fn reason(&mut self, pattern: PatternId, is_constant: bool) -> PatternId {
        let range = self.arena.pattern_range(pattern);
        match self.arena.pattern(pattern) {
            Pattern::Name(name) if is_constant => {
                let name = QName {
                    prefix: None,
                    name: *name,
                };
                let constant = self.arena.add_expr(Expr::Name(name), range);
                self.arena.add_pattern(Pattern::Constant(constant), range)
            }
            Pattern::Name(_) | Pattern::Literal(_) | Pattern::Invalid => pattern,
            Pattern::List { .. }
            | Pattern::Record { .. }
            | Pattern::ErrorValue { .. }
            | Pattern::Reference(_)
            | Pattern::Constant(_) => {
                self.syntax_error(range, "mismatched input. expecting identifier");
                self.invalid_pattern(range)
            }
        }
    }

    fn list_binding(&mut self, pair: P<'t>) -> Pattern {
        let mut members = Vec::new();
        let mut rest = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::lbr | Rule::rbr | Rule::comma => {}
                _ if rest.is_some() => self.mismatched(&part, "']'"),
                Rule::rest_binding => rest = Some(self.rest_binding(part)),
                _ => members.push(self.binding(part)),
            }
        }
        Pattern::List { members, rest }
    }

    fn record_binding(&mut self, pair: P<'t>) -> Pattern {
        let mut fields = Vec::new();
        let mut rest = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::lbrace | Rule::rbrace | Rule::comma => {}
                _ if rest.is_some() => self.mismatched(&part, "'}'"),
                Rule::rest_binding => rest = Some(self.rest_binding(part)),
                _ => fields.push(self.field_binding(part)),
            }
        }
        Pattern::Record {
            fields,
            rest,
            closed: None,
        }
    }

    fn rest_binding(&mut self, pair: P<'t>) -> PatternId {
        let range = self.range(&pair);
        match pair.into_inner().last() {
            Some(name) => {
                let name = self.ident(&name);
                self.arena.add_pattern(Pattern::Name(name), name.range)
            }
            None => self.invalid_pattern(range),
        }
    }

    fn field_binding(&mut self, pair: P<'t>) -> FieldPattern {
        let range = self.range(&pair);
        let mut parts = pair
            .into_inner()
            .filter(|part| part.as_rule() != Rule::colon);
        let key = match parts.next() {
            Some(key) => self.ident(&key),
            None => missing_ident(range),
        };
        match parts.next() {
            Some(pattern) => FieldPattern {
                key,
                pattern: self.binding(pattern),
                shorthand: false,
            },
            None => FieldPattern {
                key,
                pattern: self.arena.add_pattern(Pattern::Name(key), key.range),
                shorthand: true,
            },
        }
    }

    /// The pattern of a match clause.
    pub(in crate::syntax) fn match_pattern(&mut self, pair: P<'t>) -> MatchPattern {
        match pair.as_rule() {
            Rule::var_match => {
                let range = self.range(&pair);
                let pattern = match pair.into_inner().last() {
                    Some(binding) => self.binding(binding),
                    None => self.invalid_pattern(range),
                };
                MatchPattern::Var(pattern)
            }
            Rule::static_match => MatchPattern::Static(
                pair.into_inner()
                    .filter(|part| part.as_rule() != Rule::bar)
                    .map(|item| self.static_item(item))
                    .collect(),
            ),
            _ => MatchPattern::Error(self.binding_at(pair, Place::Match)),
        }
    }

    fn static_item(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        let expr = self.nested(range, |cx| match pair.as_rule() {
            Rule::static_list => Expr::List(
                pair.into_inner()
                    .filter(|part| !matches!(part.as_rule(), Rule::lbr | Rule::rbr | Rule::comma))
                    .map(|item| cx.static_item(item))
                    .collect(),
            ),
            Rule::static_record => Expr::Record(
                pair.into_inner()
                    .filter(|part| part.as_rule() == Rule::static_entry)
                    .filter_map(|entry| cx.static_entry(entry))
                    .collect(),
            ),
            Rule::name_ref => Expr::Name(cx.qname(pair)),
            _ => Expr::Literal(cx.literal(pair)),
        });
        self.arena.add_expr(expr.unwrap_or(Expr::Error), range)
    }

    fn static_entry(&mut self, pair: P<'t>) -> Option<RecordEntry> {
        let range = self.range(&pair);
        let mut parts = pair
            .into_inner()
            .filter(|part| part.as_rule() != Rule::colon);
        let key = self.record_key(parts.next()?)?;
        let value = self.static_item(parts.next()?);
        Some(RecordEntry { key, value, range })
    }

    /// The left side of a destructuring assignment, read as an expression.
    pub(super) fn reference_pattern(&mut self, pair: P<'t>, eq: &P<'t>) -> PatternId {
        let range = self.range(&pair);
        let pattern = self.nested(range, |cx| cx.reference_pattern_node(pair, eq));
        self.arena
            .add_pattern(pattern.unwrap_or(Pattern::Invalid), range)
    }

    fn reference_pattern_node(&mut self, pair: P<'t>, eq: &P<'t>) -> Pattern {
        if !is_reference_pattern(&pair) {
            let target = self.expr(pair);
            self.check_reference(target, eq);
            return Pattern::Reference(target);
        }
        let mut parts = pair.into_inner();
        let Some(first) = parts.next() else {
            return Pattern::Invalid;
        };
        match first.as_rule() {
            Rule::list_literal => self.list_reference(first, eq),
            Rule::record_literal => self.record_reference(first, eq),
            Rule::error_constructor => {
                let args = first.into_inner().find(|part| part.as_rule() == Rule::args);
                self.error_reference(None, args, eq)
            }
            _ => {
                let name = self.qname(first);
                let ty = self.arena.add_type(TypeExpr::Name(name), name.range());
                self.error_reference(Some(ty), parts.next(), eq)
            }
        }
    }

    fn list_reference(&mut self, pair: P<'t>, eq: &P<'t>) -> Pattern {
        let mut members = Vec::new();
        let mut rest = None;
        for part in pair.into_inner().filter(is_list_member) {
            if rest.is_some() {
                self.mismatched(&part, "']'");
            }
            match part.as_rule() {
                Rule::rest_item => rest = self.rest_reference(part, eq),
                _ => members.push(self.reference_pattern(part, eq)),
            }
        }
        Pattern::List { members, rest }
    }

    fn rest_reference(&mut self, pair: P<'t>, eq: &P<'t>) -> Option<PatternId> {
        let inner = pair.into_inner().last()?;
        Some(self.reference_pattern(inner, eq))
    }

    fn record_reference(&mut self, pair: P<'t>, eq: &P<'t>) -> Pattern {
        let mut fields = Vec::new();
        let mut rest = None;
        let mut closed = None;
        for entry in pair.into_inner() {
            if entry.as_rule() != Rule::record_entry {
                continue;
            }
            if rest.is_some() || closed.is_some() {
                self.mismatched(&entry, "'}'");
            }
            let mut parts = entry
                .into_inner()
                .filter(|part| part.as_rule() != Rule::colon);
            let Some(key) = parts.next() else { continue };
            match key.as_rule() {
                Rule::closed_mark => closed = Some(self.range(&key)),
                Rule::rest_item => rest = self.rest_reference(key, eq),
                Rule::identifier => {
                    let field = self.field_reference(key, parts.next(), eq);
                    fields.push(field);
                }
                _ => self.mismatched(&key, "identifier"),
            }
        }
        Pattern::Record {
            fields,
            rest,
            closed,
        }
    }

    fn field_reference(&mut self, key: P<'t>, value: Option<P<'t>>, eq: &P<'t>) -> FieldPattern {
        let key = self.ident(&key);
        match value {
            Some(value) => FieldPattern {
                key,
                pattern: self.reference_pattern(value, eq),
                shorthand: false,
            },
            None => {
                let name = QName {
                    prefix: None,
                    name: key,
                };
                let variable = self.arena.add_expr(Expr::Name(name), key.range);
                FieldPattern {
                    key,
                    pattern: self
                        .arena
                        .add_pattern(Pattern::Reference(variable), key.range),
                    shorthand: true,
                }
            }
        }
    }

    fn error_reference(&mut self, ty: Option<TypeId>, args: Option<P<'t>>, eq: &P<'t>) -> Pattern {
        let mut reason = None;
        let mut fields = Vec::new();
        let mut rest = None;
        let parts = args.into_iter().flat_map(P::into_inner);
        for part in parts.filter(|part| {
            matches!(
                part.as_rule(),
                Rule::expr | Rule::named_arg | Rule::rest_item
            )
        }) {
            if rest.is_some() {
                self.mismatched(&part, "')'");
            }
            match part.as_rule() {
                Rule::rest_item => rest = self.rest_reference(part, eq),
                Rule::named_arg => {
                    let mut inner = part.into_inner();
                    let key = inner.next().map(|key| self.ident(&key));
                    let value = inner.last();
                    if let (Some(key), Some(value)) = (key, value) {
                        let pattern = self.reference_pattern(value, eq);
                        fields.push(ErrorFieldPattern { key, pattern });
                    }
                }
                _ if reason.is_none() && ty.is_none() && fields.is_empty() => {
                    reason = Some(self.reference_pattern(part, eq));
                }
                _ => self.mismatched(&part, "a named detail field"),
            }
        }
        if ty.is_none() && reason.is_none() {
            self.mismatched(eq, "the reason of the error");
        }
        Pattern::ErrorValue {
            ty,
            reason,
            fields,
            rest,
        }
    }
}

/// Whether an expression on the left of `=` is a pattern: a list, a record, `error(…)`, or `T(…)`
/// with nothing but named and rest arguments.
pub(super) fn is_reference_pattern(pair: &P<'_>) -> bool {
    let mut parts = pair.clone().into_inner();
    let (Some(first), second, None) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    match (first.as_rule(), second) {
        (Rule::list_literal | Rule::record_literal | Rule::error_constructor, None) => true,
        (Rule::name_ref, Some(args)) if args.as_rule() == Rule::args => {
            let mut members = args
                .into_inner()
                .filter(|part| !matches!(part.as_rule(), Rule::lpar | Rule::rpar | Rule::comma))
                .peekable();
            members.peek().is_some()
                && members.all(|part| matches!(part.as_rule(), Rule::named_arg | Rule::rest_item))
        }
        _ => false,
    }
}
