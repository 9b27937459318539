//! Whether one run-time type is assignable to another (spec/language.md 4.2), on the descriptors of the
//! type table. Records, objects and the rest are compared by members; a pair that is being compared counts
//! as fitting meanwhile, so recursive types terminate.

use rustc_hash::FxHashSet;

use crate::bytecode::typedesc::{
    FunctionType, Literal, ObjectType, RecordType, TypeDesc, TypeId, TypeTable,
};

/// Nested types that a comparison follows; programs do not write deeper ones, and the comparison uses the
/// machine's own stack.
const DEPTH: u32 = 1_000;

/// The parts of which `json` is the union.
pub const JSON_PARTS: [TypeId; 8] = [
    TypeId::NIL,
    TypeId::BOOLEAN,
    TypeId::INT,
    TypeId::FLOAT,
    TypeId::DECIMAL,
    TypeId::STRING,
    TypeId::JSON_MAP,
    TypeId::JSON_ARRAY,
];

/// Whether every value of `from` is a value of `to`.
pub fn is_assignable(types: &TypeTable, from: TypeId, to: TypeId) -> bool {
    from == to
        || Comparison {
            types,
            assumed: FxHashSet::default(),
            trail: Vec::new(),
            failed: FxHashSet::default(),
            depth: 0,
        }
        .fits(from, to)
}

/// Whether every value of the type is `anydata`.
pub fn is_anydata(types: &TypeTable, ty: TypeId) -> bool {
    is_assignable(types, ty, TypeId::ANYDATA)
}

/// The type of a literal without its value.
pub fn literal_type(literal: &Literal) -> TypeId {
    match literal {
        Literal::Nil => TypeId::NIL,
        Literal::Boolean(_) => TypeId::BOOLEAN,
        Literal::Int(_) => TypeId::INT,
        Literal::Byte(_) => TypeId::BYTE,
        Literal::Float(_) => TypeId::FLOAT,
        Literal::Decimal(_) => TypeId::DECIMAL,
        Literal::String(_) => TypeId::STRING,
    }
}

struct Comparison<'a> {
    types: &'a TypeTable,
    /// Pairs that fit or are being compared.
    assumed: FxHashSet<(TypeId, TypeId)>,
    /// `assumed` in order: what was concluded under an assumption that failed is taken back.
    trail: Vec<(TypeId, TypeId)>,
    failed: FxHashSet<(TypeId, TypeId)>,
    depth: u32,
}

impl<'a> Comparison<'a> {
    fn fits(&mut self, from: TypeId, to: TypeId) -> bool {
        let types = self.types;
        if from == to || from == TypeId::NEVER {
            return true;
        }
        let (from_desc, to_desc) = (types.get(from), types.get(to));
        if is_simple(from_desc) && is_simple(to_desc) {
            return matches!((from_desc, to_desc), (TypeDesc::Byte, TypeDesc::Int));
        }
        let pair = (from, to);
        if self.assumed.contains(&pair) {
            return true;
        }
        if self.failed.contains(&pair) || self.depth >= DEPTH {
            return false;
        }
        let mark = self.trail.len();
        self.assumed.insert(pair);
        self.trail.push(pair);
        self.depth += 1;
        let fits = self.fits_desc(from, from_desc, to, to_desc);
        self.depth -= 1;
        if !fits {
            for pair in self.trail.drain(mark..) {
                self.assumed.remove(&pair);
            }
            self.failed.insert(pair);
        }
        fits
    }

    fn fits_desc(
        &mut self,
        from: TypeId,
        from_desc: &'a TypeDesc,
        to: TypeId,
        to_desc: &'a TypeDesc,
    ) -> bool {
        match (from_desc, to_desc) {
            (TypeDesc::Union { members, .. }, _) => {
                members.iter().all(|&member| self.fits(member, to))
            }
            (TypeDesc::Finite { values, .. }, _) => {
                values.iter().all(|value| self.literal_fits(value, to))
            }
            (_, TypeDesc::Union { members, .. }) => self.fits_union(from, from_desc, to, members),
            _ => self.fits_single(from_desc, to_desc),
        }
    }

    /// `from` is no union. It may still be spread over several members: `boolean` over `true|false`, `json`
    /// over its parts.
    fn fits_union(
        &mut self,
        from: TypeId,
        from_desc: &TypeDesc,
        to: TypeId,
        members: &[TypeId],
    ) -> bool {
        if members.iter().any(|&member| self.fits(from, member)) {
            return true;
        }
        match from_desc {
            TypeDesc::Boolean => [true, false]
                .into_iter()
                .all(|value| self.literal_fits(&Literal::Boolean(value), to)),
            TypeDesc::Json => JSON_PARTS.into_iter().all(|part| self.fits(part, to)),
            _ => false,
        }
    }

