//! Records from literals: what each register of a `NewRecord` is stored as is worked out once per
//! template.

use std::rc::Rc;

use super::Stop;
use super::cold::internal;
use crate::bytecode::chunk::Part;
use crate::bytecode::shape::Form;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::runtime::heap::Heap;
use crate::runtime::isolate::Isolate;
use crate::runtime::store;
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

/// What a `NewRecord` template stores where.
#[derive(Debug)]
pub(in crate::runtime) struct Plan {
    ty: TypeId,
    words: u16,
    steps: Vec<Step>,
    /// Whether all steps store into words.
    is_plain: bool,
    /// Words of optional fields that the literal leaves out.
    missing: Vec<u16>,
    order: u16,
}

/// What happens to the next register.
#[derive(Debug)]
enum Step {
    /// Its bits into a word.
    Word(u16),
    /// Tag and bits into two words.
    Two(u16),
    Rest(Box<str>),
    /// A key; the value is in the register behind it.
    Computed,
}

/// A record of declared fields only, from the registers that hold them.
#[inline(never)]
pub(super) fn plain(heap: &mut Heap, plan: &Plan, registers: &[V]) -> Option<V> {
    if !plan.is_plain || registers.len() < plan.steps.len() {
        return None;
    }
    let at = block(heap, plan);
    for (step, value) in plan.steps.iter().zip(registers) {
        match step {
            Step::Word(word) => heap.words.set(at, *word, value.bits()),
            Step::Two(word) => {
                heap.words.set(at, *word, value.tag() as u64);
                heap.words.set(at, *word + 1, value.bits());
            }
            Step::Rest(_) | Step::Computed => {}
        }
    }
    Some(V::handle(Tag::Record, at))
}

fn block(heap: &mut Heap, plan: &Plan) -> u32 {
    heap.charge(usize::from(plan.words) * 8 + 8);
    let at = heap.words.add(plan.ty.0, plan.words);
    for &word in &plan.missing {
        heap.words.set(at, word, Tag::Absent as u64);
    }
    if plan.order != 0 {
        heap.words.set_order(at, plan.order);
    }
    at
}

/// The record that template `d` makes of the registers from `first` on.
pub(super) fn record(cx: &mut Isolate, first: u8, d: u32) -> Result<V, Stop> {
    let plan = plan(cx, d)?;
    let at = block(&mut cx.heap, &plan);
    let record = V::handle(Tag::Record, at);
    let mut register = first;
    for step in &plan.steps {
        let value = cx.strand.get(register);
        register += 1;
        match step {
            Step::Word(word) => cx.heap.words.set(at, *word, value.bits()),
            Step::Two(word) => {
                cx.heap.words.set(at, *word, value.tag() as u64);
                cx.heap.words.set(at, *word + 1, value.bits());
            }
            Step::Rest(key) => _ = cx.heap.set_rest(record, key, value),
            Step::Computed => {
                let member = cx.strand.get(register);
                register += 1;
                store::key_set(cx, record, value, member)?;
            }
        }
    }
    Ok(record)
}

fn plan(cx: &mut Isolate, d: u32) -> Result<Rc<Plan>, Thrown> {
    match cx.plans.get(d as usize) {
        Some(Some(plan)) => Ok(Rc::clone(plan)),
        Some(None) => make_plan(cx, d),
        None => Err(internal(cx, "an unknown record template")),
    }
}

#[cold]
fn make_plan(cx: &mut Isolate, d: u32) -> Result<Rc<Plan>, Thrown> {
    let program = Rc::clone(&cx.program);
    let template = &program.templates[d as usize];
    let shape = cx.heap.shape(&cx.types, template.ty);
    let mut order = Vec::new();
    let mut steps = Vec::new();
    for part in &template.parts {
        steps.push(match part {
            Part::Field(name) => {
                let (Some(slot), Some(index)) = (shape.slot(*name), shape.index(*name)) else {
                    return Err(internal(cx, "a record literal with a field too many"));
                };
                order.push(index);
                match slot.form {
                    Form::Any => Step::Two(slot.word),
                    _ => Step::Word(slot.word),
                }
            }
            Part::Rest(key) => Step::Rest(key.clone()),
            Part::Computed => Step::Computed,
        });
    }
    let slots = shape.slots.iter().zip(0u16..);
    let missing = slots
        .filter(|(slot, index)| slot.optional && !order.contains(index))
        .map(|(slot, _)| slot.word)
        .collect();
    let plan = Rc::new(Plan {
        ty: template.ty,
        words: shape.words,
        is_plain: steps
            .iter()
            .all(|step| matches!(step, Step::Word(_) | Step::Two(_))),
        steps,
        missing,
        order: cx.heap.intern_order(&order),
    });
    cx.plans[d as usize] = Some(Rc::clone(&plan));
    Ok(plan)
}
