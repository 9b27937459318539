//! Primary expressions, postfixes and the forms that end by themselves (spec/language.md 2.6).

use super::operators::Parts;
use super::{LowerCx, P, RepeatSlot, missing_ident};
use crate::base::TextRange;
use crate::limits;
use crate::syntax::ast::{
    Annotation, Arg, ArraySize, Expr, ExprId, FieldName, Function, FunctionBody, Ident, Literal,
    Param, ParamKind, QName, RecordEntry, RecordKey, TableColumn, TableLiteral, TableRow, TypeExpr,
    TypeId, WaitEntry,
};
use crate::syntax::grammar::Rule;

impl<'t> LowerCx<'t> {
    /// An operand behind its prefixes, with its postfixes and a possible arrow.
    pub(super) fn unprefixed(&mut self, parts: &mut Parts<'t>, range: TextRange) -> ExprId {
        let Some(first) = parts.next() else {
            return self.error_expr(range);
        };
        if is_arrow(parts) {
            return self.arrow(first, parts, range);
        }
        let base = self.primary(first);
        let whole = self.postfixes(base, parts, range);
        if is_arrow(parts) {
            let arrow = parts.next().map(|arrow| self.range(&arrow));
            self.syntax_error(arrow.unwrap_or(range), "extraneous input '=>'");
            if let Some(body) = parts.next() {
                self.expr(body);
            }
            return self.error_expr(range);
        }
        whole
    }

    /// `x => e`, `(x, y) => e`
    fn arrow(&mut self, head: P<'t>, parts: &mut Parts<'t>, range: TextRange) -> ExprId {
        let start = self.range(&head);
        let params = match head.as_rule() {
            Rule::name_ref => self.arrow_param(head).map(|param| vec![param]),
            Rule::paren_expr => head
                .into_inner()
                .filter(|part| part.as_rule() == Rule::expr)
                .map(|part| sole_child(part).and_then(|name| self.arrow_param(name)))
                .collect(),
            _ => None,
        };
        let arrow = parts.next().map_or(range, |arrow| self.range(&arrow));
        let body = match parts.next() {
            Some(body) => self.expr(body),
            None => self.error_expr(range),
        };
        let whole = start.cover(self.arena.expr_range(body));
        match params {
            Some(params) => self.arena.add_expr(Expr::Arrow { params, body }, whole),
            None => {
                self.syntax_error(arrow, "extraneous input '=>'");
                self.error_expr(whole)
            }
        }
    }

    fn arrow_param(&mut self, pair: P<'t>) -> Option<Ident> {
        if pair.as_rule() != Rule::name_ref {
            return None;
        }
        let name = self.qname(pair);
        name.prefix.is_none().then_some(name.name)
    }

    /// A primary expression or one of the forms that take no postfix.
    pub(super) fn primary(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        let expr = match pair.as_rule() {
            Rule::name_ref => Expr::Name(self.qname(pair)),
            Rule::special_name => Expr::Name(QName {
                prefix: None,
                name: self.ident(&pair),
            }),
            Rule::paren_expr => return self.paren(pair, range),
            Rule::list_literal => return self.list(pair, range),
            Rule::record_literal => Expr::Record(self.record_entries(pair)),
            Rule::string_template => Expr::StringTemplate(
                self.template_parts(pair.into_inner(), super::literal::unescape_template),
            ),
            Rule::xml_template => Expr::Xml(self.xml_template(pair)),
            Rule::table_literal => Expr::Table(Box::new(self.table(pair))),
            Rule::error_constructor => Expr::ErrorConstructor {
                args: self.inner_args(pair),
            },
            Rule::type_expr => Expr::TypeDesc(self.type_(pair)),
            Rule::function_expr => return self.function_expr(pair, range),
            Rule::new_expr => self.new_expr(pair),
            Rule::trap_expr => Expr::Trap(self.last_expr(pair, range)),
            Rule::wait_expr => self.wait(pair, range),
            Rule::start_expr => self.start(pair, Vec::new(), range),
            Rule::flush_expr => Expr::Flush(
                pair.into_inner()
                    .find(|part| part.as_rule() == Rule::identifier)
                    .map(|name| self.ident(&name)),
            ),
            Rule::receive_expr => match pair.into_inner().next() {
                Some(peer) => Expr::Receive(self.peer(peer)),
                None => Expr::Error,
            },
            Rule::service_expr => Expr::Service {
                annotations: Vec::new(),
                methods: self.methods(pair),
            },
            Rule::table_query => Expr::Query(Box::new(self.query(pair))),
            Rule::annotated_expr => self.annotated(pair, range),
            Rule::expr | Rule::guard_expr => return self.expr(pair),
            _ => return self.literal_expr(pair),
        };
        self.arena.add_expr(expr, range)
    }

