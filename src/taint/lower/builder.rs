//! The IR under construction: registers, sites, blocks, and how variables are read and written.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Name, TextRange};
use crate::db::Db;
use crate::limits;
use crate::types::hir::{Function, LocalId};
use crate::types::{self, FuncId, FuncKey, FuncKind, Ty};

use super::super::ir::{Block, BlockId, ContainerKind, End, Move, Op, OpKind, Parts, Reg, Site};
use super::super::parts;
use super::super::unit::Unit;
use super::channels::{self, Channel};

pub struct Builder<'a> {
    pub db: &'a dyn Db,
    pub unit: Unit,
    pub function: &'a Function,
    pub blocks: Vec<Block>,
    pub callees: Vec<Unit>,
    pub taken: Vec<FuncId>,
    pub called_types: Vec<Ty>,
    /// The block being filled; `None` where nothing is reached.
    at: Option<BlockId>,
    /// The next temporary.
    pub next: u32,
    sites: u32,
    /// Locals that live in cells: captured here, or by a function inside.
    cells: FxHashSet<LocalId>,
    channels: FxHashMap<Channel, Reg>,
    captured_channels: Vec<Reg>,
    pub loops: Vec<Loop>,
    /// Where panics of the calls in a `trap` go.
    pub trap: Option<Reg>,
    /// Inside of a long literal: the site for each depth of constructors.
    pub literal: Option<(usize, FxHashMap<usize, Site>)>,
    known_callees: FxHashSet<Unit>,
}

/// A loop around the statement being lowered.
pub struct Loop {
    pub head: BlockId,
    pub after: BlockId,
}

impl<'a> Builder<'a> {
    pub fn new(db: &'a dyn Db, unit: Unit, function: &'a Function) -> Self {
        let item = types::infer(db, unit.function().item);
        let inner = item.hir.functions.iter();
        let inner = inner.filter(|inner| inner.parent == Some(function.key));
        let mut cells: FxHashSet<LocalId> = inner
            .flat_map(|inner| inner.captures.iter().map(|capture| capture.outer))
            .collect();
        cells.extend(function.captures.iter().map(|capture| capture.inner));
        Self {
            db,
            unit,
            function,
            blocks: vec![super::entry_block()],
            callees: Vec::new(),
            taken: Vec::new(),
            called_types: Vec::new(),
            at: Some(BlockId(0)),
            next: u32::try_from(function.locals.len()).unwrap_or(u32::MAX),
            sites: 0,
            cells,
            channels: FxHashMap::default(),
            captured_channels: Vec::new(),
            loops: Vec::new(),
            trap: None,
            literal: None,
            known_callees: FxHashSet::default(),
        }
    }

    // ---- registers, sites ---------------------------------------------------------------------

    pub fn temporary(&mut self) -> Reg {
        self.next += 1;
        Reg(self.next - 1)
    }

    pub fn site(&mut self) -> Site {
        if self.sites < limits::TAINT_SITES {
            self.sites += 1;
            return Site(self.sites - 1);
        }
        Site(limits::TAINT_SITES)
    }

    pub fn parts(&self, ty: Ty) -> Parts {
        parts::of_type(self.db, ty)
    }

    // ---- blocks -------------------------------------------------------------------------------

