//! Records and objects: blocks of words in one vector, a header and the slots of the shape. Blocks
//! are never split, merged or moved, so a handle that is out of date always points at a block's
//! start: at worst it keeps one block alive longer.

use crate::bytecode::shape::MAX_WORDS;

/// Header: type in the low 32 bits, slots in the 16 above, flags on top.
const TYPE_MASK: u64 = 0xffff_ffff;
const LEN_SHIFT: u32 = 32;
/// The number of the order in which fields print (see `record`).
const ORDER_SHIFT: u32 = 48;
const ORDER_MASK: u64 = 0x1fff << ORDER_SHIFT;
const MARK: u64 = 1 << 63;
const READ_ONLY: u64 = 1 << 62;
const FREE: u64 = 1 << 61;

/// The blocks of a heap.
#[derive(Debug)]
pub struct Words {
    memory: Vec<u64>,
    /// First free block for each number of slots, 0 for none; the next one is in its first slot.
    free: Vec<u32>,
    n_live: usize,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            // Handle 0 is nil.
            memory: vec![0],
            free: Vec::new(),
            n_live: 0,
        }
    }
}

impl Words {
    /// A block of `len` zeroed slots.
    #[inline]
    pub fn add(&mut self, ty: u32, len: u16) -> u32 {
        let len = len.clamp(1, MAX_WORDS);
        let header = u64::from(ty) | u64::from(len) << LEN_SHIFT;
        self.n_live += usize::from(len) + 1;
        let first = self.free.get(usize::from(len)).copied().unwrap_or(0);
        if first == 0 {
            return self.extend(header, len);
        }
        let at = first as usize;
        let block = &mut self.memory[at..=at + usize::from(len)];
        self.free[usize::from(len)] = block[1] as u32;
        block.fill(0);
        block[0] = header;
        first
    }

    fn extend(&mut self, header: u64, len: u16) -> u32 {
        let at = self.memory.len();
        let index = u32::try_from(at).expect("fewer than 2^32 words of records");
        self.memory.push(header);
        self.memory.resize(at + usize::from(len) + 1, 0);
        index
    }

    /// The type of the block, when its header says neither read-only nor free.
    #[inline]
    pub fn writable_type(&self, at: u32) -> u64 {
        self.memory[at as usize] & (TYPE_MASK | READ_ONLY | FREE)
    }

    #[inline]
    pub fn ty(&self, at: u32) -> u32 {
        self.memory[at as usize] as u32
    }

    /// The word of a field, when the block has this type.
    #[inline]
    pub fn get_typed(&self, at: u32, ty: u32, word: u8) -> Option<u64> {
        let at = at as usize;
        if *self.memory.get(at)? as u32 != ty {
            return None;
        }
        self.memory.get(at + 1 + usize::from(word)).copied()
    }

    /// Both words of a field, when the block has this type.
    #[inline]
    pub fn get_typed_wide(&self, at: u32, ty: u32, word: u8) -> Option<(u64, u64)> {
        let at = at as usize;
        if *self.memory.get(at)? as u32 != ty {
            return None;
        }
        let field = at + 1 + usize::from(word);
        match self.memory.get(field..field + 2) {
            Some(&[tag, bits]) => Some((tag, bits)),
            _ => None,
        }
    }

    /// Writes both words of a field; `false` when the block has another type or is read-only.
    #[inline]
    pub fn set_typed_wide(&mut self, at: u32, ty: u32, word: u8, tag: u64, bits: u64) -> bool {
        let field = at as usize + 1 + usize::from(word);
        if u64::from(ty) != self.writable_type(at) {
            return false;
        }
        match self.memory.get_mut(field..field + 2) {
            Some(place) => {
                place[0] = tag;
                place[1] = bits;
                true
            }
            None => false,
        }
    }

    /// Writes the word of a field; `false` when the block has another type or is read-only.
    #[inline]
    pub fn set_typed(&mut self, at: u32, ty: u32, word: u8, value: u64) -> bool {
        let at = at as usize;
        match self.memory.get(at) {
            Some(&header) if header & (TYPE_MASK | READ_ONLY | FREE) == u64::from(ty) => {}
            _ => return false,
        }
        match self.memory.get_mut(at + 1 + usize::from(word)) {
            Some(place) => {
                *place = value;
                true
            }
            None => false,
        }
    }

    #[inline]
    pub fn get(&self, at: u32, word: u16) -> u64 {
        self.memory[at as usize + 1 + usize::from(word)]
    }

    #[inline]
    pub fn set(&mut self, at: u32, word: u16, value: u64) {
        self.memory[at as usize + 1 + usize::from(word)] = value;
    }

    pub fn is_read_only(&self, at: u32) -> bool {
        self.memory[at as usize] & READ_ONLY != 0
    }

    pub fn freeze(&mut self, at: u32) {
        self.memory[at as usize] |= READ_ONLY;
    }

    pub fn set_type(&mut self, at: u32, ty: u32) {
        let header = &mut self.memory[at as usize];
        *header = *header & !TYPE_MASK | u64::from(ty);
    }

    pub fn order(&self, at: u32) -> u16 {
        ((self.memory[at as usize] & ORDER_MASK) >> ORDER_SHIFT) as u16
    }

    pub fn set_order(&mut self, at: u32, order: u16) {
        let header = &mut self.memory[at as usize];
        *header = *header & !ORDER_MASK | u64::from(order) << ORDER_SHIFT & ORDER_MASK;
    }

    /// Marks a block; whether it was unmarked.
    pub fn mark(&mut self, at: u32) -> bool {
        let Some(header) = self.memory.get_mut(at as usize) else {
            return false;
        };
        if at == 0 || *header & (MARK | FREE) != 0 {
            return false;
        }
        *header |= MARK;
        true
    }

    /// Frees what is not marked and takes the marks off. Free lists come out in address order.
    pub fn sweep(&mut self) {
        let mut last: Vec<usize> = vec![0; self.free.len().max(usize::from(MAX_WORDS) + 1)];
        self.free.clear();
        self.free.resize(last.len(), 0);
        self.n_live = 0;
        let mut at = 1;
        while at < self.memory.len() {
            let header = self.memory[at];
            let len = (header >> LEN_SHIFT) as u16 as usize;
            if header & MARK != 0 {
                self.memory[at] = header & !MARK;
                self.n_live += len + 1;
            } else {
                self.memory[at] = header & !TYPE_MASK | FREE;
                self.memory[at + 1] = 0;
                match last[len] {
                    0 => self.free[len] = at as u32,
                    before => self.memory[before + 1] = at as u64,
                }
                last[len] = at;
            }
            at += len + 1;
        }
    }

    pub fn live_bytes(&self) -> usize {
        self.n_live * 8
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn freed_blocks_are_used_again_in_address_order() {
        let mut words = Words::default();
        let blocks: Vec<u32> = (0..4).map(|n| words.add(n, 3)).collect();
        words.set(blocks[1], 2, 42);
        words.mark(blocks[1]);
        words.sweep();
        assert_eq!(words.get(blocks[1], 2), 42);
        assert_eq!(words.add(9, 3), blocks[0]);
        assert_eq!(words.add(9, 3), blocks[2]);
        assert_eq!(words.add(9, 2), blocks[3] + 4);
        assert_eq!(words.add(9, 3), blocks[3]);
        assert_eq!(words.ty(blocks[3]), 9);
        assert_eq!(words.get(blocks[3], 0), 0);
    }
}
