//! An isolate: a heap, the module variables of a program and the strands that run on it, one at a
//! time. Natives get it as their context ([`super::native::Ctx`]) and reach everything through it:
//! values ([`Isolate::heap`]), types, the program, the host, errors, language functions.
//!
//! Other threads reach it through an [`IsolateRef`]: they hand it work and wait for the answer.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;

use rustc_hash::FxHashMap;

use super::heap::Heap;
use super::heap::kinds::{Closure, ErrorType, ErrorValue};
use super::host::Host;
use super::machine::call::Callee;
use super::native::{Natives, Outcome};
use super::schedule::{Event, Scheduler};
pub use super::strand::Group;
use super::strand::Strand;
use super::thrown::Thrown;
use super::value::V;
use crate::base::Name;
use crate::base::decimal::Decimal;
use crate::bytecode::chunk::{Code, Const, Function, Program};
use crate::bytecode::shape::Form;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{Annotation, FuncId, TypeDesc, TypeId, TypeTable};

/// A running program, or the context of a native.
pub struct Isolate {
    pub heap: Heap,
    pub types: TypeTable,
    pub program: Rc<Program>,
    /// Module variables.
    pub globals: Vec<V>,
    pub host: Arc<Host>,
    /// The strand that runs.
    pub strand: Strand,
    /// The constants of the pool as values.
    pub(super) consts: Vec<V>,
    /// By function.
    pub(super) callees: Vec<Callee>,
    /// A buffer for texts in the making.
    pub(super) scratch: String,
    pub(super) scheduler: Scheduler,
    /// Fields of other layouts than the instruction's, by (type in the instruction, word, type of
    /// the value).
    pub(super) other_layouts: FxHashMap<(u32, u8, u32), OtherSlot>,
    /// What each `NewRecord` template stores where; made when first used.
    pub(super) plans: Vec<Option<Rc<super::machine::literal::Plan>>>,
    /// The last class of each method site and where its method starts, if that is a plain jump.
    pub(super) methods: Vec<(u32, u32)>,
    by_name: FxHashMap<(Name, Name), FuncId>,
}

/// The place of a field in another layout.
#[derive(Clone, Copy, Debug)]
pub(super) struct OtherSlot {
    pub name: Name,
    /// Word and form; none where the value has no such declared field.
    pub place: Option<(u16, Form)>,
}

/// A program that cannot be started: its natives are not there.
#[derive(thiserror::Error, Debug)]
#[error("there is no native function '{0}'")]
pub struct MissingNative(pub Name);

impl Isolate {
    /// An isolate for `program` whose natives are found by `natives`.
    pub fn new(
        mut program: Program,
        natives: Natives,
        host: Arc<Host>,
    ) -> Result<Self, MissingNative> {
        let found = program
            .functions
            .iter()
            .map(|function| match function.code {
                Code::Native(key) => match natives(key.as_str()) {
                    Some(native) => Ok(Some(native)),
                    None => Err(MissingNative(key)),
                },
                Code::Ops { .. } | Code::Missing => Ok(None),
            });
        let natives = found.collect::<Result<Vec<_>, _>>()?;
        let callees = program.functions.iter().zip(natives);
        let callees = callees.map(|(function, native)| Callee::of(function, native));
        let callees = callees.collect();
        let mut heap = Heap::new();
        heap.function_types = program.functions.iter().map(|f| f.ty).collect();
        let consts = program.constants.iter();
        let consts = consts.map(|constant| const_value(&mut heap, constant));
        let consts = consts.collect();
        let by_name = program.functions.iter().enumerate();
        let by_name = by_name
            .map(|(index, f)| ((f.module, f.name), FuncId(index as u32)))
            .collect();
        let types = std::mem::take(&mut program.types);
        let first = Strand::new(super::heap::kinds::StrandId(0), V::NIL);
        Ok(Self {
            heap,
            types,
            globals: vec![V::NIL; program.globals.len()],
            host,
            strand: first,
            consts,
            callees,
            scratch: String::new(),
            scheduler: Scheduler::new(program.n_locks),
            other_layouts: FxHashMap::default(),
            plans: vec![None; program.templates.len()],
            methods: vec![(u32::MAX, 0); program.sites.len()],
            by_name,
            program: Rc::new(program),
        })
    }