    fn literal_fits(&mut self, literal: &Literal, to: TypeId) -> bool {
        let types = self.types;
        match types.get(to) {
            TypeDesc::Finite { values, .. } => {
                values.iter().any(|value| same_literal(literal, value))
            }
            TypeDesc::Union { members, .. } => members
                .iter()
                .any(|&member| self.literal_fits(literal, member)),
            TypeDesc::Byte => {
                matches!(literal, Literal::Byte(_))
                    || matches!(literal, Literal::Int(int) if u8::try_from(*int).is_ok())
            }
            _ => self.fits(literal_type(literal), to),
        }
    }

    fn fits_single(&mut self, from_desc: &'a TypeDesc, to_desc: &'a TypeDesc) -> bool {
        match (from_desc, to_desc) {
            (TypeDesc::Nil, TypeDesc::Finite { values, .. }) => values.contains(&Literal::Nil),
            (TypeDesc::Boolean, TypeDesc::Finite { values, .. }) => {
                let holds = |value| values.contains(&Literal::Boolean(value));
                holds(true) && holds(false)
            }
            (_, TypeDesc::Any) => !matches!(from_desc, TypeDesc::Error { .. }),
            (_, TypeDesc::Anydata) => self.holds_only(from_desc, TypeId::ANYDATA),
            (_, TypeDesc::Json) => self.holds_only(from_desc, TypeId::JSON),
            (
                TypeDesc::Array { element, len },
                TypeDesc::Array {
                    element: to_element,
                    len: to_len,
                },
            ) => (to_len.is_none() || len == to_len) && self.fits(*element, *to_element),
            (TypeDesc::Tuple { members, rest }, TypeDesc::Array { element, len }) => {
                let sized = len.is_none_or(|n| rest.is_none() && members.len() == n as usize);
                sized
                    && members
                        .iter()
                        .chain(rest)
                        .all(|&member| self.fits(member, *element))
            }
            (TypeDesc::Array { element, len }, TypeDesc::Tuple { members, rest }) => {
                match (len, rest) {
                    (_, Some(rest)) => members.is_empty() && self.fits(*element, *rest),
                    (Some(len), None) => {
                        members.len() == *len as usize
                            && members.iter().all(|&member| self.fits(*element, member))
                    }
                    (None, None) => false,
                }
            }
            (
                TypeDesc::Tuple { members, rest },
                TypeDesc::Tuple {
                    members: to_members,
                    rest: to_rest,
                },
            ) => self.fits_tuple(members, *rest, to_members, *to_rest),
            (TypeDesc::Map(from), TypeDesc::Map(to))
            | (TypeDesc::Future(from), TypeDesc::Future(to))
            | (TypeDesc::Stream(from), TypeDesc::Stream(to))
            | (TypeDesc::Table(from), TypeDesc::Table(to))
            | (TypeDesc::Typedesc(from), TypeDesc::Typedesc(to)) => self.fits(*from, *to),
            (TypeDesc::Record(record), TypeDesc::Map(to)) => {
                record.fields.iter().all(|field| self.fits(field.ty, *to))
                    && record.rest.is_none_or(|rest| self.fits(rest, *to))
            }
            (TypeDesc::Record(from), TypeDesc::Record(to)) => self.fits_record(from, to),
            (TypeDesc::Object(object), TypeDesc::Service) => object.is_service,
            (TypeDesc::Service, TypeDesc::Object(object)) => {
                object.is_service && object.fields.is_empty() && object.methods.is_empty()
            }
            (TypeDesc::Object(from), TypeDesc::Object(to)) => self.fits_object(from, to),
            (
                TypeDesc::Error { reason, detail, .. },
                TypeDesc::Error {
                    reason: to_reason,
                    detail: to_detail,
                    ..
                },
            ) => self.fits(*reason, *to_reason) && self.fits(*detail, *to_detail),
            (TypeDesc::Function(from), TypeDesc::Function(to)) => self.fits_function(from, to),
            _ => false,
        }
    }

