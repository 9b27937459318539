//! Places that are assigned to, and their texts for reports.

use crate::base::TextRange;
use crate::types::hir::{Expr, ExprKind, HirItemKind, LocalId, Place, PlaceKind};
use crate::types::{self, Literal, Ty, ty::Mark};

use super::super::ir::{Access, OpKind, Reg};
use super::super::place::Key;
use super::builder::Builder;

/// The evaluated part of a place: what an assignment and its read share.
pub enum TargetPlace {
    Nothing,
    Local(LocalId),
    Global(crate::base::ItemId),
    Member {
        base: Reg,
        access: Access,
        text: Box<str>,
    },
    /// The one cell of an xml value.
    Cell {
        base: Reg,
        text: Box<str>,
    },
}

/// Longer places are cut in reports.
const TEXT_DEPTH: usize = 6;

impl Builder<'_> {
    pub fn target(&mut self, place: &Place) -> TargetPlace {
        match &place.kind {
            PlaceKind::Discard | PlaceKind::Wrong => TargetPlace::Nothing,
            PlaceKind::Local(local) => TargetPlace::Local(*local),
            PlaceKind::Global(item) => TargetPlace::Global(*item),
            PlaceKind::Field { base, name, .. } => {
                let text = format!("{}.{name}", self.text(base, 0)).into();
                TargetPlace::Member {
                    base: self.expr(base),
                    access: Access::Known(Key::Name(*name)),
                    text,
                }
            }
            PlaceKind::Index { base, key, .. } => {
                let access = access_of(key);
                let text = self.index_text(base, key);
                let base = self.expr(base);
                self.expr(key);
                TargetPlace::Member { base, access, text }
            }
            PlaceKind::XmlAttribute { base, key } => {
                let text = format!("{}@[…]", self.text(base, 0)).into();
                let base = self.expr(base);
                self.expr(key);
                TargetPlace::Cell { base, text }
            }
        }
    }

    pub fn read_target(&mut self, target: &TargetPlace, place: &Place) -> Reg {
        let range = place.range;
        match target {
            TargetPlace::Nothing => self.clean(range),
            TargetPlace::Local(local) => self.read_local(*local, place.ty, range),
            TargetPlace::Global(item) => self.read_variable(*item, place.ty, range),
            TargetPlace::Member { base, access, .. } => {
                self.load(*base, *access, place.ty, "".into(), range)
            }
            TargetPlace::Cell { base, .. } => {
                self.load(*base, Access::Any, place.ty, "".into(), range)
            }
        }
    }

    pub fn write_target(&mut self, target: &TargetPlace, value: Reg, range: TextRange) {
        match target {
            TargetPlace::Nothing => {}
            TargetPlace::Local(local) => {
                let how = super::assigned(self.local_name(*local));
                self.write_local(*local, value, how, range);
            }
            TargetPlace::Global(item) => self.write_variable(*item, value, range),
            TargetPlace::Member { base, access, text } => self.push(
                OpKind::Store {
                    base: *base,
                    access: *access,
                    value,
                    text: text.clone(),
                },
                range,
            ),
            TargetPlace::Cell { base, text } => {
                let all = self.scalar(vec![value], range);
                self.push(
                    OpKind::Store {
                        base: *base,
                        access: Access::Any,
                        value: all,
                        text: text.clone(),
                    },
                    range,
                );
            }
        }
    }

    pub fn load(
        &mut self,
        base: Reg,
        access: Access,
        ty: Ty,
        text: Box<str>,
        range: TextRange,
    ) -> Reg {
        let to = self.temporary();
        let parts = self.parts(ty);
        self.push(
            OpKind::Load {
                to,
                base,
                access,
                parts,
                text,
            },
            range,
        );
        to
    }

    pub fn read_variable(&mut self, item: crate::base::ItemId, ty: Ty, range: TextRange) -> Reg {
        let to = self.temporary();
        let inferred = types::infer(self.db, item);
        let mark = match &inferred.hir.kind {
            HirItemKind::Variable(variable) => variable.mark,
            _ => None,
        };
        self.push(
            OpKind::ReadVariable {
                to,
                variable: item,
                name: item.name(),
                parts: self.parts(ty),
                is_marked: mark == Some(Mark::Tainted),
            },
            range,
        );
        to
    }

    fn write_variable(&mut self, item: crate::base::ItemId, value: Reg, range: TextRange) {
        let inferred = types::infer(self.db, item);
        let (is_marked, is_object) = match &inferred.hir.kind {
            HirItemKind::Variable(variable) => (
                variable.mark == Some(Mark::Tainted),
                super::is_object(variable),
            ),
            _ => (false, false),
        };
        self.push(
            OpKind::WriteVariable {
                variable: item,
                name: item.name(),
                value,
                is_marked,
                is_object,
            },
            range,
        );
    }

    /// The place that an expression names, as written.
    pub fn text(&self, expr: &Expr, depth: usize) -> String {
        if depth > TEXT_DEPTH {
            return "…".to_owned();
        }
        match &expr.kind {
            ExprKind::Local(local) => self.local_name(*local).to_string(),
            ExprKind::Global(item) => item.name().to_string(),
            ExprKind::Field { base, name, .. } => format!("{}.{name}", self.text(base, depth + 1)),
            ExprKind::Index { base, key, .. } => {
                let base = self.text(base, depth + 1);
                format!("{base}[{}]", key_text(key))
            }
            _ => "…".to_owned(),
        }
    }

    pub fn index_text(&self, base: &Expr, key: &Expr) -> Box<str> {
        format!("{}[{}]", self.text(base, 0), key_text(key)).into()
    }
}

fn key_text(key: &Expr) -> String {
    match literal_key(key) {
        Some(Key::Name(name)) => format!("\"{name}\""),
        Some(Key::Index(index)) => index.to_string(),
        None => "…".to_owned(),
    }
}

/// The member that an expression names, if it is known.
pub fn literal_key(key: &Expr) -> Option<Key> {
    match &key.kind {
        ExprKind::Literal(Literal::String(text)) => Some(Key::named(text)),
        ExprKind::Literal(Literal::Int(index)) => Some(Key::Index(*index)),
        ExprKind::Literal(Literal::Byte(index)) => Some(Key::Index(i64::from(*index))),
        ExprKind::Convert(inner) => literal_key(inner),
        ExprKind::Cast {
            value, mark: None, ..
        } => literal_key(value),
        _ => None,
    }
}

pub fn access_of(key: &Expr) -> Access {
    literal_key(key).map_or(Access::Any, Access::Known)
}
