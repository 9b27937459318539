//! Records and objects of the heap: fields by name, the map of further fields of an open record,
//! the native value of an object, and the order in which fields print.
//!
//! Fields lie in the order of the shape. A record built by a literal prints in another one
//! (spec/language.md 6.9): the block's header then names an order of the table here.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Heap, TypeId, TypeTable};
use crate::base::Name;
use crate::bytecode::shape::{Form, Shape, Slot};
use crate::bytecode::tag::Tag;
use crate::runtime::value::V;

/// Orders of fields: indices of the shape's slots. Order 0 is the shape's own.
#[derive(Default, Debug)]
pub struct Orders {
    orders: Vec<Box<[u16]>>,
    by_order: FxHashMap<Box<[u16]>, u16>,
}

/// Orders that a header can name; further ones print in the order of the shape.
pub const MAX_ORDERS: u16 = 0x1fff;

impl Orders {
    /// The number of an order.
    pub fn intern(&mut self, order: &[u16]) -> u16 {
        if order.is_sorted() {
            return 0;
        }
        if let Some(&number) = self.by_order.get(order) {
            return number;
        }
        let number = self.orders.len() as u16 + 1;
        if number > MAX_ORDERS {
            return 0;
        }
        self.orders.push(order.into());
        self.by_order.insert(order.into(), number);
        number
    }

    fn get(&self, number: u16) -> &[u16] {
        let index = usize::from(number).checked_sub(1);
        index.map_or(&[], |index| &self.orders[index])
    }
}

impl Heap {
    /// The layout of a record or object type.
    pub fn shape(&mut self, types: &TypeTable, ty: TypeId) -> Arc<Shape> {
        let index = ty.0 as usize;
        if index >= self.shapes.len() {
            self.shapes.resize(types.len().max(index + 1), None);
        }
        let shape = self.shapes[index].get_or_insert_with(|| Arc::new(Shape::of(types, ty)));
        Arc::clone(shape)
    }

    /// The layout of a record or object that exists.
    #[inline]
    pub fn shape_of(&self, v: V) -> &Shape {
        static EMPTY: std::sync::LazyLock<Shape> = std::sync::LazyLock::new(Shape::default);
        let shape = self.shapes.get(self.words.ty(v.index()) as usize);
        shape.and_then(Option::as_deref).unwrap_or(&EMPTY)
    }

    /// Whether the field at `word` of type `ty` surely takes two words.
    #[inline]
    pub(in crate::runtime) fn is_wide(&self, ty: u32, word: u8) -> bool {
        match self.shapes.get(ty as usize) {
            Some(Some(shape)) => shape.is_wide(word),
            _ => false,
        }
    }

    /// A record of type `ty`: fields nil or zero, optional ones missing. The caller sets the rest
    /// before the language sees it; `runtime::filler` and `NewRecord` know defaults.
    pub fn new_record(&mut self, types: &TypeTable, ty: TypeId) -> V {
        self.new_block(types, ty, Tag::Record)
    }

    /// An object of type `ty`, fields nil or zero, the initialiser not called.
    pub fn new_object(&mut self, types: &TypeTable, ty: TypeId) -> V {
        self.new_block(types, ty, Tag::Object)
    }

    fn new_block(&mut self, types: &TypeTable, ty: TypeId, tag: Tag) -> V {
        let shape = self.shape(types, ty);
        self.debt += usize::from(shape.words) * 8 + 8;
        let at = self.words.add(ty.0, shape.words);
        for slot in &shape.slots {
            if slot.optional {
                self.words.set(at, slot.word, Tag::Absent as u64);
            }
        }
        V::handle(tag, at)
    }

    /// The inherent type of a record or the class of an object.
    pub fn block_type(&self, v: V) -> TypeId {
        TypeId(self.words.ty(v.index()))
    }

    pub fn set_block_type(&mut self, types: &TypeTable, v: V, ty: TypeId) {
        self.shape(types, ty);
        self.words.set_type(v.index(), ty.0);
    }

    /// What a field holds; `Absent` for a missing optional field.
    #[inline]
    pub fn slot_value(&self, v: V, word: u16, form: Form) -> V {
        let bits = self.words.get(v.index(), word);
        match form {
            Form::Int => V::new(Tag::Int, bits),
            Form::Byte => V::new(Tag::Byte, bits),
            Form::Float => V::new(Tag::Float, bits),
            Form::Boolean => V::new(Tag::Boolean, bits),
            Form::Ref(tag) => V::of_ref(tag, bits),
            Form::Any => V::new(
                Tag::from_u8(bits as u8),
                self.words.get(v.index(), word + 1),
            ),
        }
    }

    /// Stores into a field without checks; the value's kind must be that of the form.
    #[inline]
    pub fn set_slot_value(&mut self, v: V, word: u16, form: Form, value: V) {
        if form == Form::Any {
            self.words.set(v.index(), word, value.tag() as u64);
            self.words.set(v.index(), word + 1, value.bits());
        } else {
            self.words.set(v.index(), word, value.bits());
        }
    }

