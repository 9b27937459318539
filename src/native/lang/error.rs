//! `ballerina/lang.error`.

use super::arg;
use crate::bytecode::chunk::{Code, Function, Program};
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("reason", reason),
    ("detail", detail),
    ("stackFrames", stack_frames),
];

fn reason(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(cx.heap.error(arg(args, 0)).reason)
}

fn detail(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(cx.heap.error(arg(args, 0)).detail)
}

/// `[function, module, file, line]` of each call that was active when the error was made.
fn stack_frames(cx: &mut Ctx, args: &[V]) -> Outcome {
    let frame_type = cx.types.intern(TypeDesc::Tuple {
        members: vec![TypeId::STRING, TypeId::STRING, TypeId::STRING, TypeId::INT],
        rest: None,
    });
    let frames_type = cx.types.array(frame_type);
    let trace = cx.heap.error(arg(args, 0)).trace.clone();
    let program = cx.program.clone();
    let mut frames = Vec::new();
    for pc in trace {
        let Some(function) = function_at(&program, pc) else {
            continue;
        };
        let texts = [function.name, function.module, function.file];
        let mut members: Vec<V> = texts
            .iter()
            .map(|text| cx.heap.new_string(text.as_str()))
            .collect();
        members.push(V::int(i64::from(program.line(pc))));
        frames.push(cx.heap.new_list_of(&cx.types, frame_type, &members));
    }
    let list = cx.heap.new_list_of(&cx.types, frames_type, &frames);
    Outcome::Done(list)
}

fn function_at(program: &Program, pc: u32) -> Option<&Function> {
    program
        .functions
        .iter()
        .find(|function| match function.code {
            Code::Ops { start, end } => (start..end).contains(&pc),
            Code::Native(_) | Code::Missing => false,
        })
}