    /// Whether a type that is no union holds nothing but `bound`, which is `anydata` or `json`.
    fn holds_only(&mut self, desc: &TypeDesc, bound: TypeId) -> bool {
        let is_anydata = bound == TypeId::ANYDATA;
        match desc {
            TypeDesc::Nil
            | TypeDesc::Boolean
            | TypeDesc::Int
            | TypeDesc::Byte
            | TypeDesc::Float
            | TypeDesc::Decimal
            | TypeDesc::String
            | TypeDesc::Json
            | TypeDesc::Never => true,
            TypeDesc::Anydata | TypeDesc::Xml | TypeDesc::Table(_) => is_anydata,
            TypeDesc::Array { element, .. } | TypeDesc::Map(element) => self.fits(*element, bound),
            TypeDesc::Tuple { members, rest } => members
                .iter()
                .chain(rest)
                .all(|&member| self.fits(member, bound)),
            TypeDesc::Record(record) => {
                record.fields.iter().all(|field| self.fits(field.ty, bound))
                    && match record.rest {
                        None => true,
                        // The rest of `record {}` may hold errors as well; such records count as data.
                        Some(TypeId::ANYDATA_OR_ERROR) => is_anydata,
                        Some(rest) => self.fits(rest, bound),
                    }
            }
            TypeDesc::Union { members, .. } => {
                members.iter().all(|&member| self.fits(member, bound))
            }
            TypeDesc::Finite { .. } => true,
            TypeDesc::Any
            | TypeDesc::Handle
            | TypeDesc::Service
            | TypeDesc::Stream(_)
            | TypeDesc::Future(_)
            | TypeDesc::Typedesc(_)
            | TypeDesc::Error { .. }
            | TypeDesc::Function(_)
            | TypeDesc::Object(_)
            | TypeDesc::Undefined => false,
        }
    }

    fn fits_tuple(
        &mut self,
        from: &[TypeId],
        from_rest: Option<TypeId>,
        to: &[TypeId],
        to_rest: Option<TypeId>,
    ) -> bool {
        if from.len() < to.len() || (from_rest.is_some() && to_rest.is_none()) {
            return false;
        }
        let (paired, further) = from.split_at(to.len());
        paired
            .iter()
            .zip(to)
            .all(|(&from, &to)| self.fits(from, to))
            && match to_rest {
                Some(to) => further
                    .iter()
                    .chain(&from_rest)
                    .all(|&from| self.fits(from, to)),
                None => further.is_empty(),
            }
    }

    fn fits_record(&mut self, from: &RecordType, to: &RecordType) -> bool {
        let own = |name| from.fields.iter().find(|field| field.name == name);
        for field in &to.fields {
            match own(field.name) {
                Some(own) => {
                    if (own.optional && !field.optional) || !self.fits(own.ty, field.ty) {
                        return false;
                    }
                }
                None => {
                    // What `from` might hold under that name by its rest must fit as well.
                    let rest_fits = from.rest.is_none_or(|rest| self.fits(rest, field.ty));
                    if !field.optional || !rest_fits {
                        return false;
                    }
                }
            }
        }
        let is_further = |name| !to.fields.iter().any(|field| field.name == name);
        let mut further = from.fields.iter().filter(|field| is_further(field.name));
        match to.rest {
            Some(rest) => {
                further.all(|field| self.fits(field.ty, rest))
                    && from.rest.is_none_or(|own| self.fits(own, rest))
            }
            None => further.next().is_none() && from.rest.is_none(),
        }
    }

    fn fits_object(&mut self, from: &ObjectType, to: &ObjectType) -> bool {
        let same_module = from.module == to.module;
        for field in &to.fields {
            if field.private || (!field.public && !same_module) {
                return false;
            }
            let Some(own) = from.fields.iter().find(|own| own.name == field.name) else {
                return false;
            };
            if (own.public, own.private) != (field.public, field.private)
                || !self.fits(own.ty, field.ty)
            {
                return false;
            }
        }
        for method in &to.methods {
            if method.private || (!method.public && !method.remote && !same_module) {
                return false;
            }
            let Some(own) = from.methods.iter().find(|own| own.name == method.name) else {
                return false;
            };
            let same_kind = own.remote == method.remote
                && (own.public, own.private) == (method.public, method.private);
            if !same_kind || !self.fits_function(&own.signature, &method.signature) {
                return false;
            }
        }
        !to.is_service || from.is_service
    }

    fn fits_function(&mut self, from: &FunctionType, to: &FunctionType) -> bool {
        if from.params.len() != to.params.len() {
            return false;
        }
        let params = from
            .params
            .iter()
            .zip(&to.params)
            .all(|(&from, &to)| self.fits(to, from));
        let rest = match (from.rest, to.rest) {
            (Some(from), Some(to)) => self.fits(to, from),
            (None, None) => true,
            _ => false,
        };
        params && rest && self.fits(from.ret, to.ret)
    }
}

/// Types that are equal only to themselves, apart from byte and int.
fn is_simple(desc: &TypeDesc) -> bool {
    matches!(
        desc,
        TypeDesc::Nil
            | TypeDesc::Boolean
            | TypeDesc::Int
            | TypeDesc::Byte
            | TypeDesc::Float
            | TypeDesc::Decimal
            | TypeDesc::String
            | TypeDesc::Xml
            | TypeDesc::Handle
    )
}