    /// The field `name` of a record or object: `None` when there is none or it is missing. Further
    /// fields of an open record are asked by [`Heap::member`].
    pub fn field(&self, v: V, name: Name) -> Option<V> {
        let slot = *self.shape_of(v).slot(name)?;
        let value = self.slot_value(v, slot.word, slot.form);
        (!value.is_absent()).then_some(value)
    }

    /// Sets a declared field without checks; `false` when there is no such field.
    pub fn set_field(&mut self, v: V, name: Name, value: V) -> bool {
        let Some(&Slot { word, form, .. }) = self.shape_of(v).slot(name) else {
            return false;
        };
        self.set_slot_value(v, word, form, value);
        true
    }

    /// The map of further fields, when there are any.
    pub fn rest(&self, v: V) -> Option<V> {
        let word = self.shape_of(v).rest?;
        V::of_ref(Tag::Map, self.words.get(v.index(), word)).present()
    }

    /// Sets a further field of an open record without checks; `false` for a closed one.
    pub fn set_rest(&mut self, v: V, key: &str, value: V) -> bool {
        let shape = self.shape_of(v);
        let (Some(word), Some(_)) = (shape.rest, shape.rest_type) else {
            return false;
        };
        let rest = self.rest(v).unwrap_or_else(|| {
            let rest = self.new_map(TypeId::ANY_OR_ERROR_MAP);
            self.words.set(v.index(), word, rest.bits());
            rest
        });
        self.map_insert(rest, key, value);
        true
    }

    /// The member `key` of a map or record.
    pub fn member(&self, v: V, key: &str) -> Option<V> {
        match v.tag() {
            Tag::Map => self.map(v).get(key),
            Tag::Record | Tag::Object => {
                if let Some(slot) = Name::existing(key).and_then(|name| self.shape_of(v).slot(name))
                {
                    let value = self.slot_value(v, slot.word, slot.form);
                    return (!value.is_absent()).then_some(value);
                }
                self.map(self.rest(v)?).get(key)
            }
            _ => None,
        }
    }

    /// Sets a member of a map or record without checks; `false` when a closed record has no such
    /// field.
    pub fn set_member(&mut self, v: V, key: &str, value: V) -> bool {
        match v.tag() {
            Tag::Map => {
                self.map_insert(v, key, value);
                true
            }
            Tag::Record | Tag::Object => {
                Name::existing(key).is_some_and(|name| self.set_field(v, name, value))
                    || self.set_rest(v, key, value)
            }
            _ => false,
        }
    }

    /// The members of a map, record or object in the order in which they print.
    pub fn members(&self, v: V) -> Vec<(&str, V)> {
        match v.tag() {
            Tag::Map => self.map(v).iter().collect(),
            Tag::Record | Tag::Object => {
                let shape = self.shape_of(v);
                let order = self.orders.get(self.words.order(v.index()));
                let slot = |&index: &u16| shape.slots.get(usize::from(index));
                let ordered = order.iter().filter_map(slot);
                let others = (0..shape.slots.len() as u16)
                    .filter(|index| !order.contains(index))
                    .filter_map(|index| shape.slots.get(usize::from(index)));
                let fields = ordered.chain(others).filter_map(|slot| {
                    let value = self.slot_value(v, slot.word, slot.form);
                    (!value.is_absent()).then_some((slot.name.as_str(), value))
                });
                let rest = self.rest(v).map(|rest| self.map(rest).iter());
                fields.chain(rest.into_iter().flatten()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// How many members a map or record has.
    pub fn n_members(&self, v: V) -> usize {
        match v.tag() {
            Tag::Map => self.map(v).len(),
            _ => self.members(v).len(),
        }
    }

    /// Gives a record the order of another one of the same type (a clone prints like its origin).
    pub fn copy_order(&mut self, from: V, to: V) {
        let order = self.words.order(from.index());
        self.words.set_order(to.index(), order);
    }

    /// Gives a record the order in which these fields stand, the others behind them.
    pub fn set_order(&mut self, v: V, order: &[u16]) {
        let number = self.orders.intern(order);
        self.words.set_order(v.index(), number);
    }

    pub(in crate::runtime) fn intern_order(&mut self, order: &[u16]) -> u16 {
        self.orders.intern(order)
    }

    /// The native value stored on an object, nil when there is none.
    pub fn native(&self, object: V) -> V {
        let Some(word) = self.shape_of(object).native else {
            return V::NIL;
        };
        V::of_ref(Tag::Handle, self.words.get(object.index(), word))
    }

    /// Stores a handle on an object.
    pub fn set_native(&mut self, object: V, handle: V) {
        if let Some(word) = self.shape_of(object).native {
            self.words.set(object.index(), word, handle.bits());
        }
    }
}
