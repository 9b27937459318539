//! Which values belong to a run-time type (`is`, spec/language.md 6.6) and what the type of a value is.
//!
//! A simple value belongs to a type by what it is, a structured one by its inherent type. A structured value
//! that cannot change is narrowed to what its members are (6.5). Whether one type belongs to another is asked
//! in [`subtype`].

pub mod subtype;

use rustc_hash::FxHashSet;

use super::heap::Heap;
use super::native::Ctx;
use super::value::V;
use crate::base::Decimal;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{Literal, RecordType, TypeDesc, TypeId, TypeTable};

/// Nested read-only values whose members are looked at; beyond, the inherent type alone counts.
const DEPTH: u32 = 1_000;

/// `v is ty`.
pub fn is_type(heap: &Heap, types: &TypeTable, v: V, ty: TypeId) -> bool {
    if let Some(answer) = simple_answer(v, ty) {
        return answer;
    }
    Check {
        heap,
        types,
        assumed: FxHashSet::default(),
        depth: 0,
    }
    .holds(v, ty)
}

/// Whether every value of `from` is a value of `to`; remembered in the heap.
pub fn fits(heap: &Heap, types: &TypeTable, from: TypeId, to: TypeId) -> bool {
    if from == to {
        return true;
    }
    if let Some(&known) = heap.assignable.borrow().get(&(from, to)) {
        return known;
    }
    let fits = subtype::is_assignable(types, from, to);
    heap.assignable.borrow_mut().insert((from, to), fits);
    fits
}

/// The answer for the types that are asked most.
fn simple_answer(v: V, ty: TypeId) -> Option<bool> {
    Some(match ty {
        TypeId::ANY_OR_ERROR => true,
        TypeId::ANY => !v.is_error(),
        TypeId::NIL => v.is_nil(),
        TypeId::BOOLEAN => v.tag() == Tag::Boolean,
        TypeId::INT => v.is_integer(),
        TypeId::FLOAT => v.tag() == Tag::Float,
        TypeId::STRING => v.tag() == Tag::String,
        TypeId::DECIMAL => v.tag() == Tag::Decimal,
        TypeId::ERROR => v.is_error(),
        _ => return None,
    })
}

struct Check<'a> {
    heap: &'a Heap,
    types: &'a TypeTable,
    /// Questions that are being asked: a cyclic value belongs when all else of it does.
    assumed: FxHashSet<(u64, u64, TypeId)>,
    depth: u32,
}

