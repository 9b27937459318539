//! `T.constructFrom(v)` (spec/language.md 6.7): data of one shape as a value of another type. The result is a
//! fresh copy whose inherent types are those of the type asked for; numbers are converted where only one way
//! exists, missing fields get their defaults.
//!
//! First it is asked whether a value fits, with an answer remembered for each pair of value and type, then the
//! value is built; defaults are computed last, since that runs language code. Nesting is limited by
//! [`limits::DATA_DEPTH`].

use rustc_hash::{FxHashMap, FxHashSet};

use super::cast::convert_number;
use super::heap::kinds::{Items, Table};
use super::native::Ctx;
use super::relation::{is_type, type_of};
use super::thrown::Thrown;
use super::value::V;
use crate::base::Name;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{FuncId, RecordType, TypeDesc, TypeId};
use crate::limits;

const CONVERSION_ERROR: &str = "{ballerina/lang.typedesc}ConversionError";
const CYCLIC_ERROR: &str = "{ballerina/lang.typedesc}CyclicValueReferenceError";

/// The value of type `ty` built from `v`, or the error value that says why there is none. A panic comes
/// from the code of a default.
pub fn construct_from(cx: &mut Ctx, ty: TypeId, v: V) -> Result<V, Thrown> {
    let found = type_of(cx, v);
    let (found_text, ty_text) = (cx.types.text(found), cx.types.text(ty));
    match shape_of_data(cx, v) {
        DataShape::Tree => {}
        DataShape::Cyclic => {
            let message = format!("'{found_text}' value has cyclic reference");
            return Ok(cx.error(CYCLIC_ERROR, &message));
        }
        DataShape::TooDeep => {
            let message = format!("'{found_text}' value is nested too deeply");
            return Ok(cx.error(CONVERSION_ERROR, &message));
        }
    }
    let mut conversion = Conversion {
        cx,
        answers: FxHashMap::default(),
        built: FxHashMap::default(),
        defaults: Vec::new(),
    };
    let built = match conversion.way(v, ty) {
        Way::To(target) => conversion.build(v, target),
        Way::None if v.is_nil() => {
            let message = format!("cannot convert '()' to type '{ty_text}'");
            return Ok(cx.error(CONVERSION_ERROR, &message));
        }
        way => {
            let mut message = format!("'{found_text}' value cannot be converted to '{ty_text}'");
            if way == Way::Ambiguous {
                message.push_str(": ambiguous target type");
            }
            return Ok(cx.error(CONVERSION_ERROR, &message));
        }
    };
    let defaults = std::mem::take(&mut conversion.defaults);
    if defaults.is_empty() {
        return Ok(built);
    }
    let pin = cx.heap.pin(built);
    let filled = defaults
        .into_iter()
        .try_for_each(|(record, field, default)| {
            let value = cx.call(V::func(default), &[])?;
            cx.heap.set_field(record, field, value);
            Ok(())
        });
    cx.heap.unpin(pin);
    filled.map(|()| built)
}

enum DataShape {
    Tree,
    Cyclic,
    TooDeep,
}

/// Looks for cycles and depth, without recursion.
fn shape_of_data(cx: &Ctx, v: V) -> DataShape {
    let key = |v: V| (v.tag() as u64, v.bits());
    let mut open: FxHashSet<(u64, u64)> = FxHashSet::default();
    let mut done: FxHashSet<(u64, u64)> = FxHashSet::default();
    // A value to enter, or one to leave.
    let mut steps = vec![(v, true)];
    while let Some((v, entering)) = steps.pop() {
        if !entering {
            open.remove(&key(v));
            done.insert(key(v));
            continue;
        }
        if !matches!(v.tag(), Tag::List | Tag::Map | Tag::Record | Tag::Table)
            || done.contains(&key(v))
        {
            continue;
        }
        if !open.insert(key(v)) {
            return DataShape::Cyclic;
        }
        if open.len() > limits::DATA_DEPTH as usize {
            return DataShape::TooDeep;
        }
        steps.push((v, false));
        match v.tag() {
            Tag::List => {
                if let Items::Any(items) = &cx.heap.list(v).items {
                    steps.extend(items.iter().map(|&item| (item, true)));
                }
            }
            Tag::Table => {
                let rows = &cx.heap.table(v).rows;
                steps.extend(rows.iter().map(|&row| (row, true)));
            }
            _ => {
                let members = cx.heap.members(v);
                steps.extend(members.into_iter().map(|(_, member)| (member, true)));
            }
        }
    }
    DataShape::Tree
}

