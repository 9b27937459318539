//! HIR → taint IR, one unit at a time: the head of the unit here, statements, expressions, calls and patterns in
//! the files beneath. Everything that later stages want to know of types is written into the IR.

mod builder;
mod calls;
mod channels;
mod exprs;
mod patterns;
mod places;
mod queries;
mod stmts;
mod templates;

use crate::base::{Location, Name, TextRange};
use crate::db::Db;
use crate::types::hir::{Body, Function, FunctionKind, HirItemKind, ModuleVariable, Param};
use crate::types::ty::{Mark, ObjectIdKind};
use crate::types::{self, FuncId, TyKind};

use self::builder::Builder;
use super::ir::{
    Block, End, InitialValue, Ir, IrCapture, IrParam, IrReturn, Move, OpKind, Parts, Reg, Role,
    Trust,
};
use super::parts;
use super::unit::Unit;

/// The IR of a unit.
pub fn lower(db: &dyn Db, unit: Unit) -> Ir {
    let Some(function) = types::function(db, unit.function()) else {
        return missing(unit);
    };
    match unit {
        Unit::Function(id) => function_ir(db, id, &function),
        Unit::Default(id, param) => default_ir(db, id, &function, param),
    }
}

/// The IR of something that could not be typed: as unknown as a native function.
pub fn missing(unit: Unit) -> Ir {
    Ir {
        unit,
        name: unit.function().item.name(),
        params: Vec::new(),
        has_rest: false,
        receiver: None,
        captures: Vec::new(),
        ret: IrReturn {
            parts: Parts::ALL,
            mark: None,
            range: TextRange::default(),
        },
        role: Role::External,
        blocks: Vec::new(),
        callees: Vec::new(),
        taken: Vec::new(),
        called_types: Vec::new(),
    }
}

fn function_ir(db: &dyn Db, id: FuncId, function: &Function) -> Ir {
    let mut builder = Builder::new(db, Unit::Function(id), function);
    let has_body = !matches!(function.body, Body::External | Body::Abstract);
    let mut params: Vec<IrParam> = Vec::new();
    for param in function.all_params() {
        let reg = builder.param_register(param.local);
        params.push(ir_param(db, id, param, reg));
    }
    let receiver = function
        .receiver
        .as_ref()
        .map(|receiver| builder.param_register(receiver.local));
    builder.open_channels();
    match &function.body {
        Body::Block(block) => {
            builder.block(block);
            builder.exit();
        }
        Body::Expr(value) => {
            let from = builder.expr(value);
            builder.push(OpKind::Return { from }, value.range);
            builder.exit();
        }
        Body::External | Body::Abstract => {
            for param in &function.params {
                if matches!(param.ty.kind(), TyKind::Function(_)) {
                    builder.called_types.push(param.ty);
                }
            }
            builder.exit();
        }
    }
    let mut ir = finish(builder, function);
    ir.params = params;
    ir.has_rest = function.rest.is_some();
    ir.receiver = receiver;
    if !has_body {
        ir.role = Role::External;
    }
    ir
}

fn finish(builder: Builder<'_>, function: &Function) -> Ir {
    let db = builder.db;
    let id = builder.unit.function();
    let own = function.captures.iter().map(|capture| {
        let local = function.local(capture.inner);
        IrCapture {
            name: local.map_or(function.name, |local| local.name),
            reg: Reg(capture.inner.0),
            parts: local.map_or(Parts::ALL, |local| parts::of_type(db, local.ty)),
            is_channel: false,
        }
    });
    let channels = builder.captured_channels().iter().map(|&reg| IrCapture {
        name: Name::new("message"),
        reg,
        parts: Parts::ALL,
        is_channel: true,
    });
    let ret = &function.ret;
    Ir {
        unit: builder.unit,
        name: function.name,
        params: Vec::new(),
        has_rest: false,
        receiver: None,
        captures: own.chain(channels).collect(),
        ret: IrReturn {
            parts: parts::of_type(db, ret.ty),
            mark: ret.mark.map(trust),
            range: ret.range,
        },
        role: role(db, id, function),
        callees: builder.callees,
        taken: builder.taken,
        called_types: builder.called_types,
        blocks: builder.blocks,
    }
}

