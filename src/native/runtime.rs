//! Natives of `ballerina/runtime`: pauses, properties, the invocation context and the call stack of the
//! strand that asks.

use std::time::Duration;

use super::record::tuple;
use crate::bytecode::chunk::{Code, Function, Program};
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::value::V;

pub const NATIVES: &[(&str, Native)] = &[
    ("sleep", sleep),
    ("getProperty", get_property),
    ("activeCalls", active_calls),
    ("newInvocationId", new_invocation_id),
    ("strandContext", strand_context),
    ("setStrandContext", set_strand_context),
];

/// The line of the language that programs find here.
const LANGUAGE_VERSION: &str = "1.2.0";

fn sleep(_cx: &mut Ctx, args: &[V]) -> Outcome {
    let millis = args.first().and_then(|millis| millis.to_int()).unwrap_or(0);
    let time = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
    // The timer belongs to the threads for I/O, so it is made there.
    Outcome::wait(async move { tokio::time::sleep(time).await }, |_, ()| {
        Outcome::NIL
    })
}

fn get_property(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = args.first().and_then(|&name| cx.heap.to_str(name));
    let value = match name.unwrap_or_default() {
        "ballerina.version" => LANGUAGE_VERSION.to_owned(),
        "ballerina.home" => cx.host.b7a_home.display().to_string(),
        "user.dir" => {
            std::env::current_dir().map_or_else(|_| String::new(), |d| d.display().to_string())
        }
        "user.name" => std::env::var("USER").unwrap_or_default(),
        "os.name" => os_name().to_owned(),
        _ => String::new(),
    };
    Outcome::Done(cx.heap.new_string(&value))
}

/// As Java names it.
fn os_name() -> &'static str {
    match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "Mac OS X",
        other => other,
    }
}

fn active_calls(cx: &mut Ctx, _args: &[V]) -> Outcome {
    let program = cx.program.clone();
    let mut calls = Vec::new();
    // The first is `getCallStack` itself.
    for &pc in cx.trace().iter().skip(1) {
        let Some(function) = function_at(&program, pc) else {
            continue;
        };
        let name = cx.heap.new_string(function.name.as_str());
        let module = cx.heap.new_string(function.module.as_str());
        let file = cx.heap.new_string(function.file.as_str());
        let line = V::int(i64::from(program.line(pc)));
        let call = [
            (TypeId::STRING, name),
            (TypeId::STRING, module),
            (TypeId::STRING, file),
            (TypeId::INT, line),
        ];
        calls.push(tuple(cx, &call));
    }
    let call = cx.types.intern(TypeDesc::Tuple {
        members: vec![TypeId::STRING, TypeId::STRING, TypeId::STRING, TypeId::INT],
        rest: None,
    });
    let list = cx.types.array(call);
    Outcome::Done(cx.heap.new_list(list, Items::Any(calls)))
}

/// The function that an instruction belongs to.
pub fn function_at(program: &Program, pc: u32) -> Option<&Function> {
    program
        .functions
        .iter()
        .find(|function| match function.code {
            Code::Ops { start, end } => (start..end).contains(&pc),
            Code::Native(_) | Code::Missing => false,
        })
}

fn new_invocation_id(cx: &mut Ctx, _args: &[V]) -> Outcome {
    let id = uuid::Uuid::new_v4().to_string();
    Outcome::Done(cx.heap.new_string(&id))
}

fn strand_context(cx: &mut Ctx, _args: &[V]) -> Outcome {
    Outcome::Done(cx.strand.context)
}

fn set_strand_context(cx: &mut Ctx, args: &[V]) -> Outcome {
    cx.strand.context = args.first().copied().unwrap_or(V::NIL);
    Outcome::NIL
}