    // ---- errors

    /// An error of the language with the stack of this strand.
    pub fn error(&mut self, reason: &str, message: &str) -> V {
        let trace = self.trace();
        self.heap
            .error_of(&self.types, reason, Some(message), trace)
    }

    /// An error without any detail.
    pub fn plain_error(&mut self, reason: &str) -> V {
        let trace = self.trace();
        self.heap.error_of(&self.types, reason, None, trace)
    }

    /// An error with the detail `detail`, a mapping that is not changed any more. `ty` is its type,
    /// `TypeId::ERROR` where it has no other.
    pub fn error_with(&mut self, ty: TypeId, reason: &str, detail: V) -> V {
        let reason = self.heap.new_string(reason);
        self.heap.freeze(detail);
        let trace = self.trace();
        self.heap.new_error(ErrorValue {
            ty: ErrorType(ty),
            reason,
            detail,
            trace,
        })
    }

    /// A panic with a reason and a message.
    pub fn thrown(&mut self, reason: &str, message: &str) -> Thrown {
        Thrown(self.error(reason, message))
    }

    /// A native's outcome: a panic with a reason and a message.
    pub fn panic(&mut self, reason: &str, message: &str) -> Outcome {
        Outcome::Panic(self.error(reason, message))
    }

    // ---- the program

    pub fn function(&self, func: FuncId) -> Option<&Function> {
        self.program.function(func)
    }

    /// The function behind a function value.
    pub fn function_of(&self, v: V) -> Option<&Function> {
        match v.tag() {
            Tag::Func => self.program.function(v.as_func()),
            Tag::Closure => self.program.function(self.heap.closure(v).func),
            _ => None,
        }
    }

    /// The function `name` of a module, both as stack traces print them.
    pub fn find_function(&self, module: &str, name: &str) -> Option<V> {
        let key = (Name::new(module), Name::new(name));
        self.by_name.get(&key).map(|&func| V::func(func))
    }

    /// The type that the library declares as `key`, `"ballerina/http:Request"`.
    pub fn named_type(&self, key: &str) -> Option<TypeId> {
        self.program.named_types.get(&Name::new(key)).copied()
    }

    /// The method `name` of an object, bound to it.
    pub fn method(&mut self, object: V, name: &str) -> Option<V> {
        let func = self.method_id(self.heap.block_type(object), Name::new(name))?;
        Some(self.heap.new_closure(Closure {
            func,
            receiver: Some(object),
            captures: Box::default(),
        }))
    }

    /// The code of the method `name` of a class.
    pub fn method_id(&self, class: TypeId, name: Name) -> Option<FuncId> {
        let TypeDesc::Object(object) = self.types.get(class) else {
            return None;
        };
        let method = object.methods.iter().find(|method| method.name == name)?;
        method.func
    }

    /// The value of the annotation `key` among `annotations` (of a type or function).
    pub fn annotation(&self, annotations: &[Annotation], key: &str) -> Option<V> {
        let key = Name::new(key);
        let annotation = annotations.iter().find(|a| a.key == key)?;
        self.globals.get(annotation.value.0 as usize).copied()
    }

    /// Where the strand stands: instruction addresses, the innermost first.
    pub fn trace(&self) -> Box<[u32]> {
        let strand = &self.strand;
        let frames = strand.frames.get(..strand.depth).unwrap_or_default();
        let callers = frames.iter().rev().map(|frame| frame.pc);
        std::iter::once(strand.pc)
            .chain(callers)
            .filter(|&pc| pc > crate::bytecode::chunk::THEN)
            .map(|pc| pc - 1)
            .take(crate::limits::TRACE_FRAMES)
            .collect()
    }

    // ---- running language code

