//! Fields, members and elements: reads, and the places of assignments. A field of a known record or
//! object type is a slot of its shape; everything else goes by name or key.

use crate::base::Name;
use crate::bytecode::op::Op;
use crate::bytecode::shape::{Form, Slot};
use crate::bytecode::typedesc::TypeId;
use crate::types::hir::{Expr, ExprKind, FieldKind, IndexKind, Place, PlaceKind};
use crate::types::{self, Literal, Ty, classify};

use super::class::{Class, element_class};
use super::expr::int_literal;
use super::function::{FnCx, Reg, Res};

/// The evaluated operands of a place.
pub(super) struct PlaceParts {
    base: Reg,
    /// The index or key, when it is not a constant of the instruction.
    key: Option<Reg>,
}

/// How a member is reached.
enum Member<'e> {
    /// A field of a type with a shape.
    Slot(TypeId, Name),
    /// A member of a mapping with a constant key.
    Key(&'e str),
    /// A field of an object or of one of several records.
    Name(&'e str),
    /// An element of a list with a constant index.
    Element(u32),
    /// An element with an index, the members being of this kind.
    Indexed(Class),
    Keyed,
}

impl FnCx<'_, '_> {
    // ---- reads

    pub(super) fn field(
        &mut self,
        base: &Expr,
        name: Name,
        kind: FieldKind,
        optional: bool,
        expr: &Expr,
        dst: Reg,
    ) -> Res {
        if kind == FieldKind::Json {
            let b = self.operand(base, dst)?;
            let d = self.cx.string(name.as_str());
            self.at(expr.range);
            self.emit(if optional {
                Op::GetJsonOpt { a: dst, b, d }
            } else {
                Op::GetJson { a: dst, b, d }
            });
            return Ok(());
        }
        if let FieldKind::Object(object) = kind {
            let definition = types::object_def(self.cx.db, object);
            if definition.field(name).is_none() && definition.method(name).is_some() {
                let b = self.operand(base, dst)?;
                let d = self.cx.method_site(name);
                self.emit(Op::BindMethod { a: dst, b, d });
                return Ok(());
            }
        }
        let member = self.field_member(kind, name, optional);
        self.member_or_nil(base, dst, |cx, b| {
            cx.at(expr.range);
            cx.load(&member, b, None, dst);
            Ok(())
        })
    }

    pub(super) fn index(
        &mut self,
        base: &Expr,
        key: &Expr,
        kind: IndexKind,
        expr: &Expr,
        dst: Reg,
    ) -> Res {
        if kind == IndexKind::Xml {
            return self.xml_children(base, Some(key), expr, dst);
        }
        let key = self.peel(key);
        let member = self.index_member(base, key, kind);
        if let IndexKind::Json = kind
            && let Member::Key(_) = member
            && classify::contains_error(expr.ty)
        {
            return self.field_of_json(base, key, dst);
        }
        self.member_or_nil(base, dst, |cx, b| {
            let c = match member {
                Member::Indexed(_) => Some(cx.int_value(key)?),
                Member::Keyed => Some(cx.value(key)?),
                Member::Slot(..) | Member::Key(_) | Member::Name(_) | Member::Element(_) => None,
            };
            cx.at(expr.range);
            cx.load(&member, b, c, dst);
            Ok(())
        })
    }

    fn field_of_json(&mut self, base: &Expr, key: &Expr, dst: Reg) -> Res {
        let b = self.operand(base, dst)?;
        let text = string_literal(key).unwrap_or_default();
        let d = self.cx.string(text);
        self.emit(Op::GetJson { a: dst, b, d });
        Ok(())
    }

    /// Reads a member of `base` by `read`; nil when the base is nil, where its type allows that.
    fn member_or_nil(
        &mut self,
        base: &Expr,
        dst: Reg,
        read: impl FnOnce(&mut Self, Reg) -> Res,
    ) -> Res {
        let b = self.operand(base, dst)?;
        if !base.ty.members().contains(&Ty::NIL) {
            return read(self, b);
        }
        let (nil, done) = (self.label(), self.label());
        self.jump(Op::JmpNil { a: b, d: 0 }, nil);
        read(self, b)?;
        if b == dst {
            self.bind(nil);
            return Ok(());
        }
        self.jump(Op::Jmp { d: 0 }, done);
        self.bind(nil);
        self.emit(Op::LoadNil { a: dst });
        self.bind(done);
        Ok(())
    }

    fn load(&mut self, member: &Member<'_>, b: Reg, key: Option<Reg>, a: Reg) {
        let c = key.unwrap_or(b);
        let op = match member {
            Member::Slot(ty, name) => return self.get_slot(b, *ty, *name, a),
            Member::Key(key) => {
                let d = self.cx.string(key);
                Op::GetKeyK { a, b, d }
            }
            Member::Name(name) => {
                let d = self.cx.string(name);
                Op::GetFieldName { a, b, d }
            }
            Member::Element(d) => Op::GetElemK { a, b, d: *d },
            Member::Indexed(class) => match class {
                Class::Int => Op::GetInt { a, b, c },
                Class::Float => Op::GetFloat { a, b, c },
                Class::Boolean => Op::GetBool { a, b, c },
                _ => Op::GetElem { a, b, c },
            },
            Member::Keyed => Op::GetKey { a, b, c },
        };
        self.emit(op);
    }

    // ---- places

    pub(super) fn store(&mut self, place: &Place, value: Reg) -> Res {
        if let PlaceKind::XmlAttribute { base, key } = &place.kind {
            return self.set_xml_attribute(base, key, value);
        }
        let parts = self.place_parts(place)?;
        self.store_place(place, &parts, value)
    }

    /// Evaluates what a place consists of.
    pub(super) fn place_parts(&mut self, place: &Place) -> Res<PlaceParts> {
        match &place.kind {
            PlaceKind::Field { base, .. } => Ok(PlaceParts {
                base: self.value(base)?,
                key: None,
            }),
            PlaceKind::Index { base, key, kind } => {
                let key = self.peel(key);
                let member = self.index_member(base, key, *kind);
                let base = self.value(base)?;
                let key = match member {
                    Member::Indexed(_) => Some(self.int_value(key)?),
                    Member::Keyed => Some(self.value(key)?),
                    Member::Slot(..) | Member::Key(_) | Member::Name(_) | Member::Element(_) => {
                        None
                    }
                };
                Ok(PlaceParts { base, key })
            }
            _ => Err(self.untyped("an assignment", place.range)),
        }
    }

    fn place_member<'e>(&mut self, place: &'e Place) -> Res<Member<'e>> {
        match &place.kind {
            PlaceKind::Field { name, kind, .. } => Ok(self.field_member(*kind, *name, false)),
            PlaceKind::Index { base, key, kind } => {
                let key = self.peel(key);
                Ok(self.index_member(base, key, *kind))
            }
            _ => Err(self.untyped("an assignment", place.range)),
        }
    }

    pub(super) fn load_place(&mut self, place: &Place, parts: &PlaceParts, a: Reg) -> Res {
        let member = self.place_member(place)?;
        self.load(&member, parts.base, parts.key, a);
        Ok(())
    }

    pub(super) fn store_place(&mut self, place: &Place, parts: &PlaceParts, value: Reg) -> Res {
        let member = self.place_member(place)?;
        let (a, b) = (parts.base, value);
        self.at(place.range);
        let key = parts.key.unwrap_or(a);
        let op = match member {
            Member::Slot(ty, name) => {
                self.set_slot(a, ty, name, value);
                return Ok(());
            }
            Member::Key(key) => {
                let d = self.cx.string(key);
                Op::SetKeyK { a, b, d }
            }
            Member::Name(name) => {
                let d = self.cx.string(name);
                Op::SetFieldName { a, b, d }
            }
            Member::Element(d) => Op::SetElemK { a, b, d },
            Member::Indexed(class) => {
                let (b, c) = (key, value);
                match class {
                    Class::Int => Op::SetInt { a, b, c },
                    Class::Float => Op::SetFloat { a, b, c },
                    Class::Boolean => Op::SetBool { a, b, c },
                    _ => Op::SetElem { a, b, c },
                }
            }
            Member::Keyed => Op::SetKey {
                a,
                b: key,
                c: value,
            },
        };
        self.emit(op);
        Ok(())
    }

    // ---- which member

    fn field_member<'e>(&mut self, kind: FieldKind, name: Name, optional: bool) -> Member<'e> {
        match kind {
            FieldKind::Record(record) => {
                if types::record_def(self.cx.db, record).field(name).is_none() {
                    return Member::Key(name.as_str());
                }
                Member::Slot(self.cx.record_ty(record), name)
            }
            FieldKind::Object(object) => Member::Slot(self.cx.object_ty(object), name),
            FieldKind::Json | FieldKind::Map => Member::Key(name.as_str()),
            FieldKind::Dynamic if optional => Member::Key(name.as_str()),
            FieldKind::Dynamic => Member::Name(name.as_str()),
        }
    }

    fn index_member<'e>(&mut self, base: &Expr, key: &'e Expr, kind: IndexKind) -> Member<'e> {
        let base_ty = classify::without_nil(base.ty);
        match kind {
            IndexKind::Array | IndexKind::Tuple => {
                let class = element_class(base_ty);
                match constant_index(key) {
                    Some(index) if class == Class::Mixed => Member::Element(index),
                    _ => Member::Indexed(class),
                }
            }
            IndexKind::String | IndexKind::Xml => Member::Indexed(Class::Mixed),
            IndexKind::Record(record) => match string_literal(key) {
                Some(text) => {
                    let name = Name::new(text);
                    if types::record_def(self.cx.db, record).field(name).is_some() {
                        Member::Slot(self.cx.record_ty(record), name)
                    } else {
                        Member::Key(text)
                    }
                }
                None => Member::Keyed,
            },
            IndexKind::Map => match string_literal(key) {
                Some(text) => Member::Key(text),
                None => Member::Keyed,
            },
            IndexKind::Json | IndexKind::Dynamic => {
                if Class::of(key.ty).is_int() {
                    return Member::Indexed(Class::Mixed);
                }
                match string_literal(key) {
                    Some(text) => Member::Key(text),
                    None => Member::Keyed,
                }
            }
        }
    }

    // ---- slots

    fn slot(&mut self, ty: TypeId, name: Name) -> Option<Slot> {
        let slot = *self.cx.shape(ty).slot(name)?;
        u8::try_from(slot.word).is_ok().then_some(slot)
    }

    /// `a = b.name` for a value of the record or object type `ty` in `b`.
    pub(super) fn get_slot(&mut self, b: Reg, ty: TypeId, name: Name, a: Reg) {
        let Some(slot) = self.slot(ty, name) else {
            let d = self.cx.string(name.as_str());
            self.emit(Op::GetFieldName { a, b, d });
            return;
        };
        let (c, d) = slot_operands(&slot, ty);
        self.emit(match slot.form {
            Form::Int => Op::GetFieldInt { a, b, c, d },
            Form::Float => Op::GetFieldFloat { a, b, c, d },
            Form::Boolean => Op::GetFieldBool { a, b, c, d },
            Form::Ref(_) => Op::GetFieldRef { a, b, c, d },
            Form::Byte | Form::Any => Op::GetFieldAny { a, b, c, d },
        });
    }

    /// `a.name = b` for a value of the record or object type `ty` in `a`.
    pub(super) fn set_slot(&mut self, a: Reg, ty: TypeId, name: Name, b: Reg) {
        let Some(slot) = self.slot(ty, name) else {
            let d = self.cx.string(name.as_str());
            self.emit(Op::SetFieldName { a, b, d });
            return;
        };
        let (c, d) = slot_operands(&slot, ty);
        self.emit(match slot.form {
            Form::Int => Op::SetFieldInt { a, b, c, d },
            Form::Float => Op::SetFieldFloat { a, b, c, d },
            Form::Boolean => Op::SetFieldBool { a, b, c, d },
            Form::Ref(_) => Op::SetFieldRef { a, b, c, d },
            Form::Byte | Form::Any => Op::SetFieldAny { a, b, c, d },
        });
    }
}

/// The word of a slot, and the type with the tag of references above it.
fn slot_operands(slot: &Slot, ty: TypeId) -> (u8, u32) {
    let word = u8::try_from(slot.word).unwrap_or(u8::MAX);
    match slot.form {
        Form::Ref(tag) => (word, (tag as u32) << 24 | (ty.0 & 0x00FF_FFFF)),
        Form::Int | Form::Byte | Form::Float | Form::Boolean | Form::Any => (word, ty.0),
    }
}

fn constant_index(key: &Expr) -> Option<u32> {
    int_literal(key).and_then(|index| u32::try_from(index).ok())
}

fn string_literal(key: &Expr) -> Option<&str> {
    match &key.kind {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}
