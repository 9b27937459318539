//! A strand: registers, frames and what it waits for. Calls of the language live in the two vectors
//! here, never on the machine's own stack, so that a strand can rest at any instruction.

use super::heap::kinds::StrandId;
use super::native::Then;
use super::thrown::Thrown;
use super::value::V;
use crate::limits;

/// Registers that one frame can address.
pub(super) const WINDOW: usize = 256;

/// Registers of a fresh strand.
const FIRST_STACK: usize = 2 * WINDOW;

/// Where a caller goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Frame {
    pub pc: u32,
    pub base: u32,
}

/// What can make a strand go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Waiting {
    /// It runs, or waits for its turn.
    Ready,
    /// Any change: it looks again at the instruction where it stands.
    Change,
    /// The end of a native's future, nothing else.
    Native,
}

/// A native that waits: for a future, or for a call that it made.
pub(super) struct NativeFrame {
    /// The register of its result, from the stack's bottom; its arguments lie there.
    pub dest: u32,
    /// The first register behind its arguments.
    pub top: u32,
    /// What it keeps alive.
    pub keep: Vec<V>,
    /// Goes on after a call; `None` while it waits for a future.
    pub then: Option<Then>,
}

/// What happens when the strand has ended; gets the isolate.
pub(super) type OnEnd = Box<dyn FnOnce(&mut super::isolate::Isolate, Result<V, Thrown>)>;

/// Held by a strand and all strands that these start in turn: dropped when the last of them has ended.
pub type Group = std::sync::Arc<dyn std::any::Any + Send + Sync>;

/// One strand.
pub struct Strand {
    pub(super) id: StrandId,
    /// The next instruction.
    pub(super) pc: u32,
    /// The window of the running frame.
    pub(super) base: u32,
    pub(super) stack: Vec<V>,
    /// Callers; those below `depth` are in use.
    pub(super) frames: Vec<Frame>,
    pub(super) depth: usize,
    pub(super) waiting: Waiting,
    pub(super) natives: Vec<NativeFrame>,
    /// Values that natives on this strand hold while they run language code.
    pub(super) pins: Vec<V>,
    /// Calls of natives into the language that are in progress on the machine's stack.
    pub(super) n_nested: u32,
    /// The function to start with and how many arguments lie in the first registers.
    pub(super) entry: Option<(V, u32)>,
    /// The answer to what the strand waited for.
    pub(super) wake: Option<Result<V, Thrown>>,
    /// Whether the message of the synchronous send that it stands at is on its way.
    pub(super) sent: bool,
    /// Locks that it holds, counted with repetition.
    pub(super) n_locks: u32,
    /// Whether its future was cancelled while it ran.
    pub(super) cancelled: bool,
    /// Its own future.
    pub(super) future: V,
    pub(super) on_end: Option<OnEnd>,
    /// A value that goes with the strand and all strands that it starts: the invocation context of
    /// a request. Nil at first.
    pub context: V,
    /// The transaction block in which the strand is, nil outside; natives of databases keep their own there.
    pub transaction: V,
    pub(super) group: Option<Group>,
}

impl Strand {
    pub(super) fn new(id: StrandId, future: V) -> Self {
        Self {
            id,
            pc: crate::bytecode::chunk::HALT,
            base: 0,
            stack: Vec::new(),
            frames: Vec::new(),
            depth: 0,
            waiting: Waiting::Ready,
            natives: Vec::new(),
            pins: Vec::new(),
            n_nested: 0,
            entry: None,
            wake: None,
            sent: false,
            n_locks: 0,
            cancelled: false,
            future,
            on_end: None,
            context: V::NIL,
            transaction: V::NIL,
            group: None,
        }
    }

    /// A register of the running frame.
    #[inline]
    pub(super) fn get(&self, register: u8) -> V {
        self.stack[self.base as usize + usize::from(register)]
    }

    #[inline]
    pub(super) fn set(&mut self, register: u8, value: V) {
        self.stack[self.base as usize + usize::from(register)] = value;
    }

    /// `n` registers from `first` on.
    pub(super) fn range(&self, first: u8, n: u8) -> &[V] {
        let from = self.base as usize + usize::from(first);
        &self.stack[from..from + usize::from(n)]
    }

    /// The registers that may hold live values: up to the end of the running frame's window.
    pub(super) fn live(&self) -> &[V] {
        let end = (self.base as usize + WINDOW).min(self.stack.len());
        &self.stack[..end]
    }

    /// Makes room for a window at `base`; `false` when the stack is full.
    pub(super) fn grow(&mut self, base: usize) -> bool {
        let needed = base + WINDOW;
        if needed > limits::STACK_VALUES {
            return false;
        }
        if needed > self.stack.len() {
            let len = needed.max(2 * self.stack.len()).max(FIRST_STACK);
            self.stack.resize(len.min(limits::STACK_VALUES), V::NIL);
        }
        true
    }
}
