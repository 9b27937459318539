//! Expressions (spec/taint.md section 4). Every operand is lowered, in the order of evaluation, whether its
//! value counts or not.

use rustc_hash::FxHashMap;

use crate::base::TextRange;
use crate::limits;
use crate::types::hir::{Expr, ExprKind, MappingEntry, TableLiteral, Wait};
use crate::types::{self, FuncId, ObjectId, Ty, TyKind};

use super::super::ir::{Access, ContainerKind, Move, OpKind, Parts, Reg, Site, Trust};
use super::super::place::Key;
use super::super::unit::Unit;
use super::builder::Builder;
use super::places::{access_of, literal_key};

impl Builder<'_> {
    pub fn expr(&mut self, expr: &Expr) -> Reg {
        let range = expr.range;
        match &expr.kind {
            ExprKind::Error
            | ExprKind::Literal(_)
            | ExprKind::Bytes(_)
            | ExprKind::TypeDesc(_)
            | ExprKind::Flush(_) => self.clean(range),
            ExprKind::NewStream => self.container(Vec::new(), Vec::new(), range),
            ExprKind::Local(local) => self.read_local(*local, expr.ty, range),
            ExprKind::Global(item) => self.read_variable(*item, expr.ty, range),
            ExprKind::Function(id) => self.named_function(*id, range),
            ExprKind::Lambda(key) => self.function_value(*key, range),
            ExprKind::List(items) => self.list(items, range),
            ExprKind::Mapping(entries) => self.mapping(entries, expr.ty, range),
            ExprKind::Table(table) => self.table(table, range),
            ExprKind::StringTemplate(parts) => self.string_template(parts, range),
            ExprKind::Xml(xml) => self.xml_template(xml, range),
            ExprKind::ErrorNew { reason, detail, .. } => self.error(reason, detail, range),
            ExprKind::New { object, init, args } => self.new_object(*object, *init, args, expr),
            ExprKind::ServiceNew {
                object, methods, ..
            } => {
                for &method in methods {
                    let id = FuncId {
                        item: self.unit.function().item,
                        key: method,
                    };
                    let captures = types::function(self.db, id)
                        .is_some_and(|method| !method.captures.is_empty());
                    if captures {
                        self.function_value(method, range);
                    } else {
                        self.callee(Unit::Function(id));
                    }
                }
                self.new_container(ContainerKind::Object(*object), Vec::new(), range)
            }
            ExprKind::Unary { operand, .. } => self.operation(&[operand], expr.ty, range),
            ExprKind::Not(inner) | ExprKind::TypeOf(inner) => {
                self.operation(&[inner], expr.ty, range)
            }
            ExprKind::Is { value, .. } | ExprKind::AnnotationAccess { base: value, .. } => {
                self.operation(&[value], expr.ty, range)
            }
            ExprKind::Binary { lhs, rhs, .. } => self.operation(&[lhs, rhs], expr.ty, range),
            ExprKind::And(lhs, rhs) | ExprKind::Or(lhs, rhs) => {
                self.operation(&[lhs, rhs], expr.ty, range)
            }
            ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } => {
                self.expr(condition);
                self.either(then, Some(otherwise), None, range)
            }
            ExprKind::Elvis { value, otherwise } => {
                let value = self.expr(value);
                self.either(otherwise, None, Some(value), range)
            }
            ExprKind::Range { start, end, .. } => {
                let start = self.expr(start);
                let end = self.expr(end);
                self.container(vec![start, end], vec![start, end], range)
            }
            ExprKind::Cast { value, mark, .. } => {
                let from = self.expr(value);
                self.cast(from, mark.map(super::trust), expr.ty, range)
            }
            ExprKind::Convert(inner) => self.expr(inner),
            ExprKind::Check(inner) => {
                let from = self.expr(inner);
                if self.parts(inner.ty).error {
                    self.push(OpKind::ReturnError { from }, range);
                }
                self.narrowed(from, expr.ty, range)
            }
            ExprKind::CheckPanic(inner) => {
                let from = self.expr(inner);
                if self.parts(inner.ty).error {
                    self.panic_with(from, range);
                }
                self.narrowed(from, expr.ty, range)
            }
            ExprKind::Trap(inner) => self.trap(inner, range),
            ExprKind::Field { base, name, .. } => {
                let text = format!("{}.{name}", self.text(base, 0));
                let base = self.expr(base);
                let access = Access::Known(Key::Name(*name));
                self.load(base, access, expr.ty, text.into(), range)
            }
            ExprKind::Index { base, key, .. } => {
                let text = self.index_text(base, key);
                let base = self.expr(base);
                self.expr(key);
                self.load(base, access_of(key), expr.ty, text, range)
            }
            ExprKind::XmlAttribute { base, key } => {
                let text = format!("{}@", self.text(base, 0));
                let value = self.expr(base);
                if let Some(key) = key {
                    self.expr(key);
                    return self.load(value, Access::Any, expr.ty, text.into(), range);
                }
                // The map of all attributes shares the one cell.
                self.narrowed(value, expr.ty, range)
            }
            ExprKind::XmlChildren { base, name } => {
                let value = self.expr(base);
                if let Some(name) = name {
                    self.expr(name);
                }
                value
            }
            ExprKind::Call(call) => self.call(call, expr.ty, false),
            ExprKind::Start(call) => {
                let inner = match expr.ty.kind() {
                    TyKind::Future(inner) => *inner,
                    _ => Ty::ERROR,
                };
                let result = self.call(call, inner, true);
                self.container(vec![result], Vec::new(), range)
            }
            ExprKind::Wait(wait) => self.wait(wait, expr.ty, range),
            ExprKind::Receive(peer) => self.receive(*peer, expr.ty, range),
            ExprKind::SyncSend { value, to } => {
                let value = self.expr(value);
                self.send(value, *to, range);
                self.clean(range)
            }
            ExprKind::TableQuery(query) => self.table_query(query),
        }
    }

    fn named_function(&mut self, id: FuncId, range: TextRange) -> Reg {
        self.callee(Unit::Function(id));
        self.taken.push(id);
        let to = self.temporary();
        let site = self.site();
        self.push(
            OpKind::Function {
                to,
                site,
                function: id,
                captures: Vec::new(),
            },
            range,
        );
        to
    }

    /// A simple value with everything in the operands; for xml and other structures a new one.
    fn operation(&mut self, operands: &[&Expr], ty: Ty, range: TextRange) -> Reg {
        let operands = operands.iter().map(|operand| self.expr(operand)).collect();
        let parts = self.parts(ty);
        if parts.structured && !ty.is_error() {
            return self.cell_of(operands, range);
        }
        self.scalar(operands, range)
    }

    /// The value of one of two expressions, or of one that is there and another.
    fn either(
        &mut self,
        first: &Expr,
        second: Option<&Expr>,
        known: Option<Reg>,
        range: TextRange,
    ) -> Reg {
        let to = self.temporary();
        let after = self.new_block();
        let first_block = self.new_block();
        let second_block = self.new_block();
        self.branch(vec![first_block, second_block]);
        self.start(first_block);
        let value = self.expr(first);
        self.push_move(to, value, range);
        self.goto(after);
        self.start(second_block);
        let value = match (second, known) {
            (Some(second), _) => self.expr(second),
            (None, Some(known)) => known,
            (None, None) => self.clean(range),
        };
        self.push_move(to, value, range);
        self.goto(after);
        self.start(after);
        to
    }

    fn push_move(&mut self, to: Reg, from: Reg, range: TextRange) {
        self.push(
            OpKind::Move {
                to,
                from,
                parts: Parts::ALL,
                how: Move::Silent,
            },
            range,
        );
    }

    /// The same value, of a type that may have no containers.
    fn narrowed(&mut self, from: Reg, ty: Ty, range: TextRange) -> Reg {
        let to = self.temporary();
        let parts = self.parts(ty);
        self.push(
            OpKind::Move {
                to,
                from,
                parts,
                how: Move::Silent,
            },
            range,
        );
        to
    }

    fn cast(&mut self, from: Reg, trust: Option<Trust>, ty: Ty, range: TextRange) -> Reg {
        let Some(trust) = trust else {
            return self.narrowed(from, ty, range);
        };
        let to = self.temporary();
        let site = self.site();
        let parts = self.parts(ty);
        self.push(
            OpKind::Cast {
                to,
                from,
                trust,
                parts,
                site,
            },
            range,
        );
        to
    }

    fn panic_with(&mut self, from: Reg, range: TextRange) {
        let kind = match self.trap {
            Some(trap) => OpKind::Join {
                to: trap,
                from: vec![trap, from],
            },
            None => OpKind::Panic {
                from,
                only_errors: true,
            },
        };
        self.push(kind, range);
    }

    fn trap(&mut self, inner: &Expr, range: TextRange) -> Reg {
        let trap = self.clean(range);
        let outer = self.trap.replace(trap);
        let value = self.expr(inner);
        self.trap = outer;
        self.join(vec![value, trap], range)
    }

    fn wait(&mut self, wait: &Wait, ty: Ty, range: TextRange) -> Reg {
        match wait {
            Wait::One(future) => {
                let future = self.expr(future);
                self.load(future, Access::Any, ty, "".into(), range)
            }
            Wait::Any(futures) => {
                let futures = futures.iter().map(|future| self.expr(future)).collect();
                let futures = self.join(futures, range);
                self.load(futures, Access::Any, ty, "".into(), range)
            }
            Wait::All(futures) => {
                let mut members = Vec::new();
                for (name, future) in futures {
                    let value = self.expr(future);
                    let result = self.load(value, Access::Any, Ty::ERROR, "".into(), future.range);
                    members.push((Key::Name(*name), result));
                }
                self.new_container(ContainerKind::Plain, members, range)
            }
        }
    }

    // ---- constructors ---------------------------------------------------------------------------

    pub fn new_container(
        &mut self,
        kind: ContainerKind,
        members: Vec<(Key, Reg)>,
        range: TextRange,
    ) -> Reg {
        let to = self.temporary();
        let (site, many) = self.constructor_site();
        self.push(
            OpKind::New {
                to,
                site,
                many,
                kind,
                shape: Vec::new(),
                members,
                rest: Vec::new(),
            },
            range,
        );
        to
    }

    /// The site of a constructor; inside of a long literal one for each depth.
    fn constructor_site(&mut self) -> (Site, bool) {
        let Some((depth, _)) = self.literal else {
            return (self.site(), false);
        };
        let known = self
            .literal
            .as_ref()
            .and_then(|(_, sites)| sites.get(&depth).copied());
        let site = known.unwrap_or_else(|| self.site());
        if let Some((_, sites)) = &mut self.literal {
            sites.insert(depth, site);
        }
        (site, true)
    }

    /// Lowers the parts of a constructor with `n` members.
    fn inside_literal<T>(&mut self, n: usize, lower: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.literal.clone();
        match &mut self.literal {
            Some((depth, _)) => *depth += 1,
            None if n > limits::TAINT_LITERAL => self.literal = Some((0, FxHashMap::default())),
            None => {}
        }
        let result = lower(self);
        if let (Some((depth, _)), Some(_)) = (&mut self.literal, &outer) {
            *depth -= 1;
        } else {
            self.literal = outer;
        }
        result
    }

    fn list(&mut self, items: &[Expr], range: TextRange) -> Reg {
        if items.len() > limits::TAINT_LITERAL {
            return self.long_list(items, range);
        }
        let members = self.inside_literal(items.len(), |this| {
            let items = items.iter().enumerate();
            items
                .map(|(index, item)| (Key::Index(index as i64), this.expr(item)))
                .collect()
        });
        self.new_container(ContainerKind::Plain, members, range)
    }

    /// So many members are not told apart.
    fn long_list(&mut self, items: &[Expr], range: TextRange) -> Reg {
        let list = self.new_container(ContainerKind::Plain, Vec::new(), range);
        self.inside_literal(items.len(), |this| {
            for item in items {
                let next = this.next;
                let value = this.expr(item);
                let kind = OpKind::Store {
                    base: list,
                    access: Access::Any,
                    value,
                    text: "[…]".into(),
                };
                this.push(kind, item.range);
                this.next = next;
            }
        });
        list
    }

    fn mapping(&mut self, entries: &[MappingEntry], ty: Ty, range: TextRange) -> Reg {
        let mut members: Vec<(Key, Reg)> = Vec::new();
        let mut shape = Vec::new();
        let mut rest = Vec::new();
        self.inside_literal(entries.len(), |this| {
            for entry in entries {
                match entry {
                    MappingEntry::Field { name, value, .. } => {
                        let value = this.expr(value);
                        members.push((Key::Name(*name), value));
                    }
                    MappingEntry::Computed { key, value, .. } => {
                        let known = literal_key(key);
                        shape.push(this.expr(key));
                        let value = this.expr(value);
                        match known {
                            Some(key) => members.push((key, value)),
                            None => rest.push(value),
                        }
                    }
                }
            }
        });
        self.field_defaults(ty, &mut members, range);
        let to = self.temporary();
        let (site, many) = self.constructor_site();
        self.push(
            OpKind::New {
                to,
                site,
                many,
                kind: ContainerKind::Plain,
                shape,
                members,
                rest,
            },
            range,
        );
        to
    }

    /// The fields of a record that are not given take their default values.
    fn field_defaults(&mut self, ty: Ty, members: &mut Vec<(Key, Reg)>, range: TextRange) {
        for member in ty.members() {
            let TyKind::Record(record) = member.kind() else {
                continue;
            };
            let definition = types::record_def(self.db, *record);
            for field in &definition.fields {
                let key = Key::Name(field.name);
                let is_given = members.iter().any(|(given, _)| *given == key);
                if let (false, Some(default)) = (is_given, field.default) {
                    let value = self.call_synthetic(default, field.ty, range);
                    members.push((key, value));
                }
            }
        }
    }

    /// A new object before its `__init`: its fields have their default values.
    pub fn bare_object(&mut self, object: ObjectId, range: TextRange) -> Reg {
        let definition = types::object_def(self.db, object);
        let mut members = Vec::new();
        for field in &definition.fields {
            if let Some(default) = field.default {
                let value = self.call_synthetic(default, field.ty, range);
                members.push((Key::Name(field.name), value));
            }
        }
        self.new_container(ContainerKind::Object(object), members, range)
    }

    fn table(&mut self, table: &TableLiteral, range: TextRange) -> Reg {
        if table.rows.len() > limits::TAINT_LITERAL {
            return self.long_list(&table.rows, range);
        }
        let rows = self.inside_literal(table.rows.len(), |this| {
            table.rows.iter().map(|row| this.expr(row)).collect()
        });
        self.container(rows, Vec::new(), range)
    }

    fn error(
        &mut self,
        reason: &Expr,
        detail: &[(crate::base::Name, Expr)],
        range: TextRange,
    ) -> Reg {
        let reason = self.expr(reason);
        let mut members = Vec::new();
        for (name, value) in detail {
            members.push((Key::Name(*name), self.expr(value)));
        }
        let detail = self.new_container(ContainerKind::Plain, members, range);
        let members = vec![
            (Key::named("reason"), reason),
            (Key::named("detail"), detail),
        ];
        self.new_container(ContainerKind::Error, members, range)
    }
}