    /// Calls a function value and waits for its end, on the machine's own stack: for comparators
    /// and text forms, where the callee cannot wait (it panics if it tries). Everything else uses
    /// [`Outcome::Call`]. Values that the native holds across the call must be reachable (see
    /// `runtime::heap`) or pinned by [`Isolate::hold`].
    #[inline]
    pub fn call(&mut self, function: V, args: &[V]) -> Result<V, Thrown> {
        super::machine::call_nested(self, function, args)
    }

    /// Keeps `v` alive until the running native has returned.
    pub fn hold(&mut self, v: V) {
        self.strand.pins.push(v);
    }

    /// Starts a strand that calls `function`; its future.
    pub fn start(&mut self, function: V, args: &[V]) -> V {
        self.spawn(function, args, self.strand.context, None)
    }

    /// The same; `then` runs on the isolate when the strand has ended.
    pub fn start_then(
        &mut self,
        function: V,
        args: &[V],
        then: impl FnOnce(&mut Self, Result<V, Thrown>) + 'static,
    ) -> V {
        let context = self.strand.context;
        self.spawn(function, args, context, Some(Box::new(then)))
    }

    /// A way for other threads to reach this isolate.
    pub fn isolate_ref(&self) -> IsolateRef {
        self.scheduler.isolate_ref.clone()
    }
}

/// Reaches an isolate from other threads. While one exists outside, a program whose strands all
/// wait is not taken for a deadlock.
#[derive(Clone)]
pub struct IsolateRef(pub(super) Arc<mpsc::Sender<Event>>);

/// A call that comes from outside.
pub struct Invocation {
    /// A function value; [`Isolate::method`] makes one of a method.
    pub function: V,
    pub args: Vec<V>,
    /// The context value of its strand ([`Strand::context`]).
    pub context: V,
    /// Dropped when its strand and all that it started have ended.
    pub group: Option<Group>,
}

/// The isolate has ended.
#[derive(thiserror::Error, Clone, Copy, Debug)]
#[error("the program has ended")]
pub struct Ended;

impl IsolateRef {
    /// Runs `prepare` on the isolate, calls the function that it names on a strand of its own, and
    /// gives what `finish` makes of the result; `finish` runs on the isolate as well.
    pub async fn call<R: Send + 'static>(
        &self,
        prepare: impl FnOnce(&mut Isolate) -> Invocation + Send + 'static,
        finish: impl FnOnce(&mut Isolate, Result<V, Thrown>) -> R + Send + 'static,
    ) -> Result<R, Ended> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let job = Event::Job(Box::new(move |isolate: &mut Isolate| {
            let call = prepare(isolate);
            let on_end = move |isolate: &mut Isolate, result| {
                // The caller may have gone.
                let _ = sender.send(finish(isolate, result));
            };
            let on_end = Some(Box::new(on_end) as super::strand::OnEnd);
            // Between two turns no strand runs: what holds for the next one is put in its place.
            let before = std::mem::replace(&mut isolate.strand.group, call.group);
            isolate.spawn(call.function, &call.args, call.context, on_end);
            isolate.strand.group = before;
        }));
        self.0.send(job).map_err(|_| Ended)?;
        receiver.await.map_err(|_| Ended)
    }

    /// Runs `work` on the isolate between two turns of its strands; it must be short.
    pub async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Isolate) -> R + Send + 'static,
    ) -> Result<R, Ended> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let job = Event::Job(Box::new(move |isolate: &mut Isolate| {
            // The caller may have gone.
            let _ = sender.send(work(isolate));
        }));
        self.0.send(job).map_err(|_| Ended)?;
        receiver.await.map_err(|_| Ended)
    }
}

fn const_value(heap: &mut Heap, constant: &Const) -> V {
    match constant {
        Const::Int(value) => V::int(*value),
        Const::Float(value) => V::float(*value),
        Const::Decimal(text) => {
            let value = Decimal::parse(text).unwrap_or_else(Decimal::zero);
            heap.new_decimal(value)
        }
        Const::String(text) => heap.new_string(text),
        // Read from the pool where they are used.
        Const::Bytes(_) | Const::Keys(_) => V::NIL,
    }
}
