//! Taking values apart: every name gets its member, a rest a new container with the remaining ones. Each
//! target is handled like an assignment.

use crate::base::TextRange;
use crate::types::hir::{Pattern, PatternKind};

use super::super::ir::{Access, Move, OpKind, Parts, Reg};
use super::super::place::Key;
use super::builder::Builder;

impl Pattern {
    /// Whether it matches every value.
    pub(super) fn is_catch_all(&self) -> bool {
        matches!(self.kind, PatternKind::Discard | PatternKind::Bind(_))
    }
}

impl Builder<'_> {
    /// Binds the names of the pattern; `range` is the statement.
    pub fn bind(&mut self, pattern: &Pattern, value: Reg, range: TextRange) {
        self.bind_as(pattern, value, range, false);
    }

    pub fn bind_loop(&mut self, pattern: &Pattern, value: Reg) {
        self.bind_as(pattern, value, pattern.range, true);
    }

    fn bind_as(&mut self, pattern: &Pattern, value: Reg, range: TextRange, is_loop: bool) {
        match &pattern.kind {
            PatternKind::Discard | PatternKind::Literal(_) | PatternKind::Wrong => {}
            PatternKind::Bind(local) => {
                let name = self.local_name(*local);
                let how = if is_loop {
                    Move::LoopVariable(name)
                } else {
                    super::assigned(name)
                };
                self.declare(*local, value, how, pattern.range);
            }
            PatternKind::Assign(place) => {
                let target = self.target(place);
                self.write_target(&target, value, range);
            }
            PatternKind::List { items, rest } => {
                let mut listed = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    let key = Key::Index(index as i64);
                    listed.push(key);
                    self.bind_member(item, value, key, range, is_loop);
                }
                self.bind_rest(rest.as_deref(), value, listed, range, is_loop);
            }
            PatternKind::Mapping { fields, rest, .. } => {
                let mut listed = Vec::new();
                for (name, field) in fields {
                    listed.push(Key::Name(*name));
                    self.bind_member(field, value, Key::Name(*name), range, is_loop);
                }
                self.bind_rest(rest.as_deref(), value, listed, range, is_loop);
            }
            PatternKind::Error {
                reason,
                details,
                rest,
            } => {
                if let Some(reason) = reason {
                    self.bind_member(reason, value, Key::named("reason"), range, is_loop);
                }
                let detail = self.member(value, Key::named("detail"), Parts::ALL, pattern.range);
                let mut listed = Vec::new();
                for (name, part) in details {
                    listed.push(Key::Name(*name));
                    self.bind_member(part, detail, Key::Name(*name), range, is_loop);
                }
                self.bind_rest(rest.as_deref(), detail, listed, range, is_loop);
            }
        }
    }

    fn bind_member(
        &mut self,
        pattern: &Pattern,
        value: Reg,
        key: Key,
        range: TextRange,
        is_loop: bool,
    ) {
        let parts = self.parts(pattern.ty);
        let member = self.member(value, key, parts, pattern.range);
        self.bind_as(pattern, member, range, is_loop);
    }

    pub fn member(&mut self, base: Reg, key: Key, parts: Parts, range: TextRange) -> Reg {
        let to = self.temporary();
        self.push(
            OpKind::Load {
                to,
                base,
                access: Access::Known(key),
                parts,
                text: "".into(),
            },
            range,
        );
        to
    }

    fn bind_rest(
        &mut self,
        rest: Option<&Pattern>,
        base: Reg,
        without: Vec<Key>,
        range: TextRange,
        is_loop: bool,
    ) {
        let Some(rest) = rest else { return };
        if matches!(rest.kind, PatternKind::Discard | PatternKind::Wrong) {
            return;
        }
        let to = self.temporary();
        let site = self.site();
        self.push(
            OpKind::Remaining {
                to,
                base,
                without,
                site,
            },
            rest.range,
        );
        self.bind_as(rest, to, range, is_loop);
    }
}
