//! Types (spec/language.md 2.3): a flat list of atoms, suffixes and bars becomes a tree.

use pest::iterators::Pairs;

use super::operators::Parts;
use super::{LowerCx, P, take_front};
use crate::base::TextRange;
use crate::syntax::ast::{
    ArraySize, Builtin, ExprId, FunctionType, FunctionTypeParam, ObjectField, ObjectMember,
    ObjectType, ParamKind, RecordField, RecordMember, RecordType, ReturnType, TypeExpr, TypeId,
};
use crate::syntax::grammar::Rule;

impl<'t> LowerCx<'t> {
    /// The type of a `type_`, `is_type`, `finite_type` or `type_expr` pair.
    pub(super) fn type_(&mut self, pair: P<'t>) -> TypeId {
        let range = self.range(&pair);
        let parts = pair.into_inner();
        let links = parts.len();
        self.nested(range, |cx| {
            cx.chained(links, range, |cx| cx.union(parts, range))
        })
        .flatten()
        .unwrap_or_else(|| self.error_type(range))
    }

    fn union(&mut self, parts: Pairs<'t, Rule>, range: TextRange) -> TypeId {
        let mut parts = parts.peekable();
        let mut members = Vec::new();
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::bar {
                continue;
            }
            let atom = self.type_atom(part);
            let member = self.type_suffixes(atom, &mut parts);
            members.push(member);
        }
        match members.as_slice() {
            [] => self.error_type(range),
            [only] => *only,
            [first, .., last] => {
                let whole = self
                    .arena
                    .type_range(*first)
                    .cover(self.arena.type_range(*last));
                self.arena.add_type(TypeExpr::Union(members), whole)
            }
        }
    }

    /// `T[2][3]?[]`: a run of dimensions counts from the inside out.
    fn type_suffixes(&mut self, atom: TypeId, parts: &mut Parts<'t>) -> TypeId {
        let start = self.arena.type_range(atom);
        let mut whole = atom;
        let mut dimensions: Vec<(ArraySize, TextRange)> = Vec::new();
        while let Some(part) = parts.next_if(|part| {
            matches!(
                part.as_rule(),
                Rule::array_suffix | Rule::optional_suffix | Rule::is_optional
            )
        }) {
            let range = self.range(&part);
            if part.as_rule() == Rule::array_suffix {
                dimensions.push((self.array_size(part), range));
                continue;
            }
            whole = self.arrays(whole, start, &mut dimensions);
            // The lookahead behind the mark may have left blanks in the pair.
            let mark = TextRange::new(range.start, range.start + 1);
            whole = self
                .arena
                .add_type(TypeExpr::Optional(whole), start.cover(mark));
        }
        self.arrays(whole, start, &mut dimensions)
    }

    fn arrays(
        &mut self,
        element: TypeId,
        start: TextRange,
        dimensions: &mut Vec<(ArraySize, TextRange)>,
    ) -> TypeId {
        let mut whole = element;
        let end = dimensions.last().map_or(start, |&(_, range)| range);
        while let Some((size, _)) = dimensions.pop() {
            let array = TypeExpr::Array {
                element: whole,
                size,
            };
            whole = self.arena.add_type(array, start.cover(end));
        }
        whole
    }

    fn array_size(&mut self, pair: P<'t>) -> ArraySize {
        match pair.into_inner().next() {
            None => ArraySize::Open,
            Some(star) if star.as_rule() == Rule::star => ArraySize::Infer,
            Some(size) => ArraySize::Fixed {
                range: self.range(&size),
                size: self.small_int(&size),
            },
        }
    }

    /// An integer that no sign stands in front of.
    pub(super) fn small_int(&mut self, pair: &P<'t>) -> i64 {
        pair.as_str().parse().unwrap_or_else(|_| {
            self.too_large(pair);
            i64::MAX
        })
    }

    fn type_atom(&mut self, pair: P<'t>) -> TypeId {
        let range = self.range(&pair);
        let ty = match pair.as_rule() {
            Rule::name_ref => TypeExpr::Name(self.qname(pair)),
            Rule::builtin_type => builtin(pair.as_str()),
            Rule::group_type => {
                match pair.into_inner().find(|part| part.as_rule() == Rule::type_) {
                    Some(inner) => TypeExpr::Group(self.type_(inner)),
                    None => TypeExpr::Nil,
                }
            }
            Rule::tuple_type => self.tuple(pair),
            Rule::generic_type => self.generic(pair, range),
            Rule::record_type => TypeExpr::Record(Box::new(self.record(pair))),
            Rule::object_type => TypeExpr::Object(Box::new(self.object(pair))),
            Rule::function_type => {
                let mut inner = pair.into_inner().peekable();
                let (params, returns) = self.function_type_parts(&mut inner);
                return self.function_type(params, returns, range);
            }
            Rule::is_type | Rule::type_ => return self.type_(pair),
            _ => TypeExpr::Literal(self.literal(pair)),
        };
        self.arena.add_type(ty, range)
    }

    fn tuple(&mut self, pair: P<'t>) -> TypeExpr {
        let mut members = Vec::new();
        let mut rest = None;
        for part in pair.into_inner() {
            if part.as_rule() != Rule::tuple_member {
                continue;
            }
            if rest.is_some() {
                self.mismatched(&part, "']'");
            }
            let mut inner = part.into_inner();
            let Some(ty) = inner.next() else { continue };
            let ty = self.type_(ty);
            if inner.next().is_some() {
                rest = Some(ty);
            } else {
                members.push(ty);
            }
        }
        TypeExpr::Tuple { members, rest }
    }

    fn generic(&mut self, pair: P<'t>, range: TextRange) -> TypeExpr {
        let mut word = "error";
        let mut params = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::generic_word | Rule::typedesc_word => word = part.as_str(),
                Rule::type_ => params.push(self.type_(part)),
                _ => {}
            }
        }
        let mut params = params.into_iter();
        let first = params.next();
        match word {
            "error" => TypeExpr::ErrorType {
                reason: first,
                detail: params.next(),
            },
            "typedesc" => TypeExpr::Typedesc(first),
            _ => {
                let param = first.unwrap_or_else(|| self.error_type(range));
                match word {
                    "map" => TypeExpr::Map(param),
                    "future" => TypeExpr::Future(param),
                    "table" => TypeExpr::Table(param),
                    _ => TypeExpr::Stream(param),
                }
            }
        }
    }

    fn record(&mut self, pair: P<'t>) -> RecordType {
        let mut record = RecordType {
            exclusive: false,
            members: Vec::new(),
            rest: None,
        };
        let body = pair
            .into_inner()
            .find(|part| matches!(part.as_rule(), Rule::exclusive_body | Rule::inclusive_body));
        let Some(body) = body else { return record };
        record.exclusive = body.as_rule() == Rule::exclusive_body;
        for member in body.into_inner() {
            if member.as_rule() == Rule::record_member {
                self.record_member(member, &mut record);
            }
        }
        record
    }

    fn record_member(&mut self, pair: P<'t>, record: &mut RecordType) {
        let range = self.range(&pair);
        if record.rest.is_some() {
            self.mismatched(&pair, "'|}'");
        }
        let mut parts = pair.into_inner().peekable();
        let front = take_front(self, &mut parts);
        let is_inclusion = parts.next_if(|part| part.as_rule() == Rule::star).is_some();
        let Some(ty) = parts.next() else { return };
        let type_range = self.range(&ty);
        let ty = self.type_(ty);
        if is_inclusion {
            record.members.push(RecordMember::Inclusion { ty, range });
            return;
        }
        let mut name = None;
        let mut optional = false;
        let mut default = None;
        for part in parts {
            match part.as_rule() {
                Rule::ellipsis => {
                    if !record.exclusive {
                        self.mismatched(&part, "identifier");
                    }
                    record.rest = Some(ty);
                    return;
                }
                Rule::identifier => name = Some(self.ident(&part)),
                Rule::question => optional = true,
                Rule::expr => default = Some(self.expr(part)),
                _ => {}
            }
        }
        record.members.push(RecordMember::Field(RecordField {
            documentation: front.documentation,
            annotations: front.annotations,
            ty,
            name: name.unwrap_or_else(|| super::missing_ident(type_range)),
            optional,
            default,
            range,
        }));
    }

    fn object(&mut self, pair: P<'t>) -> ObjectType {
        let mut object = ObjectType {
            is_abstract: None,
            is_client: None,
            members: Vec::new(),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_abstract => self.flag(&part, &mut object.is_abstract),
                Rule::kw_client => self.flag(&part, &mut object.is_client),
                Rule::object_member => {
                    let member = self.object_member(part);
                    object.members.extend(member);
                }
                _ => {}
            }
        }
        object
    }

    /// Notes the range of a word that may stand only once.
    pub(super) fn flag(&mut self, pair: &P<'t>, flag: &mut Option<TextRange>) {
        if flag.is_some() {
            self.extraneous(pair);
        } else {
            *flag = Some(self.range(pair));
        }
    }

    pub(in crate::syntax) fn object_member(&mut self, pair: P<'t>) -> Option<ObjectMember> {
        let range = self.range(&pair);
        let mut parts = pair.into_inner().peekable();
        let front = take_front(self, &mut parts);
        let first = parts.next()?;
        match first.as_rule() {
            Rule::star => {
                let ty = self.type_(parts.next()?);
                Some(ObjectMember::Inclusion { ty, range })
            }
            Rule::function => {
                let method = self.method(front, first, range);
                Some(ObjectMember::Method(Box::new(method)))
            }
            _ => {
                let ty = self.type_(first);
                let name = parts.next().map(|name| self.ident(&name))?;
                let default: Option<ExprId> = parts
                    .find(|part| part.as_rule() == Rule::expr)
                    .map(|value| self.expr(value));
                let visibility = self.field_visibility(&front.qualifiers);
                Some(ObjectMember::Field(ObjectField {
                    documentation: front.documentation,
                    annotations: front.annotations,
                    visibility,
                    ty,
                    name,
                    default,
                    range,
                }))
            }
        }
    }

    /// Parameters and result of a function type or lambda, whose parameters may lack names.
    pub(super) fn function_type_parts(
        &mut self,
        parts: &mut Parts<'t>,
    ) -> (Vec<FunctionTypeParam>, Option<ReturnType>) {
        let mut params = Vec::new();
        let mut returns = None;
        while let Some(part) = parts.next_if(|part| part.as_rule() != Rule::block) {
            match part.as_rule() {
                Rule::type_params => {
                    for param in part.into_inner() {
                        if param.as_rule() == Rule::type_param {
                            params.push(self.type_param(param));
                        }
                    }
                }
                Rule::returns => returns = self.returns(part),
                _ => {}
            }
        }
        (params, returns)
    }

    fn type_param(&mut self, pair: P<'t>) -> FunctionTypeParam {
        let range = self.range(&pair);
        let mut param = FunctionTypeParam {
            annotations: Vec::new(),
            is_public: None,
            ty: TypeId::from_index(0),
            kind: ParamKind::Required,
            name: None,
            range,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::annotation => param.annotations.push(self.annotation(part)),
                Rule::kw_public => param.is_public = Some(self.range(&part)),
                Rule::type_ => param.ty = self.type_(part),
                Rule::ellipsis => param.kind = ParamKind::Rest,
                Rule::identifier => param.name = Some(self.ident(&part)),
                Rule::expr => {
                    if matches!(param.kind, ParamKind::Rest) || param.name.is_none() {
                        self.mismatched(&part, "')'");
                    }
                    param.kind = ParamKind::Default(self.expr(part));
                }
                _ => {}
            }
        }
        param
    }

    pub(super) fn function_type(
        &mut self,
        params: Vec<FunctionTypeParam>,
        returns: Option<ReturnType>,
        range: TextRange,
    ) -> TypeId {
        for (at, param) in params.iter().enumerate() {
            match param.kind {
                ParamKind::Default(value) => {
                    let at = self.arena.expr_range(value);
                    self.syntax_error(at, "a parameter of a function type has no default value");
                }
                ParamKind::Rest if at + 1 < params.len() => {
                    let (found, at) = self.token_after(param.range.end);
                    self.syntax_error(at, format!("mismatched input '{found}'. expecting ')'"));
                }
                ParamKind::Rest | ParamKind::Required => {}
            }
        }
        let function = FunctionType { params, returns };
        self.arena
            .add_type(TypeExpr::Function(Box::new(function)), range)
    }

    pub(super) fn returns(&mut self, pair: P<'t>) -> Option<ReturnType> {
        let mut annotations = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::annotation => annotations.push(self.annotation(part)),
                Rule::type_ => {
                    let ty = self.type_(part);
                    return Some(ReturnType { annotations, ty });
                }
                _ => {}
            }
        }
        None
    }
}

fn builtin(word: &str) -> TypeExpr {
    Builtin::ALL
        .iter()
        .copied()
        .find(|builtin| builtin.as_str() == word)
        .map_or(TypeExpr::Error, TypeExpr::Builtin)
}
