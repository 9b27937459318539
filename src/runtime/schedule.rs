//! Strands take turns here: which are ready, which wait and for what, and the events that come
//! from other threads. One strand runs at a time, until it waits, ends or has used its budget.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc;

use rustc_hash::FxHashMap;

use super::heap::kinds::{FutureState, StrandId};
use super::isolate::{Isolate, IsolateRef};
use super::machine::{self, Exit, call, unwind};
use super::native::Resume;
use super::strand::{OnEnd, Strand, Waiting};
use super::thrown::{self, Thrown};
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
    last_strand: u64,
    /// Counts ends of strands, to know which was first.
    n_ended: u64,
    stopping: bool,
}

/// A lock of the language.
#[derive(Clone, Default, Debug)]
pub(super) struct Lock {
    pub owner: Option<StrandId>,
    pub depth: u32,
    pub waiters: VecDeque<StrandId>,
}

/// Why the strand that the program waits for gives no value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Halted {
    Panicked(Thrown),
    /// Nobody reads the output any more.
    OutputGone,
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

    /// Lets a strand that waits for a change look again.
    pub fn wake(&mut self, id: StrandId) {
        if let Some(strand) = self.strands.get_mut(&id)
            && strand.waiting == Waiting::Change
        {
            strand.waiting = Waiting::Ready;
            self.ready.push_back(id);
        }
    }

    /// The same, with the answer that it waits for.
    pub fn wake_with(&mut self, id: StrandId, answer: Result<V, Thrown>) {
        if let Some(strand) = self.strands.get_mut(&id) {
            strand.wake = Some(answer);
        }
        self.wake(id);
    }

    /// Gives a lock that has become free to the strand that waits longest.
    pub fn pass_on(&mut self, lock: usize) {
        let lock = &mut self.locks[lock];
        lock.depth = 0;
        lock.owner = lock.waiters.pop_front();
        if let Some(owner) = lock.owner {
            self.wake(owner);
        }
    }

    /// Whether anybody outside of the isolate can still reach it.
    fn is_reachable(&self) -> bool {
        Arc::strong_count(&self.isolate_ref.0) > 1
    }
}

