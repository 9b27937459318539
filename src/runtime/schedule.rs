//! Strands take turns here: which are ready, which wait and for what, and the events that come
//! from other threads. One strand runs at a time, until it waits, ends or has used its budget.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc;

use rustc_hash::FxHashMap;

use super::heap::kinds::StrandId;
use super::isolate::{Isolate, IsolateRef};
use super::native::Resume;
use super::strand::{OnEnd, Strand};
use super::value::V;

/// What other threads tell an isolate.
pub(super) enum Event {
    /// The future that a native of this strand waited for is done.
    Resume(StrandId, Resume),
    /// Work from outside.
    Job(Box<dyn FnOnce(&mut Isolate) + Send>),
    /// The program is to stop.
    Stop,
}

/// The strands of an isolate besides the running one.
pub(super) struct Scheduler {
    pub strands: FxHashMap<StrandId, Strand>,
    pub ready: VecDeque<StrandId>,
    pub locks: Vec<Lock>,
    pub events: mpsc::Receiver<Event>,
    pub isolate_ref: IsolateRef,
    pub last_strand: u64,
    /// Counts ends of strands, to know which was first.
    pub n_ended: u64,
    pub stopping: bool,
}

/// A lock of the language.
#[derive(Clone, Default, Debug)]
pub(super) struct Lock {
    pub owner: Option<StrandId>,
    pub depth: u32,
    pub waiters: VecDeque<StrandId>,
}

impl Scheduler {
    pub fn new(n_locks: u32) -> Self {
        let (sender, events) = mpsc::channel();
        Self {
            strands: FxHashMap::default(),
            ready: VecDeque::new(),
            locks: vec![Lock::default(); n_locks as usize],
            events,
            isolate_ref: IsolateRef(Arc::new(sender)),
            last_strand: 0,
            n_ended: 0,
            stopping: false,
        }
    }

    /// Puts a waiting strand among the ready ones.
    pub fn wake(&mut self, id: StrandId) {
        if self.strands.contains_key(&id) && !self.ready.contains(&id) {
            self.ready.push_back(id);
        }
    }
}

impl Isolate {
    /// Starts a strand that calls `function`; its future.
    pub(super) fn spawn(
        &mut self,
        function: V,
        args: &[V],
        context: V,
        on_end: Option<OnEnd>,
    ) -> V {
        self.scheduler.last_strand += 1;
        let id = StrandId(self.scheduler.last_strand);
        let future = self.heap.new_future();
        let mut strand = Strand::new(id, future);
        strand.grow(args.len());
        strand.stack[..args.len()].copy_from_slice(args);
        strand.entry = Some((function, args.len() as u32));
        strand.context = context;
        strand.on_end = on_end;
        self.scheduler.strands.insert(id, strand);
        self.scheduler.ready.push_back(id);
        future
    }
}
