//! The state at one point of a unit: the value of every register and the content of every container.
//! Copies are cheap and joins cost what differs (see [`super::persist`]).

use smallvec::SmallVec;

use super::containers::{ContainerKey, Containers};
use super::ir::{ContainerKind, Reg};
use super::persist::Map;
use super::value::{ContainerId, Content, Value};
use super::witness::Arena;

#[derive(Clone, Debug, Default)]
pub struct State {
    registers: Map<Value>,
    heap: Map<Content>,
    /// The sights of the function values made so far on some way here, sorted: what is written from here
    /// on is seen by them.
    pub closures: SmallVec<[u32; 2]>,
}

impl State {
    pub fn register(&self, reg: Reg) -> Value {
        self.registers.get(reg.0).cloned().unwrap_or_default()
    }

    pub fn set(&mut self, reg: Reg, value: Value) {
        self.registers.insert(reg.0, value);
    }

    pub fn content(&self, container: ContainerId) -> Option<&Content> {
        self.heap.get(container.0)
    }

    /// The content to be changed; that of an unseen container is empty.
    pub fn content_mut(&mut self, container: ContainerId, containers: &Containers) -> &mut Content {
        self.heap.entry(container.0, || {
            Content::new(kind_of(containers.key(container)))
        })
    }

    pub fn put(&mut self, container: ContainerId, content: Content) {
        self.heap.insert(container.0, content);
    }

    pub fn join(&mut self, other: &Self, arena: &Arena) -> bool {
        let mut changed = self.registers.join(&other.registers, &mut |ours, theirs| {
            ours.join(theirs, arena)
        });
        changed |= self.join_heap(other, arena);
        for &closure in &other.closures {
            if let Err(index) = self.closures.binary_search(&closure) {
                self.closures.insert(index, closure);
                changed = true;
            }
        }
        changed
    }

    /// Joins the contents of containers alone.
    pub fn join_heap(&mut self, other: &Self, arena: &Arena) -> bool {
        self.heap
            .join(&other.heap, &mut |ours, theirs| ours.join(theirs, arena))
    }

    /// Joins the content of one container.
    pub fn join_content(
        &mut self,
        container: ContainerId,
        content: &Content,
        arena: &Arena,
    ) -> bool {
        let mut is_new = false;
        let ours = self.heap.entry(container.0, || {
            is_new = true;
            content.clone()
        });
        is_new || ours.join(content, arena)
    }

    /// Calls `visit` with every container that has a content.
    pub fn each_content<'a>(&'a self, visit: &mut dyn FnMut(ContainerId, &'a Content)) {
        self.heap
            .each(&mut |id, content| visit(ContainerId(id), content));
    }

    /// A new round of a loop begins: the containers that the last one made at `sites` are older ones now.
    /// Returns the containers whose contents have changed.
    /// `head` is the state at the loop's head: what it has unchanged cannot name them.
    pub fn age(
        &mut self,
        head: Option<&Self>,
        sites: &std::ops::Range<u32>,
        containers: &mut Containers,
        arena: &Arena,
    ) -> Vec<ContainerId> {
        let nothing = Self::default();
        let head = head.unwrap_or(&nothing);
        let mut aged = Aging { sites, containers };
        let mut registers = Vec::new();
        self.registers
            .each_different(&head.registers, &mut |reg, value| {
                if let Some(value) = aged.value(value) {
                    registers.push((reg, value));
                }
            });
        let mut contents = Vec::new();
        self.heap.each_different(&head.heap, &mut |id, content| {
            let id = ContainerId(id);
            let moved = aged.container(id);
            let changed = aged.content(content);
            if moved != id || changed.is_some() {
                contents.push((id, moved, changed.unwrap_or_else(|| content.clone())));
            }
        });
        for (reg, value) in registers {
            self.registers.insert(reg, value);
        }
        let mut changed = Vec::with_capacity(contents.len());
        for (id, moved, content) in contents {
            if moved == id {
                self.heap.insert(id.0, content);
            } else {
                self.heap.insert(id.0, Content::new(content.kind));
                self.join_content(moved, &content, arena);
            }
            changed.push(moved);
        }
        changed
    }
}

struct Aging<'a> {
    sites: &'a std::ops::Range<u32>,
    containers: &'a mut Containers,
}

impl Aging<'_> {
    fn container(&mut self, id: ContainerId) -> ContainerId {
        match self.containers.key(id) {
            ContainerKey::Made {
                site,
                part,
                is_old: false,
            } if self.sites.contains(&site.0) => self.containers.id(ContainerKey::Made {
                site,
                part,
                is_old: true,
            }),
            _ => id,
        }
    }

    fn ids<const N: usize>(
        &mut self,
        ids: &SmallVec<[ContainerId; N]>,
    ) -> Option<SmallVec<[ContainerId; N]>>
    where
        [ContainerId; N]: smallvec::Array<Item = ContainerId>,
    {
        let mut moved: SmallVec<[ContainerId; N]> =
            ids.iter().map(|&id| self.container(id)).collect();
        if moved == *ids {
            return None;
        }
        moved.sort_unstable();
        moved.dedup();
        Some(moved)
    }

    fn value(&mut self, value: &Value) -> Option<Value> {
        let containers = self.ids(&value.containers)?;
        Some(Value {
            labels: value.labels.clone(),
            containers,
        })
    }

    fn content(&mut self, content: &Content) -> Option<Content> {
        let mut aged: Option<Content> = None;
        for (key, value) in &content.members {
            if let Some(value) = self.value(value) {
                let aged = aged.get_or_insert_with(|| content.clone());
                aged.members.insert(*key, value);
            }
        }
        if let Some(rest) = self.value(&content.rest) {
            aged.get_or_insert_with(|| content.clone()).rest = rest;
        }
        if let Some(views) = self.ids(&content.views) {
            aged.get_or_insert_with(|| content.clone()).views = views;
        }
        if let Some(shows) = self.ids(&content.shows) {
            aged.get_or_insert_with(|| content.clone()).shows = shows;
        }
        aged
    }
}

/// What a container is before anything is known of its content.
fn kind_of(key: ContainerKey) -> ContainerKind {
    match key {
        ContainerKey::Made { .. } => ContainerKind::Plain,
        ContainerKey::Symbolic(_) | ContainerKey::Cell(_) => ContainerKind::Unknown,
        ContainerKey::Function(function) => ContainerKind::Function(function),
    }
}