    fn last_expr(&mut self, pair: P<'t>, range: TextRange) -> ExprId {
        match pair.into_inner().last() {
            Some(part) => self.expr(part),
            None => self.error_expr(range),
        }
    }

    fn paren(&mut self, pair: P<'t>, range: TextRange) -> ExprId {
        let mut inner = pair
            .into_inner()
            .filter(|part| part.as_rule() != Rule::lpar);
        let first = inner.next().filter(|part| part.as_rule() == Rule::expr);
        let Some(first) = first else {
            return self.arena.add_expr(Expr::Literal(Literal::Nil), range);
        };
        let member = self.expr(first);
        if let Some(comma) = inner.next().filter(|part| part.as_rule() == Rule::comma) {
            self.mismatched(&comma, "')'");
        }
        let group = self.arena.add_expr(Expr::Group(member), range);
        if let Some(ty) = self.as_type(member) {
            let ty = self.arena.add_type(TypeExpr::Group(ty), range);
            self.arena.set_type_reading(group, ty);
        }
        group
    }

    fn list(&mut self, pair: P<'t>, range: TextRange) -> ExprId {
        let mut members = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => members.push(self.expr(part)),
                Rule::rest_item => self.extraneous_rest(&part),
                _ => {}
            }
        }
        let types: Option<Vec<TypeId>> = if members.is_empty() {
            None
        } else {
            members.iter().map(|&member| self.as_type(member)).collect()
        };
        let list = self.arena.add_expr(Expr::List(members), range);
        if let Some(members) = types {
            let tuple = TypeExpr::Tuple {
                members,
                rest: None,
            };
            let ty = self.arena.add_type(tuple, range);
            self.arena.set_type_reading(list, ty);
        }
        list
    }

    fn extraneous_rest(&mut self, pair: &P<'t>) {
        let range = self.range(pair);
        let dots = TextRange::new(range.start, range.start + 3);
        self.syntax_error(dots, "extraneous input '...'");
    }

    /// The type that the expression reads as, when its shape is that of a type.
    pub(super) fn as_type(&mut self, expr: ExprId) -> Option<TypeId> {
        if let Some(ty) = self.arena.type_reading(expr) {
            return Some(ty);
        }
        let range = self.arena.expr_range(expr);
        let ty = match self.arena.expr(expr) {
            Expr::Name(name) => TypeExpr::Name(*name),
            Expr::Literal(Literal::Nil) => TypeExpr::Nil,
            Expr::TypeDesc(ty) => return Some(*ty),
            _ => return None,
        };
        Some(self.arena.add_type(ty, range))
    }

    fn record_entries(&mut self, pair: P<'t>) -> Vec<RecordEntry> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::record_entry)
            .filter_map(|entry| self.record_entry(entry))
            .collect()
    }

    fn record_entry(&mut self, pair: P<'t>) -> Option<RecordEntry> {
        let range = self.range(&pair);
        let mut parts = pair
            .into_inner()
            .filter(|part| part.as_rule() != Rule::colon);
        let key = parts.next()?;
        if matches!(key.as_rule(), Rule::rest_item | Rule::closed_mark) {
            self.extraneous_rest(&key);
            return None;
        }
        let Some(value) = parts.next() else {
            let (found, at) = self.token_after(range.end);
            self.syntax_error(at, format!("missing token ':' before '{found}'"));
            return None;
        };
        let key = self.record_key(key)?;
        let value = self.expr(value);
        Some(RecordEntry { key, value, range })
    }

    pub(super) fn record_key(&mut self, pair: P<'t>) -> Option<RecordKey> {
        match pair.as_rule() {
            Rule::identifier => return Some(RecordKey::Ident(self.ident(&pair))),
            Rule::string_literal => {
                return Some(RecordKey::String {
                    value: self.string_value(&pair),
                    range: self.range(&pair),
                });
            }
            _ => {}
        }
        let range = self.range(&pair);
        let computed = sole_child(pair)
            .filter(|list| list.as_rule() == Rule::list_literal)
            .and_then(|list| sole(list.into_inner().filter(|part| is_list_member(part))))
            .filter(|member| member.as_rule() == Rule::expr);
        match computed {
            Some(inner) => Some(RecordKey::Computed(self.expr(inner))),
            None => {
                let (found, at) = self.token_after(range.start);
                self.syntax_error(at, format!("mismatched input '{found}'. expecting a key"));
                None
            }
        }
    }

    fn table(&mut self, pair: P<'t>) -> TableLiteral {
        let mut table = TableLiteral {
            columns: Vec::new(),
            columns_range: None,
            rows: Vec::new(),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::table_columns => {
                    table.columns_range = Some(self.range(&part));
                    let columns = part
                        .into_inner()
                        .filter(|column| column.as_rule() == Rule::table_column);
                    for column in columns {
                        table.columns.extend(self.table_column(column));
                    }
                }
                Rule::list_literal => {
                    for row in part.into_inner().filter(is_list_member) {
                        let row = self.table_row(row);
                        table.rows.extend(row);
                    }
                }
                _ => {}
            }
        }
        table
    }

    fn table_column(&mut self, pair: P<'t>) -> Option<TableColumn> {
        let mut is_key = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_key => is_key = true,
                _ => {
                    let name = self.ident(&part);
                    return Some(TableColumn { is_key, name });
                }
            }
        }
        None
    }

    fn table_row(&mut self, pair: P<'t>) -> Option<TableRow> {
        let range = self.range(&pair);
        if pair.as_rule() == Rule::rest_item {
            self.extraneous_rest(&pair);
            return None;
        }
        let values = sole_child(pair.clone())
            .filter(|row| row.as_rule() == Rule::record_literal)
            .and_then(bare_entries);
        match values {
            Some(values) => Some(TableRow::Values {
                values: values
                    .into_iter()
                    .map(|value| self.bare_value(value))
                    .collect(),
                range,
            }),
            None => Some(TableRow::Expr(self.expr(pair))),
        }
    }

    /// The expression of a record entry that is a value alone.
    fn bare_value(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        match pair.as_rule() {
            Rule::identifier => {
                let name = self.ident(&pair);
                let name = QName { prefix: None, name };
                self.arena.add_expr(Expr::Name(name), range)
            }
            Rule::expr => self.expr(pair),
            _ => self.literal_expr(pair),
        }
    }

    fn wait(&mut self, pair: P<'t>, range: TextRange) -> Expr {
        let Some(target) = pair.into_inner().last() else {
            return Expr::Error;
        };
        let record = sole_child(target.clone()).filter(|one| one.as_rule() == Rule::record_literal);
        let Some(record) = record else {
            return Expr::Wait(self.expr(target));
        };
        let entries: Vec<P<'t>> = record
            .into_inner()
            .filter(|part| part.as_rule() == Rule::record_entry)
            .collect();
        if entries.is_empty() {
            self.syntax_error(range, "mismatched input '}'. expecting identifier");
        }
        Expr::WaitAll(
            entries
                .into_iter()
                .filter_map(|entry| self.wait_entry(entry))
                .collect(),
        )
    }

    fn wait_entry(&mut self, pair: P<'t>) -> Option<WaitEntry> {
        let mut parts = pair
            .into_inner()
            .filter(|part| part.as_rule() != Rule::colon);
        let key = parts.next()?;
        if key.as_rule() != Rule::identifier {
            self.mismatched(&key, "identifier");
            return None;
        }
        let name = self.ident(&key);
        let value = parts.next();
        let shorthand = value.is_none();
        let value = match value {
            Some(value) => self.expr(value),
            None => self.bare_value(key),
        };
        Some(WaitEntry {
            key: name,
            value,
            shorthand,
        })
    }

    fn new_expr(&mut self, pair: P<'t>) -> Expr {
        let mut class = None;
        let mut args = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name_ref => class = Some(self.qname(part)),
                Rule::args => args = Some(self.args(part)),
                _ => {}
            }
        }
        Expr::New { class, args }
    }

    fn start(&mut self, pair: P<'t>, annotations: Vec<Annotation>, range: TextRange) -> Expr {
        let target = pair
            .into_inner()
            .find(|part| part.as_rule() == Rule::start_target);
        let call = match target {
            Some(target) => {
                let mut parts = target.into_inner().peekable();
                let links = parts.len();
                self.chained(links, range, |cx| cx.unprefixed(&mut parts, range))
                    .unwrap_or_else(|| self.error_expr(range))
            }
            None => self.error_expr(range),
        };
        Expr::Start { annotations, call }
    }

    fn annotated(&mut self, pair: P<'t>, range: TextRange) -> Expr {
        let mut annotations = Vec::new();
        for part in pair.into_inner() {
            if part.as_rule() == Rule::annotation {
                annotations.push(self.annotation(part));
            } else {
                return self.annotated_node(part, annotations, range);
            }
        }
        Expr::Error
    }

    /// A `start` or `service` form behind its annotations.
    pub(super) fn annotated_form(
        &mut self,
        pair: P<'t>,
        annotations: Vec<Annotation>,
        range: TextRange,
    ) -> ExprId {
        let expr = self.annotated_node(pair, annotations, range);
        self.arena.add_expr(expr, range)
    }

    fn annotated_node(
        &mut self,
        pair: P<'t>,
        annotations: Vec<Annotation>,
        range: TextRange,
    ) -> Expr {
        match pair.as_rule() {
            Rule::start_expr => self.start(pair, annotations, range),
            _ => Expr::Service {
                annotations,
                methods: self.methods(pair),
            },
        }
    }

    /// `function (…) …`: a lambda with a block, a type without.
    fn function_expr(&mut self, pair: P<'t>, range: TextRange) -> ExprId {
        let mut inner = pair.into_inner().peekable();
        let (params, returns) = self.function_type_parts(&mut inner);
        let Some(block) = inner.next() else {
            let ty = self.function_type(params, returns, range);
            return self.arena.add_expr(Expr::TypeDesc(ty), range);
        };
        let params = params
            .into_iter()
            .map(|param| {
                let name = param.name.unwrap_or_else(|| {
                    let (found, at) = self.token_after(param.range.end);
                    self.syntax_error(
                        at,
                        format!("mismatched input '{found}'. expecting identifier"),
                    );
                    missing_ident(TextRange::empty(param.range.end))
                });
                Param {
                    kind: param.kind,
                    annotations: param.annotations,
                    is_public: param.is_public,
                    ty: param.ty,
                    name,
                    range: param.range,
                }
            })
            .collect::<Vec<_>>();
        self.check_param_order(&params);
        let body = FunctionBody::Block(self.block(block));
        let function = Function {
            is_remote: None,
            is_resource: None,
            name: None,
            params,
            returns,
            body,
            range,
        };
        self.arena.add_expr(Expr::Lambda(Box::new(function)), range)
    }

    /// Nothing may follow a rest parameter.
    pub(super) fn check_param_order(&mut self, params: &[Param]) {
        let Some((_, front)) = params.split_last() else {
            return;
        };
        if let Some(rest) = front
            .iter()
            .find(|param| matches!(param.kind, ParamKind::Rest))
        {
            let (found, at) = self.token_after(rest.range.end);
            self.syntax_error(at, format!("mismatched input '{found}'. expecting ')'"));
        }
    }

    pub(super) fn postfixes(
        &mut self,
        base: ExprId,
        parts: &mut Parts<'t>,
        range: TextRange,
    ) -> ExprId {
        let mut whole = base;
        let mut links = 0;
        while let Some(part) = parts.next_if(|part| is_postfix(part.as_rule())) {
            links += 1;
            if links >= limits::CHAIN {
                self.report_too_deep(range);
                while parts.next_if(|part| is_postfix(part.as_rule())).is_some() {}
                return self.error_expr(range);
            }
            let end = self.range(&part);
            let start = self.arena.expr_range(whole);
            whole = match part.as_rule() {
                Rule::args => {
                    let args = self.args(part);
                    let call = Expr::Call {
                        callee: whole,
                        args,
                    };
                    self.arena.add_expr(call, start.cover(end))
                }
                Rule::dot_name => self.dot_name(whole, part, parts),
                Rule::remote_name => self.remote_call(whole, part, parts),
                Rule::index => self.index(whole, part, start.cover(end)),
                Rule::annotation_access => {
                    let mut inner = part.into_inner();
                    let name = self.next_qname(&mut inner, end);
                    let access = Expr::AnnotationAccess { base: whole, name };
                    self.arena.add_expr(access, start.cover(end))
                }
                Rule::xml_attributes => {
                    let index = part
                        .into_inner()
                        .find(|inner| inner.as_rule() == Rule::expr)
                        .map(|inner| self.expr(inner));
                    let attributes = Expr::XmlAttributes { base: whole, index };
                    self.arena.add_expr(attributes, start.cover(end))
                }
                _ => {
                    let mark = TextRange::new(end.start, end.start + 1);
                    self.type_suffix(whole, mark, TypeExpr::Optional)
                }
            };
        }
        whole
    }

    /// `A[]` or `A?` behind an expression that can only be a type then.
    fn type_suffix(
        &mut self,
        base: ExprId,
        mark: TextRange,
        suffix: impl FnOnce(TypeId) -> TypeExpr,
    ) -> ExprId {
        let range = self.arena.expr_range(base).cover(mark);
        match self.as_type(base) {
            Some(ty) => {
                let ty = self.arena.add_type(suffix(ty), range);
                self.arena.add_expr(Expr::TypeDesc(ty), range)
            }
            None => {
                let (found, at) = self.token_after(mark.start + 1);
                self.syntax_error(
                    at,
                    format!("mismatched input '{found}'. expecting expression"),
                );
                self.error_expr(range)
            }
        }
    }

    fn dot_name(&mut self, base: ExprId, pair: P<'t>, parts: &mut Parts<'t>) -> ExprId {
        let end = self.range(&pair);
        let start = self.arena.expr_range(base);
        let mut optional = false;
        let mut name = FieldName::Star(end);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::optional_dot => optional = true,
                Rule::star => name = FieldName::Star(self.range(&part)),
                _ => name = FieldName::Ident(self.ident(&part)),
            }
        }
        if let FieldName::Ident(name) = name
            && !optional
            && let Some(args) = parts.next_if(|part| part.as_rule() == Rule::args)
        {
            let range = start.cover(self.range(&args));
            let call = Expr::MethodCall {
                receiver: base,
                name,
                args: self.args(args),
            };
            return self.arena.add_expr(call, range);
        }
        let field = Expr::Field {
            base,
            optional,
            name,
        };
        self.arena.add_expr(field, start.cover(end))
    }

    fn remote_call(&mut self, receiver: ExprId, pair: P<'t>, parts: &mut Parts<'t>) -> ExprId {
        let mut range = self.arena.expr_range(receiver).cover(self.range(&pair));
        let name = match pair.into_inner().next() {
            Some(name) => self.ident(&name),
            None => missing_ident(range),
        };
        let args = match parts.next_if(|part| part.as_rule() == Rule::args) {
            Some(args) => {
                range = range.cover(self.range(&args));
                self.args(args)
            }
            None => Vec::new(),
        };
        let call = Expr::RemoteCall {
            receiver,
            name,
            args,
        };
        self.arena.add_expr(call, range)
    }

    fn index(&mut self, base: ExprId, pair: P<'t>, range: TextRange) -> ExprId {
        let brackets = self.range(&pair);
        let mut dots = None;
        let mut bounds = [None, None];
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::index_dots => dots = Some(self.range(&part)),
                Rule::expr => {
                    let value = self.expr(part);
                    let [first, second] = &mut bounds;
                    *(if dots.is_some() { second } else { first }) = Some(value);
                }
                _ => {}
            }
        }
        match (bounds, dots) {
            ([Some(index), _], None) => self.arena.add_expr(Expr::Index { base, index }, range),
            ([Some(first), second], Some(_)) if self.repeat_slot == RepeatSlot::Open => {
                self.repeat_slot = RepeatSlot::Filled(first, second);
                base
            }
            (_, Some(dots)) => {
                self.syntax_error(dots, "extraneous input '..'");
                self.error_expr(range)
            }
            ([None, _], None) => {
                let array = |element| TypeExpr::Array {
                    element,
                    size: ArraySize::Open,
                };
                self.type_suffix(base, brackets, array)
            }
        }
    }

    fn inner_args(&mut self, pair: P<'t>) -> Vec<Arg> {
        pair.into_inner()
            .find(|part| part.as_rule() == Rule::args)
            .map(|args| self.args(args))
            .unwrap_or_default()
    }

    pub(super) fn args(&mut self, pair: P<'t>) -> Vec<Arg> {
        let mut args = Vec::new();
        for part in pair.into_inner() {
            let range = self.range(&part);
            match part.as_rule() {
                Rule::expr => args.push(Arg::Positional(self.expr(part))),
                Rule::rest_item => {
                    let value = self.last_expr(part, range);
                    args.push(Arg::Rest { value, range });
                }
                Rule::named_arg => {
                    let mut inner = part.into_inner();
                    let name = match inner.next() {
                        Some(name) => self.ident(&name),
                        None => missing_ident(range),
                    };
                    let value = match inner.last() {
                        Some(value) => self.expr(value),
                        None => self.error_expr(range),
                    };
                    args.push(Arg::Named { name, value, range });
                }
                _ => {}
            }
        }
        args
    }
}

