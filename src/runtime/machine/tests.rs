//! Hand-assembled programs.

use std::sync::{Arc, Mutex};

use crate::base::Name;
use crate::bytecode::chunk::{
    Code, Const, Function, Handler, MethodSite, Part, Program, RecordTemplate,
};
use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{
    FuncId, FunctionType, Method, ObjectField, ObjectType, RecordField, RecordType, TypeDesc,
    TypeId,
};
use crate::config::Registry;
use crate::runtime::host::{Host, Output};
use crate::runtime::isolate::Isolate;
use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::program::{Ending, run_program, uncaught};
use crate::runtime::schedule::Halted;
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

/// Builds a program function by function.
struct Assembler {
    program: Program,
}

impl Assembler {
    fn new() -> Self {
        Self {
            program: Program::new(),
        }
    }

    /// A function; jumps in `ops` count from its start.
    fn function(&mut self, name: &str, n_params: u8, ops: &[Op]) -> FuncId {
        let start = self.program.ops.len() as u32;
        self.program
            .ops
            .extend(ops.iter().map(|&op| shifted(op, start)));
        let end = self.program.ops.len() as u32;
        self.add(name, n_params, Code::Ops { start, end })
    }

    fn native(&mut self, key: &str, n_params: u8) -> FuncId {
        self.add(key, n_params, Code::Native(Name::new(key)))
    }

    fn add(&mut self, name: &str, n_params: u8, code: Code) -> FuncId {
        let id = FuncId(self.program.functions.len() as u32);
        self.program.functions.push(Function {
            name: Name::new(name),
            module: Name::new("test"),
            module_path: Name::new("test.bal"),
            file: Name::new("test.bal"),
            code,
            n_regs: 250,
            params: Vec::new(),
            rest: None,
            ret: TypeId::ANY_OR_ERROR,
            captures_at: n_params,
            ty: TypeId::FUNCTION,
            annotations: Vec::new(),
        });
        id
    }

    fn text(&mut self, text: &str) -> u32 {
        self.program.add_const(Const::String(text.into()))
    }

    fn isolate(mut self) -> (Isolate, tokio::runtime::Runtime) {
        self.program.link().expect("the calls have targets");
        let (host, io) = host();
        let isolate = Isolate::new(self.program, natives, Arc::new(host));
        (isolate.expect("the natives are there"), io)
    }

    /// The result of `main`; all strands end.
    fn run(self, main: FuncId, args: &[V]) -> Result<V, String> {
        let (mut isolate, _io) = self.isolate();
        run(&mut isolate, main, args)
    }
}

fn run(isolate: &mut Isolate, main: FuncId, args: &[V]) -> Result<V, String> {
    match isolate.run_to_end(V::func(main), args) {
        Ok(value) => Ok(value),
        Err(Halted::Panicked(Thrown(error))) => Err(reason(isolate, error)),
        Err(Halted::OutputGone) => Err("output gone".to_owned()),
    }
}

fn reason(isolate: &Isolate, error: V) -> String {
    let reason = isolate.heap.error(error).reason;
    isolate.heap.str(reason).to_owned()
}

fn host() -> (Host, tokio::runtime::Runtime) {
    let io = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    (Host::new(io.handle().clone(), Registry::empty()), io)
}

fn shifted(op: Op, by: u32) -> Op {
    let mut op = op;
    match &mut op {
        Op::Jmp { d }
        | Op::Loop { d }
        | Op::JmpTrue { d, .. }
        | Op::JmpNil { d, .. }
        | Op::JmpGiven { d, .. }
        | Op::LtIntKJmp { d, .. }
        | Op::LtIntJmp { d, .. }
        | Op::LeIntJmp { d, .. }
        | Op::LtIntLoop { d, .. }
        | Op::GtIntKLoop { d, .. }
        | Op::ForLt { d, .. }
        | Op::ForLe { d, .. }
        | Op::IterNext { d, .. }
        | Op::IterLoop { d, .. } => *d += by,
        _ => {}
    }
    op
}

fn natives(key: &str) -> Option<Native> {
    match key {
        "later" => Some(|_, args| {
            let n = args[0].as_int();
            Outcome::wait(tokio::task::yield_now(), move |_, ()| {
                Outcome::Done(V::int(n + 1))
            })
        }),
        "twice" => Some(|_, args| {
            let function = args[0];
            Outcome::call(function, vec![V::int(1)], move |_, first| {
                Outcome::call(function, vec![first], |_, second| Outcome::Done(second))
            })
        }),
        "nested" => Some(|cx, args| cx.call(args[0], &[V::int(20)]).into()),
        "broken" => Some(|_: &mut Ctx, _| panic!("a fault on purpose")),
        "string" => {
            Some(|cx, _| Outcome::Done(cx.heap.new_string("a string of more than 22 bytes")))
        }
        _ => None,
    }
}

