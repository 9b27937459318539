//! A table of objects of one kind, addressed by handles. Place 0 is never given out, so that a
//! handle of 0 can mean nil; a handle that is out of date reads the default object. Marks are kept
//! beside the objects, for the collector.

/// Objects of one kind.
#[derive(Debug)]
pub struct Slab<T> {
    items: Vec<T>,
    used: Bits,
    marks: Bits,
    free: Vec<u32>,
    live: usize,
}

#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn get(&self, index: u32) -> bool {
        let word = self.0.get(index as usize / 64).copied().unwrap_or(0);
        word >> (index % 64) & 1 != 0
    }

    fn set(&mut self, index: u32, on: bool) {
        let place = index as usize / 64;
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        if let Some(word) = self.0.get_mut(place) {
            let bit = 1 << (index % 64);
            *word = if on { *word | bit } else { *word & !bit };
        }
    }
}

impl<T: Default> Default for Slab<T> {
    fn default() -> Self {
        Self {
            items: vec![T::default()],
            used: Bits::default(),
            marks: Bits::default(),
            free: Vec::new(),
            live: 0,
        }
    }
}

impl<T: Default> Slab<T> {
    /// Keeps `item`; its handle.
    pub fn add(&mut self, item: T) -> u32 {
        self.live += 1;
        let index = if let Some(index) = self.free.pop() {
            if let Some(place) = self.items.get_mut(index as usize) {
                *place = item;
            }
            index
        } else {
            let index = u32::try_from(self.items.len()).expect("fewer than 2^32 objects of a kind");
            self.items.push(item);
            index
        };
        self.used.set(index, true);
        index
    }

    #[inline]
    pub fn get(&self, index: u32) -> &T {
        match self.items.get(index as usize) {
            Some(item) => item,
            None => &self.items[0],
        }
    }

    #[inline]
    pub fn get_mut(&mut self, index: u32) -> &mut T {
        let index = index as usize;
        let index = if index < self.items.len() { index } else { 0 };
        &mut self.items[index]
    }

    /// How many objects there are.
    pub fn live(&self) -> usize {
        self.live
    }

    /// Marks an object; whether it was unmarked.
    pub fn mark(&mut self, index: u32) -> bool {
        if index == 0 || !self.used.get(index) || self.marks.get(index) {
            return false;
        }
        self.marks.set(index, true);
        true
    }

    /// Frees one object.
    pub fn remove(&mut self, index: u32) -> T {
        if index == 0 || !self.used.get(index) {
            return T::default();
        }
        self.used.set(index, false);
        self.free.push(index);
        self.live -= 1;
        std::mem::take(self.get_mut(index))
    }

    /// Frees what is not marked, handing it to `freed`, and takes the marks off.
    pub fn sweep(&mut self, mut freed: impl FnMut(T)) {
        for word in 0..self.used.0.len() {
            let used = self.used.0.get(word).copied().unwrap_or(0);
            let marked = self.marks.0.get(word).copied().unwrap_or(0);
            let mut dead = used & !marked;
            while dead != 0 {
                let index = word as u32 * 64 + dead.trailing_zeros();
                freed(self.remove(index));
                dead &= dead - 1;
            }
        }
        self.marks.0.fill(0);
    }

    /// The handles in use, ascending.
    pub fn handles(&self) -> impl Iterator<Item = u32> + '_ {
        (1..self.items.len() as u32).filter(|&index| self.used.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::Slab;

    #[test]
    fn a_sweep_frees_what_is_not_marked() {
        let mut slab = Slab::default();
        let handles: Vec<u32> = (0..100).map(|n| slab.add(n)).collect();
        assert!(slab.mark(handles[7]));
        assert!(!slab.mark(handles[7]));
        let mut n_freed = 0;
        slab.sweep(|_| n_freed += 1);
        assert_eq!((n_freed, slab.live()), (99, 1));
        assert_eq!(*slab.get(handles[7]), 7);
        assert_eq!(*slab.get(handles[8]), 0);
        assert!(!slab.mark(handles[8]));
        slab.sweep(|_| ());
        assert_eq!(slab.live(), 0);
    }
}