fn is_arrow(parts: &mut Parts<'_>) -> bool {
    parts
        .peek()
        .is_some_and(|part| part.as_rule() == Rule::fat_arrow)
}

fn is_postfix(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::args
            | Rule::dot_name
            | Rule::index
            | Rule::remote_name
            | Rule::annotation_access
            | Rule::xml_attributes
            | Rule::type_question
    )
}

pub(super) fn is_list_member(pair: &P<'_>) -> bool {
    matches!(pair.as_rule(), Rule::expr | Rule::rest_item)
}

/// The child of a pair that has exactly one.
pub(super) fn sole_child(pair: P<'_>) -> Option<P<'_>> {
    sole(pair.into_inner())
}

pub(super) fn sole<'t>(mut pairs: impl Iterator<Item = P<'t>>) -> Option<P<'t>> {
    let first = pairs.next()?;
    pairs.next().is_none().then_some(first)
}

/// The values of a record literal whose entries are values alone.
fn bare_entries(record: P<'_>) -> Option<Vec<P<'_>>> {
    let entries: Option<Vec<P<'_>>> = record
        .into_inner()
        .filter(|part| part.as_rule() == Rule::record_entry)
        .map(sole_child)
        .collect();
    entries.filter(|entries| {
        !entries.is_empty()
            && entries
                .iter()
                .all(|entry| !matches!(entry.as_rule(), Rule::rest_item | Rule::closed_mark))
    })
}