impl Isolate {
    /// Starts a strand that calls `function`; its future. It belongs to the group of the one that runs.
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
        strand.group.clone_from(&self.strand.group);
        strand.on_end = on_end;
        self.scheduler.strands.insert(id, strand);
        self.scheduler.ready.push_back(id);
        future
    }

    /// Starts a strand and lets all strands take turns until it has ended.
    pub(super) fn run_to_end(&mut self, function: V, args: &[V]) -> Result<V, Halted> {
        let future = self.spawn(function, args, V::NIL, None);
        let pin = self.heap.pin(future);
        let result = loop {
            match self.heap.future(future).state {
                FutureState::Done(value) => break Ok(value),
                FutureState::Panicked(error) => break Err(Halted::Panicked(Thrown(error))),
                FutureState::Pending => {}
            }
            match self.turn() {
                Turn::Taken | Turn::StopRequested => {}
                Turn::OutputGone => break Err(Halted::OutputGone),
                Turn::Deadlock => {
                    let thrown = self.thrown(
                        thrown::DEADLOCK,
                        "every strand waits for another one: none can go on",
                    );
                    break Err(Halted::Panicked(thrown));
                }
            }
        };
        self.heap.unpin(pin);
        result
    }

    /// Lets all strands take turns until the program is told to stop.
    pub(super) fn run_until_stopped(&mut self) -> Result<(), Halted> {
        while !self.scheduler.stopping {
            match self.turn() {
                Turn::Taken | Turn::StopRequested => {}
                Turn::OutputGone => return Err(Halted::OutputGone),
                // Nothing is left to serve, and nobody to say stop.
                Turn::Deadlock => return Ok(()),
            }
        }
        Ok(())
    }

    /// One strand's turn, or the wait for an event.
    fn turn(&mut self) -> Turn {
        let mut has_taken = false;
        while let Ok(event) = self.scheduler.events.try_recv() {
            self.take_event(event);
            has_taken = true;
        }
        if let Some(id) = self.scheduler.ready.pop_front() {
            self.run_strand(id, None);
            if self.host.stdout.is_broken() {
                return Turn::OutputGone;
            }
            return Turn::Taken;
        }
        if has_taken {
            // Whoever waits for the end of a strand may have it now.
            return Turn::Taken;
        }
        self.host.stdout.flush();
        if self.host.stdout.is_broken() {
            return Turn::OutputGone;
        }
        if !self.scheduler.is_reachable() {
            // What was sent before the last one went is still there.
            return match self.scheduler.events.try_recv() {
                Ok(event) => self.take_event(event),
                Err(_) => Turn::Deadlock,
            };
        }
        match self.scheduler.events.recv() {
            Ok(event) => self.take_event(event),
            Err(_) => Turn::Deadlock,
        }
    }

    fn take_event(&mut self, event: Event) -> Turn {
        match event {
            Event::Resume(id, resume) => self.run_strand(id, Some(resume)),
            Event::Job(job) => {
                // The fault has been reported; whoever sent the job sees that no answer comes.
                let _ = catch_unwind(AssertUnwindSafe(|| job(self)));
            }
            Event::Stop => {
                self.scheduler.stopping = true;
                return Turn::StopRequested;
            }
        }
        Turn::Taken
    }

    /// Stops the strand of a future where it next yields; whoever waits for it gets a panic.
    pub fn cancel(&mut self, future: V) {
        if self.strand.future == future {
            self.strand.cancelled = true;
            return;
        }
        let strands = self.scheduler.strands.iter();
        let Some(id) = strands
            .filter(|(_, strand)| strand.future == future)
            .map(|(&id, _)| id)
            .next()
        else {
            return;
        };
        for lock in &mut self.scheduler.locks {
            lock.waiters.retain(|&waiter| waiter != id);
        }
        if let Some(strand) = self.scheduler.strands.remove(&id) {
            self.end_cancelled(strand);
        }
    }

    fn end_cancelled(&mut self, strand: Strand) {
        let message = "the future was cancelled";
        let thrown = self.thrown(thrown::FUTURE_CANCELLED, message);
        self.end_strand(strand, Err(thrown));
    }

    /// Runs a strand until it waits, ends or has used its budget.
    fn run_strand(&mut self, id: StrandId, resume: Option<Resume>) {
        let Some(mut strand) = self.scheduler.strands.remove(&id) else {
            return;
        };
        strand.waiting = Waiting::Ready;
        let outer = std::mem::replace(&mut self.strand, strand);
        let exit = catch_unwind(AssertUnwindSafe(|| self.go_on(resume)));
        let exit = exit.unwrap_or_else(|_| {
            Exit::Panicked(self.thrown(thrown::INTERNAL, "a fault inside taintc"))
        });
        let mut strand = std::mem::replace(&mut self.strand, outer);
        match exit {
            Exit::Done(value) => self.end_strand(strand, Ok(value)),
            Exit::Panicked(thrown) => self.end_strand(strand, Err(thrown)),
            Exit::Parked | Exit::Yielded if strand.cancelled => {
                for lock in &mut self.scheduler.locks {
                    lock.waiters.retain(|&waiter| waiter != id);
                }
                self.end_cancelled(strand);
            }
            Exit::Parked => _ = self.scheduler.strands.insert(id, strand),
            Exit::Yielded => {
                // Who watches sees what a long computation has said so far.
                self.host.stdout.flush();
                strand.waiting = Waiting::Ready;
                self.scheduler.strands.insert(id, strand);
                self.scheduler.ready.push_back(id);
            }
        }
    }

    fn go_on(&mut self, resume: Option<Resume>) -> Exit {
        let entered = if let Some(resume) = resume {
            call::resume(self, resume)
        } else if let Some((function, n)) = self.strand.entry.take() {
            let entered = call::value(self, function, 0, n as usize);
            unwind::settle(self, entered)
        } else {
            Ok(())
        };
        match entered {
            Ok(()) => machine::run(self),
            Err(exit) => exit,
        }
    }

    fn end_strand(&mut self, mut strand: Strand, result: Result<V, Thrown>) {
        let id = strand.id;
        if strand.n_locks > 0 {
            for lock in 0..self.scheduler.locks.len() {
                if self.scheduler.locks[lock].owner == Some(id) {
                    self.scheduler.pass_on(lock);
                }
            }
        }
        self.scheduler.n_ended += 1;
        let future = self.heap.future_mut(strand.future);
        future.ended_at = self.scheduler.n_ended;
        future.state = match result {
            Ok(value) => FutureState::Done(value),
            Err(Thrown(error)) => FutureState::Panicked(error),
        };
        let waiters = std::mem::take(&mut future.waiters);
        let channels = std::mem::take(&mut future.channels);
        for waiter in waiters {
            self.scheduler.wake(waiter);
        }
        for channel in channels {
            self.wake_channel(channel);
        }
        if let Some(on_end) = strand.on_end.take() {
            // As for jobs: the fault has been reported.
            let _ = catch_unwind(AssertUnwindSafe(|| on_end(self, result)));
        }
    }

    /// One end of a channel is gone: whoever waits at the other one looks again.
    fn wake_channel(&mut self, channel: V) {
        let channel = self.heap.channel_mut(channel);
        let receiving = channel.receiving.take();
        let flushing = std::mem::take(&mut channel.flushing);
        let senders = channel.messages.iter().filter_map(|message| message.sync);
        let senders: Vec<StrandId> = senders.collect();
        for id in receiving.into_iter().chain(flushing).chain(senders) {
            self.scheduler.wake(id);
        }
    }
}

/// What a turn came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    Taken,
    StopRequested,
    OutputGone,
    /// No strand is ready and no event can come.
    Deadlock,
}
