//! A persistent map from small numbers: copies share what neither has changed, and joining two copies
//! of one map costs what differs between them. The states of the analysis are built from it, so a branch
//! costs what it writes, however much the function has written before.

use std::sync::Arc;

const BITS: u32 = 4;
const WIDTH: usize = 1 << BITS;

/// A map from `u32` to `V`.
#[derive(Clone, Debug)]
pub struct Map<V> {
    root: Option<Arc<Node<V>>>,
    /// Keys below `WIDTH^height` fit.
    height: u32,
}

#[derive(Clone, Debug)]
enum Node<V> {
    Inner([Option<Arc<Node<V>>>; WIDTH]),
    Leaf([Option<Arc<V>>; WIDTH]),
}

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self {
            root: None,
            height: 1,
        }
    }
}

impl<V: Clone> Map<V> {
    pub fn get(&self, key: u32) -> Option<&V> {
        self.shared(key).map(AsRef::as_ref)
    }

    fn shared(&self, key: u32) -> Option<&Arc<V>> {
        if !fits(key, self.height) {
            return None;
        }
        let mut node = self.root.as_ref()?;
        let mut level = self.height;
        loop {
            level -= 1;
            let slot = slot(key, level);
            match node.as_ref() {
                Node::Inner(children) => node = children.get(slot)?.as_ref()?,
                Node::Leaf(values) => return values.get(slot)?.as_ref(),
            }
        }
    }

    /// The value under `key` to be changed, `default` when there is none yet.
    pub fn entry(&mut self, key: u32, default: impl FnOnce() -> V) -> &mut V {
        while !fits(key, self.height) {
            if let Some(root) = self.root.take() {
                let mut children = [const { None }; WIDTH];
                children[0] = Some(root);
                self.root = Some(Arc::new(Node::Inner(children)));
            }
            self.height += 1;
        }
        entry_in(&mut self.root, key, self.height, default)
    }

    pub fn insert(&mut self, key: u32, value: V) {
        let mut given = Some(value);
        let slot = self.entry(key, || given.take().expect("asked for once"));
        if let Some(value) = given {
            *slot = value;
        }
    }

    /// Joins `other` into this map: values under one key by `join`, which tells whether it changed the
    /// first; others are taken over. Returns whether anything changed.
    pub fn join(&mut self, other: &Self, join: &mut impl FnMut(&mut V, &V) -> bool) -> bool {
        let Some(theirs) = &other.root else {
            return false;
        };
        let Some(_) = &self.root else {
            *self = other.clone();
            return true;
        };
        let mut raised;
        let theirs = if other.height < self.height {
            raised = theirs.clone();
            for _ in other.height..self.height {
                let mut children = [const { None }; WIDTH];
                children[0] = Some(raised);
                raised = Arc::new(Node::Inner(children));
            }
            &raised
        } else {
            theirs
        };
        while self.height < other.height {
            let mut children = [const { None }; WIDTH];
            children[0] = self.root.take();
            self.root = Some(Arc::new(Node::Inner(children)));
            self.height += 1;
        }
        join_nodes(&mut self.root, theirs, join)
    }

    /// Calls `visit` with every entry that is not the very one that `other` holds, in the order of keys.
    pub fn each_different<'a>(&'a self, other: &'a Self, visit: &mut dyn FnMut(u32, &'a V)) {
        let Some(root) = &self.root else { return };
        let theirs = (other.height == self.height)
            .then_some(other.root.as_ref())
            .flatten();
        walk(root, theirs, 0, self.height, visit);
    }

    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(u32, &'a V)) {
        if let Some(root) = &self.root {
            walk(root, None, 0, self.height, visit);
        }
    }
}

fn fits(key: u32, height: u32) -> bool {
    let bits = height * BITS;
    bits >= u32::BITS || key >> bits == 0
}

fn slot(key: u32, level: u32) -> usize {
    (key >> (level * BITS)) as usize % WIDTH
}

fn entry_in<V: Clone>(
    node: &mut Option<Arc<Node<V>>>,
    key: u32,
    level: u32,
    default: impl FnOnce() -> V,
) -> &mut V {
    let level = level - 1;
    let node = node.get_or_insert_with(|| {
        Arc::new(if level == 0 {
            Node::Leaf([const { None }; WIDTH])
        } else {
            Node::Inner([const { None }; WIDTH])
        })
    });
    match Arc::make_mut(node) {
        Node::Inner(children) => entry_in(&mut children[slot(key, level)], key, level, default),
        Node::Leaf(values) => {
            let value = values[slot(key, level)].get_or_insert_with(|| Arc::new(default()));
            Arc::make_mut(value)
        }
    }
}