impl Check<'_> {
    fn holds(&mut self, v: V, ty: TypeId) -> bool {
        let types = self.types;
        match types.get(ty) {
            TypeDesc::Nil => v.is_nil(),
            TypeDesc::Boolean => v.tag() == Tag::Boolean,
            TypeDesc::Int => v.is_integer(),
            TypeDesc::Byte => v.to_int().is_some_and(|int| u8::try_from(int).is_ok()),
            TypeDesc::Float => v.tag() == Tag::Float,
            TypeDesc::Decimal => v.tag() == Tag::Decimal,
            TypeDesc::String => v.tag() == Tag::String,
            TypeDesc::Any => !v.is_error(),
            TypeDesc::Handle => v.tag() == Tag::Handle,
            TypeDesc::Xml => v.tag() == Tag::Xml,
            TypeDesc::Never | TypeDesc::Undefined => false,
            TypeDesc::Finite { values, .. } => {
                values.iter().any(|value| is_literal(self.heap, v, value))
            }
            TypeDesc::Union { members, .. } => members.iter().any(|&member| self.holds(v, member)),
            TypeDesc::Future(_) => v.tag() == Tag::Future,
            TypeDesc::Typedesc(of) => {
                v.tag() == Tag::Typedesc && fits(self.heap, types, v.as_type(), *of)
            }
            TypeDesc::Anydata if is_plain(v) || v.tag() == Tag::Xml => true,
            TypeDesc::Json if is_plain(v) => true,
            TypeDesc::Anydata
            | TypeDesc::Json
            | TypeDesc::Service
            | TypeDesc::Array { .. }
            | TypeDesc::Tuple { .. }
            | TypeDesc::Map(_)
            | TypeDesc::Table(_)
            | TypeDesc::Stream(_)
            | TypeDesc::Error { .. }
            | TypeDesc::Function(_)
            | TypeDesc::Record(_)
            | TypeDesc::Object(_) => self.belongs(v, ty),
        }
    }

    /// By the inherent type, or, when the value cannot change, by its members.
    fn belongs(&mut self, v: V, ty: TypeId) -> bool {
        let Some(inherent) = inherent_type(self.heap, v) else {
            return false;
        };
        if fits(self.heap, self.types, inherent, ty) {
            return true;
        }
        let is_structure = matches!(
            v.tag(),
            Tag::List | Tag::Map | Tag::Record | Tag::Table | Tag::Error
        );
        if !is_structure || !self.heap.is_read_only(v) || self.depth >= DEPTH {
            return false;
        }
        let question = (v.tag() as u64, v.bits(), ty);
        if !self.assumed.insert(question) {
            return true;
        }
        self.depth += 1;
        let holds = self.members_hold(v, ty);
        self.depth -= 1;
        self.assumed.remove(&question);
        holds
    }

    fn members_hold(&mut self, v: V, ty: TypeId) -> bool {
        let types = self.types;
        match (types.get(ty), v.tag()) {
            (TypeDesc::Array { element, len }, Tag::List) => {
                let items = &self.heap.list(v).items;
                len.is_none_or(|len| items.len() == len as usize)
                    && items.iter().all(|item| self.holds(item, *element))
            }
            (TypeDesc::Tuple { members, rest }, Tag::List) => {
                let items = &self.heap.list(v).items;
                let sized = match rest {
                    Some(_) => items.len() >= members.len(),
                    None => items.len() == members.len(),
                };
                let wanted = members.iter().chain(std::iter::repeat_with(|| {
                    rest.as_ref().unwrap_or(&TypeId::NEVER)
                }));
                sized
                    && items
                        .iter()
                        .zip(wanted)
                        .all(|(item, &ty)| self.holds(item, ty))
            }
            (TypeDesc::Map(member), Tag::Map | Tag::Record) => self.all_members(v, *member),
            (TypeDesc::Record(record), Tag::Record) => self.fields_hold(v, record),
            (TypeDesc::Json | TypeDesc::Anydata, Tag::List) => {
                let items = &self.heap.list(v).items;
                items.iter().all(|item| self.holds(item, ty))
            }
            (TypeDesc::Json | TypeDesc::Anydata, Tag::Map | Tag::Record) => self.all_members(v, ty),
            (TypeDesc::Table(row), Tag::Table) => {
                let rows = &self.heap.table(v).rows;
                rows.iter().all(|&value| self.holds(value, *row))
            }
            (TypeDesc::Error { reason, detail, .. }, Tag::Error) => {
                let error = self.heap.error(v);
                self.holds(error.reason, *reason) && self.holds(error.detail, *detail)
            }
            _ => false,
        }
    }

    fn all_members(&mut self, v: V, ty: TypeId) -> bool {
        let members = self.heap.members(v);
        members
            .into_iter()
            .all(|(_, member)| self.holds(member, ty))
    }

    fn fields_hold(&mut self, v: V, record: &RecordType) -> bool {
        let declared = |name: &str| record.fields.iter().find(|f| f.name.as_str() == name);
        let required = record
            .fields
            .iter()
            .all(|f| f.optional || self.heap.member(v, f.name.as_str()).is_some());
        required
            && self.heap.members(v).into_iter().all(|(name, value)| {
                let ty = declared(name).map(|field| field.ty).or(record.rest);
                ty.is_some_and(|ty| self.holds(value, ty))
            })
    }
}

/// Values that are data and hold no others.
fn is_plain(v: V) -> bool {
    matches!(
        v.tag(),
        Tag::Nil | Tag::Boolean | Tag::Int | Tag::Byte | Tag::Float | Tag::Decimal | Tag::String
    )
}

/// Whether `v` is the value of a literal.
pub fn is_literal(heap: &Heap, v: V, literal: &Literal) -> bool {
    match literal {
        Literal::Nil => v.is_nil(),
        Literal::Boolean(value) => v.to_bool() == Some(*value),
        Literal::Int(value) => v.to_int() == Some(*value),
        Literal::Byte(value) => v.to_int() == Some(i64::from(*value)),
        Literal::Float(bits) => v.to_float() == Some(f64::from_bits(*bits)),
        Literal::Decimal(text) => {
            v.tag() == Tag::Decimal && Some(heap.decimal(v)) == Decimal::parse(text)
        }
        Literal::String(text) => heap.to_str(v) == Some(text),
    }
}

