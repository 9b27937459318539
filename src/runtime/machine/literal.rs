//! Records from literals: what each register of a `NewRecord` is stored as is worked out once per
//! template.

use std::sync::Arc;

use super::Stop;
use super::cold::internal;
use crate::bytecode::chunk::Part;
use crate::bytecode::shape::Form;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
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

/// The record that template `d` makes of the registers from `first` on.
pub(super) fn record(cx: &mut Isolate, first: u8, d: u32) -> Result<V, Stop> {
    let plan = plan(cx, d)?;
    cx.heap.charge(usize::from(plan.words) * 8 + 8);
    let at = cx.heap.words.add(plan.ty.0, plan.words);
    let record = V::handle(Tag::Record, at);
    for &word in &plan.missing {
        cx.heap.words.set(at, word, Tag::Absent as u64);
    }
    if plan.order != 0 {
        cx.heap.words.set_order(at, plan.order);
    }
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

fn plan(cx: &mut Isolate, d: u32) -> Result<Arc<Plan>, Thrown> {
    match cx.plans.get(d as usize) {
        Some(Some(plan)) => Ok(Arc::clone(plan)),
        Some(None) => make_plan(cx, d),
        None => Err(internal(cx, "an unknown record template")),
    }
}

#[cold]
fn make_plan(cx: &mut Isolate, d: u32) -> Result<Arc<Plan>, Thrown> {
    let program = Arc::clone(&cx.program);
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
    let plan = Arc::new(Plan {
        ty: template.ty,
        words: shape.words,
        steps,
        missing,
        order: cx.heap.intern_order(&order),
    });
    cx.plans[d as usize] = Some(Arc::clone(&plan));
    Ok(plan)
}
