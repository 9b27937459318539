//! Where the fields of a record or object lie in the heap of words. The lowering emits the slot
//! of a field, the runtime reads and marks by the same layout, so both ask here.
//!
//! Layout of a block: header word, then the slots in field order. A field takes one word when its
//! type has one machine form, two words (tag, bits) else. An open record ends with a word for the
//! map of its further fields, an object with a word for the native value stored on it.

use rustc_hash::FxHashMap;

use super::tag::Tag;
use super::typedesc::{Literal, TypeDesc, TypeId, TypeTable};
use crate::base::Name;

/// How a field's value is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Int,
    Byte,
    Float,
    Boolean,
    /// A handle of this kind; 0 is nil.
    Ref(Tag),
    /// Tag and bits in two words.
    Any,
}

impl Form {
    /// The form in which values of `ty` are stored in a field.
    pub fn of(types: &TypeTable, ty: TypeId) -> Self {
        match types.get(ty) {
            TypeDesc::Int => Self::Int,
            TypeDesc::Byte => Self::Byte,
            TypeDesc::Float => Self::Float,
            TypeDesc::Boolean => Self::Boolean,
            TypeDesc::Finite { values, .. } => literal_form(values),
            _ => ref_tag(types, ty).map_or(Self::Any, Self::Ref),
        }
    }

    /// Words that a field of this form takes.
    pub fn words(self) -> u16 {
        if self == Self::Any { 2 } else { 1 }
    }
}

fn literal_form(values: &[Literal]) -> Form {
    let all = |test: fn(&Literal) -> bool| values.iter().all(test);
    if all(|value| matches!(value, Literal::Int(_))) {
        Form::Int
    } else if all(|value| matches!(value, Literal::Float(_))) {
        Form::Float
    } else if all(|value| matches!(value, Literal::Boolean(_))) {
        Form::Boolean
    } else if all(|value| matches!(value, Literal::String(_) | Literal::Nil)) {
        Form::Ref(Tag::String)
    } else {
        Form::Any
    }
}

/// The one heap kind of all values of `ty` except nil, if there is one. A `map<T>` has none: a
/// record may stand where a map is expected.
fn ref_tag(types: &TypeTable, ty: TypeId) -> Option<Tag> {
    match types.get(ty) {
        TypeDesc::String => Some(Tag::String),
        TypeDesc::Decimal => Some(Tag::Decimal),
        TypeDesc::Array { .. } | TypeDesc::Tuple { .. } => Some(Tag::List),
        TypeDesc::Record(_) => Some(Tag::Record),
        TypeDesc::Object(_) | TypeDesc::Service => Some(Tag::Object),
        TypeDesc::Error { .. } => Some(Tag::Error),
        TypeDesc::Finite { values, .. } => match literal_form(values) {
            Form::Ref(tag) => Some(tag),
            _ => None,
        },
        TypeDesc::Union { members, .. } => {
            let mut found = None;
            for &member in members {
                if member == TypeId::NIL {
                    continue;
                }
                let tag = ref_tag(types, member)?;
                if *found.get_or_insert(tag) != tag {
                    return None;
                }
            }
            found
        }
        _ => None,
    }
}

/// A field's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    pub name: Name,
    pub ty: TypeId,
    pub form: Form,
    /// Word behind the header (0 is the first).
    pub word: u16,
    pub optional: bool,
}

/// The layout of a record or object type.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    pub slots: Vec<Slot>,
    by_name: FxHashMap<Name, u16>,
    /// Which of the first words begin a field of two words.
    wide: u64,
    /// Words behind the header, at least one.
    pub words: u16,
    /// The word of the map of further fields, in an open record.
    pub rest: Option<u16>,
    /// The type of further fields.
    pub rest_type: Option<TypeId>,
    /// The word of the native value, in an object.
    pub native: Option<u16>,
}

/// Words that a record or object may have; the lowering refuses larger types.
pub const MAX_WORDS: u16 = 4_000;

impl Shape {
    /// The layout of `ty`; types that are no record or object have an empty one.
    pub fn of(types: &TypeTable, ty: TypeId) -> Self {
        let mut shape = Self::default();
        match types.get(ty) {
            TypeDesc::Record(record) => {
                for field in &record.fields {
                    let form = if field.optional {
                        Form::Any
                    } else {
                        Form::of(types, field.ty)
                    };
                    shape.add(field.name, field.ty, form, field.optional);
                }
                if let Some(rest) = record.rest {
                    shape.rest = Some(shape.words);
                    shape.rest_type = Some(rest);
                    shape.words += 1;
                }
            }
            TypeDesc::Object(object) => {
                for field in &object.fields {
                    let form = Form::of(types, field.ty);
                    shape.add(field.name, field.ty, form, false);
                }
                shape.native = Some(shape.words);
                shape.words += 1;
            }
            _ => {}
        }
        shape.words = shape.words.max(1);
        shape
    }

    fn add(&mut self, name: Name, ty: TypeId, form: Form, optional: bool) {
        let index = u16::try_from(self.slots.len()).unwrap_or(u16::MAX);
        self.by_name.insert(name, index);
        if form == Form::Any && self.words < 64 {
            self.wide |= 1 << self.words;
        }
        self.slots.push(Slot {
            name,
            ty,
            form,
            word: self.words,
            optional,
        });
        self.words = self.words.saturating_add(form.words());
    }

    /// The slot of the field `name`.
    pub fn slot(&self, name: Name) -> Option<&Slot> {
        self.slots.get(self.index(name)? as usize)
    }

    /// Whether a field of two words is known to begin at `word`. Not said of later words.
    #[inline]
    pub fn is_wide(&self, word: u8) -> bool {
        word < 64 && self.wide >> word & 1 != 0
    }

    /// The position of the field `name` among the fields.
    pub fn index(&self, name: Name) -> Option<u16> {
        self.by_name.get(&name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::typedesc::{RecordField, RecordType};

    #[test]
    fn a_nilable_record_takes_one_word_and_a_nilable_int_two() {
        let mut types = TypeTable::new();
        let node = types.reserve();
        let nilable_node = types.nilable(node);
        let nilable_int = types.nilable(TypeId::INT);
        let field = |name: &str, ty| RecordField {
            name: Name::new(name),
            ty,
            optional: false,
            default: None,
        };
        let record = RecordType {
            fields: vec![
                field("next", nilable_node),
                field("n", nilable_int),
                field("x", TypeId::FLOAT),
            ],
            ..RecordType::default()
        };
        types.define(node, TypeDesc::Record(Box::new(record)));
        let shape = Shape::of(&types, node);
        let forms: Vec<(Form, u16)> = shape
            .slots
            .iter()
            .map(|slot| (slot.form, slot.word))
            .collect();
        assert_eq!(
            forms,
            [
                (Form::Ref(Tag::Record), 0),
                (Form::Any, 1),
                (Form::Float, 3)
            ]
        );
        assert_eq!(shape.words, 4);
    }
}