/// The type that a structured value was made with, or that of a function, error or type-less kind.
fn inherent_type(heap: &Heap, v: V) -> Option<TypeId> {
    Some(match v.tag() {
        Tag::List => heap.list(v).ty,
        Tag::Map => heap.map(v).ty,
        Tag::Record | Tag::Object => heap.block_type(v),
        Tag::Error => heap.error(v).ty.0,
        Tag::Table => heap.table(v).ty,
        Tag::Stream => heap.stream(v).ty,
        Tag::Func | Tag::Closure => heap.function_type(v),
        _ => return None,
    })
}

/// The type of a value (`typeof`): the inherent type of structured values.
pub fn type_of(cx: &mut Ctx, v: V) -> TypeId {
    if let Some(ty) = inherent_type(&cx.heap, v) {
        return ty;
    }
    match v.tag() {
        Tag::Nil | Tag::Absent => TypeId::NIL,
        Tag::Boolean => TypeId::BOOLEAN,
        Tag::Int => TypeId::INT,
        Tag::Byte => TypeId::BYTE,
        Tag::Float => TypeId::FLOAT,
        Tag::Decimal => TypeId::DECIMAL,
        Tag::String => TypeId::STRING,
        Tag::Xml => TypeId::XML,
        Tag::Future => TypeId::FUTURE,
        Tag::Handle => TypeId::HANDLE,
        // One level alone: a loop of `typeof` must not make types without end.
        Tag::Typedesc => match cx.types.get(v.as_type()) {
            TypeDesc::Typedesc(_) => v.as_type(),
            _ => cx.types.intern(TypeDesc::Typedesc(v.as_type())),
        },
        _ => TypeId::ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::heap::kinds::Items;

    #[test]
    fn simple_values_belong_by_what_they_are() {
        let mut types = TypeTable::new();
        let mut heap = Heap::new();
        let text = heap.new_string("x");
        let finite = types.intern(TypeDesc::Finite {
            name: None,
            values: vec![Literal::Int(5), Literal::String("x".into())],
        });
        let nilable = types.nilable(TypeId::INT);
        let cases = [
            (V::int(5), finite, true),
            (V::byte(5), finite, true),
            (V::int(6), finite, false),
            (text, finite, true),
            (V::int(200), TypeId::BYTE, true),
            (V::int(256), TypeId::BYTE, false),
            (V::byte(1), TypeId::INT, true),
            (V::NIL, nilable, true),
            (V::float(1.0), nilable, false),
            (text, TypeId::JSON, true),
            (V::typedesc(TypeId::INT), TypeId::ANYDATA, false),
        ];
        for (v, ty, expected) in cases {
            assert_eq!(
                is_type(&heap, &types, v, ty),
                expected,
                "{v:?} is {}",
                types.text(ty)
            );
        }
    }

    #[test]
    fn structures_belong_by_inherent_type_until_they_are_frozen() {
        let mut types = TypeTable::new();
        let mut heap = Heap::new();
        let text = heap.new_string("c");
        let union = types.union(&[TypeId::STRING, TypeId::INT]);
        let map_of_union = types.map(union);
        let map = heap.new_map_of(map_of_union, [("name", text)]);
        assert!(is_type(&heap, &types, map, map_of_union));
        assert!(is_type(&heap, &types, map, TypeId::ANYDATA_MAP));
        assert!(is_type(&heap, &types, map, TypeId::JSON));
        assert!(!is_type(&heap, &types, map, TypeId::STRING_MAP));
        heap.freeze(map);
        assert!(is_type(&heap, &types, map, TypeId::STRING_MAP));
        let list = heap.new_list(TypeId::ANY_ARRAY, Items::Any(vec![V::int(1)]));
        assert!(!is_type(&heap, &types, list, TypeId::JSON));
        heap.list_mut(list).items.push(list);
        heap.freeze(list);
        assert!(is_type(&heap, &types, list, TypeId::JSON));
        assert!(!is_type(&heap, &types, list, TypeId::INT_ARRAY));
    }
}