/// `fib(n)` in register 0; calls itself, number 0.
fn fib(asm: &mut Assembler) -> FuncId {
    asm.function(
        "fib",
        1,
        &[
            Op::LtIntKJmp { a: 0, k: 2, d: 6 },
            Op::AddIntK { a: 1, b: 0, d: -1 },
            Op::Call { a: 1, d: 0 },
            Op::AddIntK { a: 2, b: 0, d: -2 },
            Op::Call { a: 2, d: 0 },
            Op::AddInt { a: 0, b: 1, c: 2 },
            Op::Return { a: 0 },
        ],
    )
}

#[test]
fn values_live_across_two_calls() {
    let mut asm = Assembler::new();
    let fib = fib(&mut asm);
    assert_eq!(asm.run(fib, &[V::int(20)]), Ok(V::int(6765)));
}

#[test]
fn deep_recursion_is_a_panic_that_a_handler_catches() {
    let mut asm = Assembler::new();
    let down = asm.function(
        "down",
        1,
        &[
            Op::AddIntK { a: 1, b: 0, d: 1 },
            Op::Call { a: 1, d: 0 },
            Op::Return { a: 1 },
        ],
    );
    let caught = asm.function(
        "caught",
        0,
        &[
            Op::LoadInt { a: 1, d: 0 },
            Op::Call { a: 1, d: down.0 },
            Op::LoadInt { a: 0, d: 7 },
            Op::Return { a: 0 },
        ],
    );
    let start = asm.program.ops.len() as u32 - 4;
    asm.program.handlers.push(Handler {
        start: start + 1,
        end: start + 2,
        target: start + 3,
        register: 0,
    });
    let (mut isolate, _io) = asm.isolate();
    let result = isolate.run_to_end(V::func(caught), &[]).expect("caught");
    assert_eq!(reason(&isolate, result), "{ballerina}StackOverflow");
    let uncaught = run(&mut isolate, down, &[V::int(0)]);
    assert_eq!(uncaught, Err("{ballerina}StackOverflow".to_owned()));
}

#[test]
fn division_by_zero_names_the_place() {
    let mut asm = Assembler::new();
    let f = asm.function(
        "f",
        0,
        &[
            Op::LoadInt { a: 0, d: 1 },
            Op::LoadInt { a: 1, d: 0 },
            Op::DivInt { a: 0, b: 0, c: 1 },
            Op::Return { a: 0 },
        ],
    );
    asm.program
        .lines
        .push(crate::bytecode::chunk::Line { pc: 4, line: 12 });
    let (mut isolate, _io) = asm.isolate();
    let Err(Halted::Panicked(Thrown(error))) = isolate.run_to_end(V::func(f), &[]) else {
        panic!("no panic");
    };
    let text = uncaught(&mut isolate, error);
    assert!(text.ends_with("\n\tat test:f(test.bal:12)\n"), "{text}");
    assert_eq!(reason(&isolate, error), "{ballerina}DivisionByZero");
}

#[test]
fn closures_share_a_cell() {
    let mut asm = Assembler::new();
    // Adds its argument to the captured variable.
    let add = asm.function(
        "add",
        1,
        &[
            Op::GetCell { a: 2, b: 1 },
            Op::AddInt { a: 2, b: 2, c: 0 },
            Op::SetCell { a: 1, b: 2 },
            Op::Return { a: 2 },
        ],
    );
    let main = asm.function(
        "main",
        0,
        &[
            Op::LoadInt { a: 0, d: 5 },
            Op::NewCell { a: 0, b: 0 },
            Op::NewClosure {
                a: 1,
                b: 0,
                c: 1,
                d: add.0,
            },
            Op::LoadInt { a: 2, d: 1 },
            Op::CallValue { a: 2, b: 1, c: 1 },
            Op::LoadInt { a: 2, d: 10 },
            Op::CallValue { a: 2, b: 1, c: 1 },
            Op::GetCell { a: 0, b: 0 },
            Op::Return { a: 0 },
        ],
    );
    assert_eq!(asm.run(main, &[]), Ok(V::int(16)));
}