/// Whether two literals are the same value: a byte and an int by number, decimals without their scale.
pub fn same_literal(a: &Literal, b: &Literal) -> bool {
    match (a, b) {
        (Literal::Byte(byte), Literal::Int(int)) | (Literal::Int(int), Literal::Byte(byte)) => {
            i64::from(*byte) == *int
        }
        (Literal::Decimal(a), Literal::Decimal(b)) => {
            a == b || crate::base::Decimal::parse(a) == crate::base::Decimal::parse(b)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Name;
    use crate::bytecode::typedesc::RecordField;

    fn record(
        types: &mut TypeTable,
        fields: &[(&str, TypeId, bool)],
        rest: Option<TypeId>,
    ) -> TypeId {
        let fields = fields
            .iter()
            .map(|&(name, ty, optional)| RecordField {
                name: Name::new(name),
                ty,
                optional,
                default: None,
            })
            .collect();
        types.intern(TypeDesc::Record(Box::new(RecordType {
            fields,
            rest,
            ..RecordType::default()
        })))
    }

    #[test]
    fn simple_types_and_unions() {
        let mut types = TypeTable::new();
        let int_or_string = types.union(&[TypeId::INT, TypeId::STRING]);
        let flags = types.intern(TypeDesc::Finite {
            name: None,
            values: vec![Literal::Boolean(true), Literal::Boolean(false)],
        });
        let small = types.intern(TypeDesc::Finite {
            name: None,
            values: vec![Literal::Int(5), Literal::Int(6)],
        });
        let cases = [
            (TypeId::BYTE, TypeId::INT, true),
            (TypeId::INT, TypeId::BYTE, false),
            (TypeId::INT, TypeId::FLOAT, false),
            (TypeId::BYTE, int_or_string, true),
            (int_or_string, TypeId::ANYDATA, true),
            (int_or_string, TypeId::INT, false),
            (TypeId::BOOLEAN, flags, true),
            (flags, TypeId::BOOLEAN, true),
            (small, TypeId::BYTE, true),
            (small, int_or_string, true),
            (TypeId::INT, small, false),
            (TypeId::ERROR, TypeId::ANY, false),
            (TypeId::ERROR, TypeId::ANY_OR_ERROR, true),
            (TypeId::JSON, TypeId::ANYDATA, true),
            (TypeId::ANYDATA, TypeId::JSON, false),
            (TypeId::INT_ARRAY, TypeId::JSON, true),
            (TypeId::XML, TypeId::JSON, false),
            (TypeId::INT_ARRAY, TypeId::ANY_ARRAY, true),
            (TypeId::JSON_MAP, TypeId::ANY_MAP, true),
        ];
        for (from, to, expected) in cases {
            let found = is_assignable(&types, from, to);
            assert_eq!(
                found,
                expected,
                "{} to {}",
                types.text(from),
                types.text(to)
            );
        }
    }

    #[test]
    fn records_are_compared_by_fields() {
        let mut types = TypeTable::new();
        let open = Some(TypeId::ANYDATA_OR_ERROR);
        let person = record(&mut types, &[("name", TypeId::STRING, false)], open);
        let student = record(
            &mut types,
            &[("name", TypeId::STRING, false), ("id", TypeId::INT, false)],
            open,
        );
        let closed = record(&mut types, &[("name", TypeId::STRING, false)], None);
        let wanting = record(
            &mut types,
            &[("name", TypeId::STRING, false), ("id", TypeId::INT, true)],
            None,
        );
        let cases = [
            (student, person, true),
            (person, student, false),
            (closed, person, true),
            (person, closed, false),
            (closed, wanting, true),
            (closed, TypeId::STRING_MAP, true),
            (closed, TypeId::JSON, true),
            (person, TypeId::ANYDATA, true),
            (person, TypeId::JSON, false),
            (TypeId::STRING_MAP, closed, false),
        ];
        for (from, to, expected) in cases {
            assert_eq!(
                is_assignable(&types, from, to),
                expected,
                "{from:?} to {to:?}"
            );
        }
    }

    #[test]
    fn recursive_records_terminate() {
        let mut types = TypeTable::new();
        let mut node = |leaf| {
            let id = types.reserve();
            let next = types.nilable(id);
            let field = |name: &str, ty| RecordField {
                name: Name::new(name),
                ty,
                optional: false,
                default: None,
            };
            let fields = vec![field("next", next), field("leaf", leaf)];
            types.define(
                id,
                TypeDesc::Record(Box::new(RecordType {
                    fields,
                    ..RecordType::default()
                })),
            );
            id
        };
        let (of_int, again, of_string) =
            (node(TypeId::INT), node(TypeId::INT), node(TypeId::STRING));
        assert!(is_assignable(&types, of_int, again));
        assert!(!is_assignable(&types, of_int, of_string));
        let either = types.union(&[of_string, again]);
        assert!(is_assignable(&types, of_int, either));
    }
}