    pub fn push(&mut self, kind: OpKind, range: TextRange) {
        if let Some(at) = self.at {
            self.blocks[at.0 as usize].ops.push(Op { kind, range });
        }
    }

    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(super::entry_block());
        BlockId(u32::try_from(self.blocks.len() - 1).unwrap_or(u32::MAX))
    }

    pub fn is_reached(&self) -> bool {
        self.at.is_some()
    }

    fn end(&mut self, end: End) {
        if let Some(at) = self.at.take() {
            self.blocks[at.0 as usize].end = end;
        }
    }

    pub fn exit(&mut self) {
        self.end(End::Exit);
    }

    pub fn goto(&mut self, target: BlockId) {
        self.end(End::Goto(target));
    }

    pub fn branch(&mut self, targets: Vec<BlockId>) {
        self.end(End::Branch(targets));
    }

    /// What follows is in `block`.
    pub fn start(&mut self, block: BlockId) {
        self.at = Some(block);
    }

    /// Begins a loop: everything until [`Builder::end_loop`] is run any number of times.
    pub fn begin_loop(&mut self) -> (BlockId, u32) {
        let head = self.new_block();
        self.goto(head);
        self.start(head);
        (head, self.sites)
    }

    pub fn end_loop(&mut self, head: BlockId, first_site: u32) {
        self.goto(head);
        let sites = first_site..self.sites + 1;
        self.blocks[head.0 as usize].loop_sites = Some(sites);
    }

    // ---- variables ----------------------------------------------------------------------------

    pub fn is_cell(&self, local: LocalId) -> bool {
        self.cells.contains(&local)
    }

    pub fn local_name(&self, local: LocalId) -> Name {
        let local = self.function.local(local);
        local.map_or(self.function.name, |local| local.name)
    }

    /// The register in which a parameter comes in.
    pub fn param_register(&mut self, local: LocalId) -> Reg {
        if !self.is_cell(local) {
            return Reg(local.0);
        }
        let given = self.temporary();
        let range = self
            .function
            .local(local)
            .map_or(TextRange::default(), |local| local.range);
        self.declare(local, given, Move::Silent, range);
        given
    }

    /// A variable begins, with a value.
    pub fn declare(&mut self, local: LocalId, value: Reg, how: Move, range: TextRange) {
        if self.is_cell(local) {
            let cell = Reg(local.0);
            let site = self.site();
            self.push(OpKind::NewCell { cell, site }, range);
        }
        self.write_local(local, value, how, range);
    }

    pub fn write_local(&mut self, local: LocalId, value: Reg, how: Move, range: TextRange) {
        let kind = if self.is_cell(local) {
            OpKind::WriteCell {
                cell: Reg(local.0),
                value,
                how,
            }
        } else {
            let ty = self.function.local(local).map(|local| local.ty);
            OpKind::Move {
                to: Reg(local.0),
                from: value,
                parts: ty.map_or(Parts::ALL, |ty| self.parts(ty)),
                how,
            }
        };
        self.push(kind, range);
    }

    pub fn read_local(&mut self, local: LocalId, ty: Ty, range: TextRange) -> Reg {
        let parts = self.parts(ty);
        let to = self.temporary();
        let kind = if self.is_cell(local) {
            OpKind::ReadCell {
                to,
                cell: Reg(local.0),
                parts,
            }
        } else {
            OpKind::Move {
                to,
                from: Reg(local.0),
                parts,
                how: Move::Silent,
            }
        };
        self.push(kind, range);
        to
    }

    // ---- channels between strands -----------------------------------------------------------------

    /// The cells for messages: those of the function around come with the captures, those to workers of this
    /// function begin here.
    pub fn open_channels(&mut self) {
        let Unit::Function(id) = self.unit else {
            return;
        };
        for channel in channels::from_parent(self.db, id, self.function) {
            let reg = self.temporary();
            self.channels.insert(channel, reg);
            self.captured_channels.push(reg);
        }
        for channel in channels::own(self.db, id, self.function) {
            let cell = self.temporary();
            let site = self.site();
            self.push(OpKind::NewCell { cell, site }, self.function.name_range);
            self.channels.insert(channel, cell);
        }
    }

    pub fn captured_channels(&self) -> &[Reg] {
        &self.captured_channels
    }

    pub fn channel(&self, channel: Channel) -> Option<Reg> {
        self.channels.get(&channel).copied()
    }

    // ---- functions --------------------------------------------------------------------------------

    pub fn callee(&mut self, unit: Unit) {
        if self.known_callees.insert(unit) {
            self.callees.push(unit);
        }
    }

    /// The function and its default values.
    pub fn callee_with_defaults(&mut self, id: FuncId, left_out: impl Iterator<Item = u32>) {
        self.callee(Unit::Function(id));
        for param in left_out {
            let has_default = types::function(self.db, id).is_some_and(|function| {
                let param = function.params.get(param as usize);
                param.is_some_and(|param| param.default.is_some())
            });
            if has_default {
                self.callee(Unit::Default(id, param));
            }
        }
    }

    /// The value of an anonymous function, a worker, or a method of a service value.
    pub fn function_value(&mut self, key: FuncKey, range: TextRange) -> Reg {
        let id = FuncId {
            item: self.unit.function().item,
            key,
        };
        let to = self.temporary();
        let mut captures = Vec::new();
        if let Some(function) = types::function(self.db, id) {
            captures.extend(function.captures.iter().map(|c| Reg(c.outer.0)));
            if key.kind == FuncKind::Worker {
                for channel in channels::from_parent(self.db, id, &function) {
                    captures.extend(self.channel(channel));
                }
            }
        }
        let site = self.site();
        self.callee(Unit::Function(id));
        if key.kind != FuncKind::Worker {
            self.taken.push(id);
        }
        self.push(
            OpKind::Function {
                to,
                site,
                function: id,
                captures,
            },
            range,
        );
        to
    }

    // ---- short forms ------------------------------------------------------------------------------

    pub fn clean(&mut self, range: TextRange) -> Reg {
        let to = self.temporary();
        self.push(OpKind::Clean(to), range);
        to
    }

    pub fn scalar(&mut self, from: Vec<Reg>, range: TextRange) -> Reg {
        let to = self.temporary();
        self.push(OpKind::Scalar { to, from }, range);
        to
    }

    pub fn join(&mut self, from: Vec<Reg>, range: TextRange) -> Reg {
        let to = self.temporary();
        self.push(OpKind::Join { to, from }, range);
        to
    }

    /// A container with the values under unknown keys.
    pub fn container(&mut self, rest: Vec<Reg>, shape: Vec<Reg>, range: TextRange) -> Reg {
        let to = self.temporary();
        let site = self.site();
        self.push(
            OpKind::New {
                to,
                site,
                many: false,
                kind: ContainerKind::Plain,
                shape,
                members: Vec::new(),
                rest,
            },
            range,
        );
        to
    }

    /// A container whose one cell holds everything in the operands: xml, the result of a query.
    pub fn cell_of(&mut self, from: Vec<Reg>, range: TextRange) -> Reg {
        let all = self.scalar(from, range);
        self.container(vec![all], vec![], range)
    }
}