/// How a value becomes one of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    None,
    /// As this member of the type, which is no union.
    To(TypeId),
    /// Several members would do.
    Ambiguous,
}

struct Conversion<'a> {
    cx: &'a mut Ctx,
    answers: FxHashMap<(u64, u64, TypeId), Way>,
    /// Containers that occur twice are built once.
    built: FxHashMap<(u64, u64, TypeId), V>,
    /// Fields to be filled by these functions.
    defaults: Vec<(V, Name, FuncId)>,
}

impl Conversion<'_> {
    fn way(&mut self, v: V, ty: TypeId) -> Way {
        let key = (v.tag() as u64, v.bits(), ty);
        if let Some(&way) = self.answers.get(&key) {
            return way;
        }
        let way = self.find_way(v, ty);
        self.answers.insert(key, way);
        way
    }

    fn fits(&mut self, v: V, ty: TypeId) -> bool {
        matches!(self.way(v, ty), Way::To(_))
    }

    fn find_way(&mut self, v: V, ty: TypeId) -> Way {
        let direct = |fits: bool| if fits { Way::To(ty) } else { Way::None };
        match self.cx.types.get(ty) {
            TypeDesc::Union { members, .. } => {
                let members = members.clone();
                self.way_among(v, &members)
            }
            TypeDesc::Any | TypeDesc::Anydata => {
                direct(is_type(&self.cx.heap, &self.cx.types, v, TypeId::ANYDATA))
            }
            TypeDesc::Json => {
                let fits = self.all_json(v);
                direct(fits)
            }
            TypeDesc::Int | TypeDesc::Byte | TypeDesc::Float | TypeDesc::Decimal => {
                direct(convert_number(&mut self.cx.heap, v, ty).is_some())
            }
            TypeDesc::Array { element, len } => {
                let (element, len) = (*element, *len);
                let fits = v.tag() == Tag::List && {
                    let n = self.cx.heap.list(v).items.len();
                    len.is_none_or(|len| n == len as usize)
                        && (0..n).all(|index| self.item_fits(v, index, element))
                };
                direct(fits)
            }
            TypeDesc::Tuple { members, rest } => {
                let (members, rest) = (members.clone(), *rest);
                let fits = v.tag() == Tag::List && {
                    let n = self.cx.heap.list(v).items.len();
                    (n == members.len() || n > members.len() && rest.is_some())
                        && (0..n).all(|index| {
                            let ty = members.get(index).copied().or(rest);
                            ty.is_some_and(|ty| self.item_fits(v, index, ty))
                        })
                };
                direct(fits)
            }
            TypeDesc::Map(member) => {
                let member = *member;
                let fits = is_mapping(v) && self.members_fit(v, member);
                direct(fits)
            }
            TypeDesc::Record(record) => {
                let fits = is_mapping(v) && {
                    let record = record.clone();
                    self.fields_fit(v, &record)
                };
                direct(fits)
            }
            TypeDesc::Table(row) => {
                let row = *row;
                let fits = v.tag() == Tag::Table && {
                    let rows = self.cx.heap.table(v).rows.clone();
                    rows.into_iter().all(|value| self.fits(value, row))
                };
                direct(fits)
            }
            TypeDesc::Nil
            | TypeDesc::Boolean
            | TypeDesc::String
            | TypeDesc::Xml
            | TypeDesc::Handle
            | TypeDesc::Service
            | TypeDesc::Never
            | TypeDesc::Finite { .. }
            | TypeDesc::Stream(_)
            | TypeDesc::Future(_)
            | TypeDesc::Typedesc(_)
            | TypeDesc::Error { .. }
            | TypeDesc::Function(_)
            | TypeDesc::Object(_)
            | TypeDesc::Undefined => direct(is_type(&self.cx.heap, &self.cx.types, v, ty)),
        }
    }

    /// The one member of a union that takes the value. Where the value's own type is among them there is
    /// nothing to choose.
    fn way_among(&mut self, v: V, members: &[TypeId]) -> Way {
        let own = type_of(self.cx, v);
        let mut found = Way::None;
        for &member in members {
            let way = self.way(v, member);
            if way != Way::None && member == own {
                return way;
            }
            found = match (found, way) {
                (found, Way::None) => found,
                (Way::None, way) => way,
                (Way::To(a), Way::To(b)) if a == b => found,
                _ => Way::Ambiguous,
            };
        }
        // A literal's type never is the value's own: `"a"|"b"` beside `string` is no choice either.
        let is_simple = !matches!(v.tag(), Tag::List | Tag::Map | Tag::Record | Tag::Table);
        if found == Way::Ambiguous && is_simple {
            let holds = |&&member: &&TypeId| is_type(&self.cx.heap, &self.cx.types, v, member);
            if let Some(&member) = members.iter().find(holds) {
                return self.way(v, member);
            }
        }
        found
    }

    fn item_fits(&mut self, list: V, index: usize, ty: TypeId) -> bool {
        let item = self.cx.heap.list(list).items.get(index);
        item.is_some_and(|item| self.fits(item, ty))
    }

    fn members_fit(&mut self, v: V, ty: TypeId) -> bool {
        let members = self.cx.heap.members(v).into_iter();
        let values: Vec<V> = members.map(|(_, value)| value).collect();
        values.into_iter().all(|value| self.fits(value, ty))
    }

    fn all_json(&mut self, v: V) -> bool {
        match v.tag() {
            Tag::Nil
            | Tag::Boolean
            | Tag::Int
            | Tag::Byte
            | Tag::Float
            | Tag::Decimal
            | Tag::String => true,
            Tag::List => {
                let n = self.cx.heap.list(v).items.len();
                (0..n).all(|index| self.item_fits(v, index, TypeId::JSON))
            }
            Tag::Map | Tag::Record => self.members_fit(v, TypeId::JSON),
            _ => false,
        }
    }

    fn fields_fit(&mut self, v: V, record: &RecordType) -> bool {
        for field in &record.fields {
            let is_required = !field.optional && field.default.is_none();
            match self.cx.heap.member(v, field.name.as_str()) {
                Some(value) if !self.fits(value, field.ty) => return false,
                None if is_required => return false,
                _ => {}
            }
        }
        let members = self.cx.heap.members(v).into_iter();
        let further: Vec<V> = members
            .filter(|(name, _)| !record.fields.iter().any(|f| f.name.as_str() == *name))
            .map(|(_, value)| value)
            .collect();
        match record.rest {
            Some(rest) => further.into_iter().all(|value| self.fits(value, rest)),
            None => further.is_empty(),
        }
    }

    /// The value built as `ty`, which is no union and fits.
    fn build(&mut self, v: V, ty: TypeId) -> V {
        if let Some(number) = convert_number(&mut self.cx.heap, v, ty) {
            return number;
        }
        if !matches!(
            v.tag(),
            Tag::List | Tag::Map | Tag::Record | Tag::Table | Tag::Xml
        ) {
            return v;
        }
        let key = (v.tag() as u64, v.bits(), ty);
        if let Some(&built) = self.built.get(&key) {
            return built;
        }
        let built = match v.tag() {
            Tag::List => self.build_list(v, ty),
            Tag::Table => self.build_table(v, ty),
            Tag::Xml => super::copy::mutable(&mut self.cx.heap, &self.cx.types, v),
            _ => self.build_mapping(v, ty),
        };
        self.built.insert(key, built);
        built
    }

    /// The part `v` of a value that fits, built as the member of `ty` that takes it.
    fn build_part(&mut self, v: V, ty: TypeId) -> V {
        match self.way(v, ty) {
            Way::To(target) => self.build(v, target),
            Way::None | Way::Ambiguous => v,
        }
    }

    fn build_list(&mut self, v: V, ty: TypeId) -> V {
        let (ty, members, rest) = match self.cx.types.get(ty) {
            TypeDesc::Array { element, .. } => (ty, Vec::new(), *element),
            TypeDesc::Tuple { members, rest } => {
                (ty, members.clone(), rest.unwrap_or(TypeId::NEVER))
            }
            TypeDesc::Json => (TypeId::JSON_ARRAY, Vec::new(), TypeId::JSON),
            _ => (TypeId::ANYDATA_ARRAY, Vec::new(), TypeId::ANYDATA),
        };
        let items: Vec<V> = self.cx.heap.list(v).items.iter().collect();
        let parts: Vec<V> = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let member = members.get(index).copied().unwrap_or(rest);
                self.build_part(item, member)
            })
            .collect();
        self.cx.heap.new_list_of(&self.cx.types, ty, &parts)
    }

    fn build_table(&mut self, v: V, ty: TypeId) -> V {
        let table = self.cx.heap.table(v);
        let (own, keys, rows) = (table.ty, table.keys.clone(), table.rows.clone());
        let (ty, row) = match self.cx.types.get(ty) {
            TypeDesc::Table(row) => (ty, *row),
            _ => match self.cx.types.get(own) {
                TypeDesc::Table(row) => (own, *row),
                _ => (own, TypeId::ANYDATA),
            },
        };
        let rows = rows.into_iter().map(|v| self.build_part(v, row)).collect();
        self.cx.heap.new_table(Table {
            ty,
            keys,
            rows,
            ..Table::default()
        })
    }

    fn build_mapping(&mut self, v: V, ty: TypeId) -> V {
        let (ty, member) = match self.cx.types.get(ty) {
            TypeDesc::Record(record) => {
                let record = record.clone();
                return self.build_record(v, ty, &record);
            }
            TypeDesc::Map(member) => (ty, *member),
            TypeDesc::Json => (TypeId::JSON_MAP, TypeId::JSON),
            _ => (TypeId::ANYDATA_MAP, TypeId::ANYDATA),
        };
        let map = self.cx.heap.new_map(ty);
        for (key, value) in self.members(v) {
            let part = self.build_part(value, member);
            self.cx.heap.map_insert(map, &key, part);
        }
        map
    }

    fn build_record(&mut self, v: V, ty: TypeId, record: &RecordType) -> V {
        let built = self.cx.heap.new_record(&self.cx.types, ty);
        // Fields with defaults print first, then the given ones as they were given (6.9).
        let with_default = |index: &u16| {
            let field = record.fields.get(usize::from(*index));
            field.is_some_and(|field| field.default.is_some())
        };
        let n_fields = u16::try_from(record.fields.len()).unwrap_or(u16::MAX);
        let mut order: Vec<u16> = (0..n_fields).filter(with_default).collect();
        for (key, value) in self.members(v) {
            let place = record.fields.iter().position(|f| f.name.as_str() == &*key);
            match place.and_then(|place| Some((place, record.fields.get(place)?))) {
                Some((place, field)) => {
                    let part = self.build_part(value, field.ty);
                    self.cx.heap.set_field(built, field.name, part);
                    if field.default.is_none() {
                        order.push(u16::try_from(place).unwrap_or(u16::MAX));
                    }
                }
                None => {
                    let part = self.build_part(value, record.rest.unwrap_or(TypeId::ANYDATA));
                    self.cx.heap.set_rest(built, &key, part);
                }
            }
        }
        self.cx.heap.set_order(built, &order);
        for field in &record.fields {
            if let Some(default) = field.default
                && self.cx.heap.member(v, field.name.as_str()).is_none()
            {
                self.defaults.push((built, field.name, default));
            }
        }
        built
    }

    fn members(&self, v: V) -> Vec<(Box<str>, V)> {
        let members = self.cx.heap.members(v).into_iter();
        members.map(|(key, value)| (key.into(), value)).collect()
    }
}

fn is_mapping(v: V) -> bool {
    matches!(v.tag(), Tag::Map | Tag::Record)
}