fn join_nodes<V: Clone>(
    ours: &mut Option<Arc<Node<V>>>,
    theirs: &Arc<Node<V>>,
    join: &mut impl FnMut(&mut V, &V) -> bool,
) -> bool {
    let Some(node) = ours else {
        *ours = Some(theirs.clone());
        return true;
    };
    if Arc::ptr_eq(node, theirs) {
        return false;
    }
    let mut changed = false;
    match (Arc::make_mut(node), theirs.as_ref()) {
        (Node::Inner(ours), Node::Inner(theirs)) => {
            for (ours, theirs) in ours.iter_mut().zip(theirs) {
                if let Some(theirs) = theirs {
                    changed |= join_nodes(ours, theirs, join);
                }
            }
        }
        (Node::Leaf(ours), Node::Leaf(theirs)) => {
            for (ours, theirs) in ours.iter_mut().zip(theirs) {
                match (ours, theirs) {
                    (_, None) => {}
                    (ours @ None, Some(theirs)) => {
                        *ours = Some(theirs.clone());
                        changed = true;
                    }
                    (Some(ours), Some(theirs)) => {
                        if !Arc::ptr_eq(ours, theirs) {
                            changed |= join(Arc::make_mut(ours), theirs);
                        }
                    }
                }
            }
        }
        (Node::Inner(_), Node::Leaf(_)) | (Node::Leaf(_), Node::Inner(_)) => {}
    }
    changed
}

fn walk<'a, V>(
    node: &'a Arc<Node<V>>,
    other: Option<&'a Arc<Node<V>>>,
    base: u32,
    level: u32,
    visit: &mut dyn FnMut(u32, &'a V),
) {
    if other.is_some_and(|other| Arc::ptr_eq(node, other)) {
        return;
    }
    let level = level - 1;
    let key = |index: usize| base + ((index as u32) << (level * BITS));
    match node.as_ref() {
        Node::Inner(children) => {
            for (index, child) in children.iter().enumerate() {
                let theirs = match other.map(AsRef::as_ref) {
                    Some(Node::Inner(children)) => children[index].as_ref(),
                    _ => None,
                };
                if let Some(child) = child {
                    walk(child, theirs, key(index), level, visit);
                }
            }
        }
        Node::Leaf(values) => {
            for (index, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let same = match other.map(AsRef::as_ref) {
                    Some(Node::Leaf(values)) => values[index]
                        .as_ref()
                        .is_some_and(|other| Arc::ptr_eq(value, other)),
                    _ => false,
                };
                if !same {
                    visit(key(index), value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Map;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the form that `Map::join` asks for"
    )]
    fn join_max(a: &mut u32, b: &u32) -> bool {
        let changed = *b > *a;
        *a = (*a).max(*b);
        changed
    }

    #[test]
    fn values_are_found_again_at_every_height() {
        let mut map = Map::default();
        for key in [0, 1, 15, 16, 300, 70_000, u32::MAX] {
            map.insert(key, key);
        }
        map.insert(16, 4);
        assert_eq!(map.get(300), Some(&300));
        assert_eq!(map.get(16), Some(&4));
        assert_eq!(map.get(u32::MAX), Some(&u32::MAX));
        assert_eq!(map.get(2), None);
    }

    #[test]
    fn a_join_touches_what_differs() {
        let mut a = Map::default();
        for key in 0..200 {
            a.insert(key, 1);
        }
        let mut b = a.clone();
        b.insert(5, 7);
        b.insert(5_000, 1);
        let mut asked = 0;
        let changed = a.join(&b, &mut |a, b| {
            asked += 1;
            join_max(a, b)
        });
        assert!(changed);
        assert_eq!((asked, a.get(5), a.get(5_000)), (1, Some(&7), Some(&1)));
        assert!(!a.join(&b, &mut join_max));
    }

    #[test]
    fn differences_are_listed_in_order() {
        let mut a = Map::default();
        for key in 0..50 {
            a.insert(key, key);
        }
        let b = a.clone();
        a.insert(40, 0);
        a.insert(3, 0);
        let mut found = Vec::new();
        a.each_different(&b, &mut |key, _| found.push(key));
        assert_eq!(found, [3, 40]);
    }
}