#[test]
fn natives_wait_call_back_and_fail_alone() {
    let mut asm = Assembler::new();
    let fib = fib(&mut asm);
    let later = asm.native("later", 1);
    let twice = asm.native("twice", 1);
    let nested = asm.native("nested", 1);
    let broken = asm.native("broken", 0);
    let call = |native: FuncId, argument: FuncId| {
        [
            Op::LoadFunc {
                a: 0,
                d: argument.0,
            },
            Op::CallNative {
                a: 0,
                b: 1,
                d: native.0,
            },
            Op::Return { a: 0 },
        ]
    };
    let twice_later = asm.function("twice_later", 0, &call(twice, later));
    let nested_fib = asm.function("nested_fib", 0, &call(nested, fib));
    let nested_later = asm.function("nested_later", 0, &call(nested, later));
    let nested_broken = asm.function("nested_broken", 0, &call(nested, broken));
    let (mut isolate, _io) = asm.isolate();
    assert_eq!(run(&mut isolate, twice_later, &[]), Ok(V::int(3)));
    assert_eq!(run(&mut isolate, nested_fib, &[]), Ok(V::int(6765)));
    let internal = Err("{ballerina}InternalError".to_owned());
    assert_eq!(run(&mut isolate, nested_later, &[]), internal);
    assert_eq!(run(&mut isolate, nested_broken, &[]), internal);
    assert_eq!(run(&mut isolate, twice_later, &[]), Ok(V::int(3)));
}

#[test]
fn workers_send_receive_and_fail() {
    let mut asm = Assembler::new();
    // Sends 1, 2 and returns what the channel's other end waits for.
    let worker = asm.function(
        "worker",
        1,
        &[
            Op::LoadInt { a: 1, d: 1 },
            Op::Send { a: 1, b: 0 },
            Op::LoadInt { a: 1, d: 2 },
            Op::SyncSend { a: 2, b: 0, c: 1 },
            Op::LoadInt { a: 1, d: 0 },
            Op::RemInt { a: 1, b: 1, c: 1 },
            Op::ReturnNil,
        ],
    );
    let main = asm.function(
        "main",
        0,
        &[
            Op::NewChannel { a: 0 },
            Op::Move { a: 1, b: 0 },
            Op::LoadFunc { a: 2, d: worker.0 },
            Op::Start { a: 1, b: 1, c: 2 },
            Op::ChannelSender { a: 0, b: 1 },
            Op::Receive { a: 2, b: 0 },
            Op::Receive { a: 3, b: 0 },
            Op::AddInt { a: 2, b: 2, c: 3 },
            Op::SetGlobal { a: 2, d: 0 },
            // The worker panics now.
            Op::Receive { a: 3, b: 0 },
            Op::Return { a: 2 },
        ],
    );
    asm.program.globals.push(crate::bytecode::chunk::Global {
        name: Name::new("sum"),
        ty: TypeId::INT,
    });
    let (mut isolate, _io) = asm.isolate();
    let result = run(&mut isolate, main, &[]);
    assert_eq!(result, Err("{ballerina}DivisionByZero".to_owned()));
    assert_eq!(isolate.globals, [V::int(3)]);
}

#[test]
fn a_wait_without_end_is_a_panic() {
    let mut asm = Assembler::new();
    let main = asm.function(
        "main",
        0,
        &[
            Op::NewChannel { a: 0 },
            Op::Receive { a: 0, b: 0 },
            Op::Return { a: 0 },
        ],
    );
    assert_eq!(asm.run(main, &[]), Err("{ballerina}Deadlock".to_owned()));
}

#[test]
fn locks_are_reentrant_and_pass_on_in_order() {
    let mut asm = Assembler::new();
    // Adds 1 to the module variable, with turns of other strands in between.
    let add = asm.function(
        "add",
        0,
        &[
            Op::Lock { d: 0 },
            Op::Lock { d: 0 },
            Op::GetGlobal { a: 0, d: 0 },
            Op::LoadInt { a: 1, d: 0 },
            Op::LoadInt { a: 2, d: 50_000 },
            Op::ForLt { a: 1, b: 2, d: 5 },
            Op::AddIntK { a: 0, b: 0, d: 1 },
            Op::SetGlobal { a: 0, d: 0 },
            Op::Unlock { d: 0 },
            Op::Unlock { d: 0 },
            Op::ReturnNil,
        ],
    );
    let main = asm.function(
        "main",
        0,
        &[
            Op::LoadInt { a: 0, d: 0 },
            Op::SetGlobal { a: 0, d: 0 },
            Op::LoadFunc { a: 5, d: add.0 },
            Op::Start { a: 0, b: 0, c: 5 },
            Op::Start { a: 1, b: 0, c: 5 },
            Op::Start { a: 2, b: 0, c: 5 },
            Op::Wait { a: 0, b: 0 },
            Op::Wait { a: 1, b: 1 },
            Op::Wait { a: 2, b: 2 },
            Op::GetGlobal { a: 0, d: 0 },
            Op::Return { a: 0 },
        ],
    );
    asm.program.globals.push(crate::bytecode::chunk::Global {
        name: Name::new("n"),
        ty: TypeId::INT,
    });
    asm.program.n_locks = 1;
    assert_eq!(asm.run(main, &[]), Ok(V::int(3)));
}