/// The default value of a parameter: takes the parameters before it. It ends by meeting its own parameter.
fn default_ir(db: &dyn Db, id: FuncId, function: &Function, index: u32) -> Ir {
    let unit = Unit::Default(id, index);
    let Some(param) = function.params.get(index as usize) else {
        return missing(unit);
    };
    let Some(default) = &param.default else {
        return missing(unit);
    };
    let mut builder = Builder::new(db, unit, function);
    let mut params: Vec<IrParam> = Vec::new();
    for param in function.params.iter().take(index as usize) {
        let reg = builder.param_register(param.local);
        let mut param = ir_param(db, id, param, reg);
        param.mark = None;
        params.push(param);
    }
    let receiver = function
        .receiver
        .as_ref()
        .map(|receiver| builder.param_register(receiver.local));
    let value = builder.expr(default);
    builder.push(
        OpKind::CheckDefault {
            function: id,
            param: index,
            value,
        },
        default.range,
    );
    builder.push(OpKind::Return { from: value }, default.range);
    builder.exit();
    builder.callee(Unit::Function(id));
    let mut ir = finish(builder, function);
    ir.params = params;
    ir.receiver = receiver;
    ir.role = Role::Synthetic;
    ir.ret = IrReturn {
        parts: Parts::ALL,
        mark: None,
        range: default.range,
    };
    ir
}

fn ir_param(db: &dyn Db, id: FuncId, param: &Param, reg: Reg) -> IrParam {
    IrParam {
        reg,
        name: param.name,
        parts: parts::of_type(db, param.ty),
        mark: param.mark.map(trust),
        location: Location::new(id.item, param.range),
        default: param.default.as_ref().map(|default| default.range),
    }
}

pub fn trust(mark: Mark) -> Trust {
    match mark {
        Mark::Tainted => Trust::Tainted,
        Mark::Untainted => Trust::Untainted,
    }
}

fn role(db: &dyn Db, id: FuncId, function: &Function) -> Role {
    match function.kind {
        FunctionKind::Plain if function.is_public && function.name.as_str() == "main" => {
            Role::Entry { trusted: false }
        }
        FunctionKind::Plain => Role::Ordinary,
        FunctionKind::Method | FunctionKind::Init | FunctionKind::Remote => Role::Method,
        FunctionKind::Resource => Role::Entry {
            trusted: is_trusted_service(db, id, function),
        },
        FunctionKind::Lambda | FunctionKind::Worker => Role::Inner,
        FunctionKind::Synthetic => initial_value(db, id)
            .map_or(Role::Synthetic, |initial| Role::Initial(Box::new(initial))),
    }
}

/// Whether every listener of the service is a module-level one marked `@untainted`.
fn is_trusted_service(db: &dyn Db, id: FuncId, function: &Function) -> bool {
    let is_definition = function
        .receiver
        .as_ref()
        .is_some_and(|receiver| receiver.object.kind == ObjectIdKind::Service);
    let item = types::infer(db, id.item);
    let HirItemKind::Service(service) = &item.hir.kind else {
        return false;
    };
    is_definition
        && !service.listeners.is_empty()
        && service.listeners.iter().all(|listener| {
            let variable = listener.variable.map(|item| types::infer(db, item));
            variable.is_some_and(|item| match &item.hir.kind {
                HirItemKind::Variable(variable) => variable.mark == Some(Mark::Untainted),
                _ => false,
            })
        })
}

fn initial_value(db: &dyn Db, id: FuncId) -> Option<InitialValue> {
    let item = types::infer(db, id.item);
    match &item.hir.kind {
        HirItemKind::Variable(variable) if variable.initial == id.key => Some(InitialValue {
            variable: id.item,
            name: variable.name,
            range: variable.range,
            is_marked: variable.mark == Some(Mark::Tainted) || variable.is_listener,
            is_object: is_object(variable),
        }),
        _ => None,
    }
}

/// Whether what the variable holds is an object.
pub fn is_object(variable: &ModuleVariable) -> bool {
    let members = variable.ty.members();
    !members.is_empty()
        && members.iter().all(|member| {
            matches!(
                member.kind(),
                TyKind::Object(_) | TyKind::Service | TyKind::Nil
            )
        })
        && members
            .iter()
            .any(|member| matches!(member.kind(), TyKind::Object(_) | TyKind::Service))
}

/// The first block of every unit.
fn entry_block() -> Block {
    Block {
        ops: Vec::new(),
        end: End::Exit,
        loop_sites: None,
    }
}

/// The move of a declaration or assignment.
fn assigned(name: Name) -> Move {
    if name.as_str() == "_" {
        Move::Silent
    } else {
        Move::Assigned(name)
    }
}