/// Types with a node record `{ Node? next; int n; }`.
fn node_type(asm: &mut Assembler) -> TypeId {
    let types = &mut asm.program.types;
    let node = types.reserve();
    let next = types.nilable(node);
    let field = |name: &str, ty| RecordField {
        name: Name::new(name),
        ty,
        optional: false,
        default: None,
    };
    let record = RecordType {
        fields: vec![field("next", next), field("n", TypeId::INT)],
        ..RecordType::default()
    };
    types.define(node, TypeDesc::Record(Box::new(record)));
    node
}

#[test]
fn collecting_at_every_safepoint_keeps_what_is_reachable() {
    let mut asm = Assembler::new();
    let node = node_type(&mut asm);
    asm.program.templates.push(RecordTemplate {
        ty: node,
        parts: vec![Part::Field(Name::new("n")), Part::Field(Name::new("next"))],
    });
    let string = asm.native("string", 0);
    let next_of = u32::from(Tag::Record as u8) << 24 | node.0;
    let main = asm.function(
        "main",
        0,
        &[
            // A list of 0..99 …
            Op::LoadNil { a: 0 },
            Op::LoadInt { a: 1, d: 0 },
            Op::LoadInt { a: 2, d: 100 },
            Op::Move { a: 3, b: 1 },
            Op::Move { a: 4, b: 0 },
            Op::NewRecord { a: 0, b: 3, d: 0 },
            Op::CallNative {
                a: 5,
                b: 0,
                d: string.0,
            },
            Op::ForLt { a: 1, b: 2, d: 3 },
            // … and its sum.
            Op::LoadInt { a: 1, d: 0 },
            Op::GetFieldInt {
                a: 2,
                b: 0,
                c: 1,
                d: node.0,
            },
            Op::AddInt { a: 1, b: 1, c: 2 },
            Op::GetFieldRef {
                a: 0,
                b: 0,
                c: 0,
                d: next_of,
            },
            Op::JmpNil { a: 0, d: 14 },
            Op::Loop { d: 9 },
            Op::Return { a: 1 },
        ],
    );
    let (mut isolate, _io) = asm.isolate();
    isolate.heap.set_stress(true);
    assert_eq!(run(&mut isolate, main, &[]), Ok(V::int(4950)));
    isolate.heap.collect(|_| ());
    assert_eq!(isolate.heap.n_record_bytes(), 0);
}

#[test]
fn members_come_in_the_order_of_the_literal() {
    let mut asm = Assembler::new();
    let node = node_type(&mut asm);
    asm.program.templates.push(RecordTemplate {
        ty: node,
        parts: vec![Part::Field(Name::new("n")), Part::Field(Name::new("next"))],
    });
    let main = asm.function(
        "main",
        0,
        &[
            Op::LoadInt { a: 0, d: 1 },
            Op::LoadNil { a: 1 },
            Op::NewRecord { a: 0, b: 0, d: 0 },
            Op::Return { a: 0 },
        ],
    );
    let (mut isolate, _io) = asm.isolate();
    let record = run(&mut isolate, main, &[]).expect("a record");
    let members = isolate.heap.members(record);
    assert_eq!(members, [("n", V::int(1)), ("next", V::NIL)]);
}

#[test]
fn another_layout_is_read_and_written_by_name() {
    let mut asm = Assembler::new();
    let narrow = {
        let types = &mut asm.program.types;
        let fields = vec![ObjectField {
            name: Name::new("n"),
            ty: TypeId::INT,
            public: true,
            private: false,
        }];
        types.intern(TypeDesc::Object(Box::new(ObjectType {
            fields,
            ..ObjectType::default()
        })))
    };
    let get = asm.function(
        "get",
        1,
        &[
            Op::GetFieldInt {
                a: 0,
                b: 0,
                c: 0,
                d: narrow.0,
            },
            Op::Return { a: 0 },
        ],
    );
    let wide = {
        let types = &mut asm.program.types;
        let field = |name: &str, ty| ObjectField {
            name: Name::new(name),
            ty,
            public: true,
            private: false,
        };
        let nilable = types.nilable(TypeId::INT);
        let method = Method {
            name: Name::new("get"),
            func: Some(get),
            signature: FunctionType {
                params: Vec::new(),
                rest: None,
                ret: TypeId::INT,
            },
            public: true,
            private: false,
            remote: false,
            resource: false,
        };
        types.intern(TypeDesc::Object(Box::new(ObjectType {
            fields: vec![field("x", nilable), field("n", TypeId::INT)],
            methods: vec![method],
            ..ObjectType::default()
        })))
    };
    asm.program.sites.push(MethodSite {
        method: Name::new("get"),
    });
    let main = asm.function(
        "main",
        0,
        &[
            Op::NewObject { a: 0, d: wide.0 },
            Op::LoadInt { a: 1, d: 9 },
            Op::SetFieldInt {
                a: 0,
                b: 1,
                c: 2,
                d: wide.0,
            },
            Op::Move { a: 2, b: 0 },
            Op::CallMethod { a: 2, b: 1, d: 0 },
            Op::SetFieldAny {
                a: 0,
                b: 2,
                c: 0,
                d: wide.0,
            },
            Op::GetFieldAny {
                a: 1,
                b: 0,
                c: 0,
                d: wide.0,
            },
            Op::BindMethod { a: 3, b: 0, d: 0 },
            Op::CallValue { a: 4, b: 0, c: 3 },
            Op::AddInt { a: 0, b: 1, c: 4 },
            Op::Return { a: 0 },
        ],
    );
    assert_eq!(asm.run(main, &[]), Ok(V::int(18)));
}

#[test]
fn lists_and_strings_grow() {
    let mut asm = Assembler::new();
    let x = asm.text("x");
    let main = asm.function(
        "main",
        0,
        &[
            Op::NewList {
                a: 0,
                b: 0,
                c: 0,
                d: TypeId::INT_ARRAY.0,
            },
            Op::LoadConst { a: 1, d: x },
            Op::LoadConst { a: 2, d: x },
            Op::LoadInt { a: 3, d: 0 },
            Op::LoadInt { a: 4, d: 1000 },
            Op::Push { a: 0, b: 3 },
            Op::Move { a: 5, b: 1 },
            Op::Move { a: 6, b: 3 },
            Op::Concat { a: 1, b: 5, c: 2 },
            Op::Append { a: 1, b: 2 },
            Op::ForLt { a: 3, b: 4, d: 5 },
            Op::LoadInt { a: 3, d: 999 },
            Op::GetInt { a: 2, b: 0, c: 3 },
            Op::StringLen { a: 1, b: 1 },
            Op::AddInt { a: 0, b: 1, c: 2 },
            Op::Return { a: 0 },
        ],
    );
    // 1 + 1000 x and the digits of 0..999.
    assert_eq!(asm.run(main, &[]), Ok(V::int(1 + 1000 + 2890 + 999)));
}

#[test]
fn a_program_reports_how_it_ended() {
    let stderr = Arc::new(Mutex::new(Vec::new()));
    let mut asm = Assembler::new();
    let reason = asm.text("Broken");
    let main = asm.function(
        "main",
        0,
        &[
            Op::LoadConst { a: 0, d: reason },
            Op::LoadNil { a: 1 },
            Op::NewError {
                a: 0,
                b: 0,
                d: TypeId::ERROR.0,
            },
            Op::Panic { a: 0 },
        ],
    );
    asm.program.main = Some(main);
    asm.program.link().expect("no calls");
    let (mut host, _io) = host();
    host.stderr = Output::new(Box::new(Sink(Arc::clone(&stderr))));
    let ending = run_program(asm.program, natives, Arc::new(host)).expect("no natives");
    assert_eq!(ending, Ending::Failure);
    let printed = stderr.lock().expect("one thread").clone();
    let printed = String::from_utf8(printed).expect("text");
    assert!(printed.starts_with("error: "), "{printed}");
    assert!(
        printed.ends_with("\n\tat test:main(test.bal:0)\n"),
        "{printed}"
    );
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
