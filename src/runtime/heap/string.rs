//! Strings: up to 22 bytes in place, longer ones as views of buffers that only grow. Appending to a
//! view that ends where its buffer ends extends the buffer and makes a new view; older views stay
//! as they are, so that a loop of `s = s + …` is linear without counting owners.

use super::slab::Slab;

const INLINE: usize = 22;

/// A longer piece of a buffer than one part in this many is a view, a shorter one is copied: a
/// small piece must not keep a large buffer alive.
const VIEW_PART: usize = 8;

/// A string.
#[derive(Clone, Copy, Debug)]
enum Str {
    Inline {
        len: u8,
        bytes: [u8; INLINE],
    },
    View {
        buffer: u32,
        start: u32,
        len: u32,
        /// Code points.
        chars: u32,
    },
}

impl Default for Str {
    fn default() -> Self {
        Self::inline("")
    }
}

impl Str {
    fn inline(text: &str) -> Self {
        let mut bytes = [0; INLINE];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Self::Inline {
            len: text.len() as u8,
            bytes,
        }
    }
}

/// The strings of a heap, by handle.
#[derive(Default, Debug)]
pub struct Strings {
    views: Slab<Str>,
    buffers: Slab<String>,
    /// Bytes of the buffers.
    n_bytes: usize,
    /// The strings of one ASCII character, made when first asked for and never freed.
    ascii: Vec<u32>,
}

impl Strings {
    pub fn get(&self, handle: u32) -> &str {
        match self.views.get(handle) {
            Str::Inline { len, bytes } => {
                std::str::from_utf8(&bytes[..usize::from(*len)]).unwrap_or_default()
            }
            Str::View {
                buffer, start, len, ..
            } => {
                let start = *start as usize;
                let text = self.buffers.get(*buffer);
                text.get(start..start + *len as usize).unwrap_or_default()
            }
        }
    }

    pub fn add(&mut self, text: &str) -> u32 {
        if text.len() <= INLINE {
            return self.views.add(Str::inline(text));
        }
        self.add_buffer(text.to_owned())
    }

    pub fn add_owned(&mut self, text: String) -> u32 {
        if text.len() <= INLINE {
            return self.views.add(Str::inline(&text));
        }
        self.add_buffer(text)
    }

    fn add_buffer(&mut self, text: String) -> u32 {
        let len = size(text.len());
        let chars = size(text.chars().count());
        self.n_bytes += text.capacity();
        let buffer = self.buffers.add(text);
        self.views.add(Str::View {
            buffer,
            start: 0,
            len,
            chars,
        })
    }

    /// The string of one character.
    pub fn char(&mut self, c: char) -> u32 {
        if !c.is_ascii() {
            return self.add(c.encode_utf8(&mut [0; 4]));
        }
        if self.ascii.is_empty() {
            let texts = (0..128u8).map(|c| [c]);
            self.ascii = texts
                .map(|c| {
                    let text = std::str::from_utf8(&c).unwrap_or_default();
                    self.views.add(Str::inline(text))
                })
                .collect();
        }
        self.ascii[c as usize]
    }

    /// `left + right`.
    pub fn append(&mut self, left: u32, right: &str) -> u32 {
        if let Str::View {
            buffer,
            start,
            len,
            chars,
        } = *self.views.get(left)
        {
            let text = self.buffers.get_mut(buffer);
            if text.len() == (start + len) as usize {
                let before = text.capacity();
                text.push_str(right);
                self.n_bytes += text.capacity() - before;
                return self.views.add(Str::View {
                    buffer,
                    start,
                    len: size(len as usize + right.len()),
                    chars: size(chars as usize + right.chars().count()),
                });
            }
        }
        let left = self.get(left);
        let mut text = String::with_capacity(2 * (left.len() + right.len()));
        text.push_str(left);
        text.push_str(right);
        if text.len() <= INLINE {
            return self.views.add(Str::inline(&text));
        }
        self.add_buffer(text)
    }

    /// `left + right` of two strings of the heap.
    pub fn join(&mut self, left: u32, right: u32) -> u32 {
        if let Str::Inline { len, bytes } = *self.views.get(right) {
            let right = std::str::from_utf8(&bytes[..usize::from(len)]).unwrap_or_default();
            return self.append(left, right);
        }
        let right = self.get(right).to_owned();
        self.append(left, &right)
    }

    /// Length in code points.
    pub fn n_chars(&self, handle: u32) -> usize {
        match self.views.get(handle) {
            Str::Inline { .. } => self.get(handle).chars().count(),
            Str::View { chars, .. } => *chars as usize,
        }
    }

    /// Whether code points are bytes.
    pub fn is_ascii(&self, handle: u32) -> bool {
        match self.views.get(handle) {
            Str::Inline { len, bytes } => bytes[..usize::from(*len)].is_ascii(),
            Str::View { len, chars, .. } => len == chars,
        }
    }

    /// The code point at `index`.
    pub fn char_at(&self, handle: u32, index: usize) -> Option<char> {
        let text = self.get(handle);
        if self.is_ascii(handle) {
            return text.as_bytes().get(index).map(|&byte| char::from(byte));
        }
        text.chars().nth(index)
    }

    /// The byte where code point `index` starts, or the end behind the last one.
    pub fn byte_offset(&self, handle: u32, index: usize) -> Option<usize> {
        let text = self.get(handle);
        if self.is_ascii(handle) {
            return (index <= text.len()).then_some(index);
        }
        let starts = text.char_indices().map(|(at, _)| at);
        starts.chain([text.len()]).nth(index)
    }

    /// The bytes `from..to`, both at code point borders.
    pub fn slice(&mut self, handle: u32, from: usize, to: usize) -> u32 {
        let text = self.get(handle).get(from..to).unwrap_or_default();
        let len = text.len();
        if len <= INLINE {
            let piece = Str::inline(text);
            return self.views.add(piece);
        }
        let chars = size(text.chars().count());
        if let Str::View { buffer, start, .. } = *self.views.get(handle)
            && len >= self.buffers.get(buffer).len() / VIEW_PART
        {
            return self.views.add(Str::View {
                buffer,
                start: start + size(from),
                len: size(len),
                chars,
            });
        }
        let copy = text.to_owned();
        self.add_buffer(copy)
    }

    pub fn mark(&mut self, handle: u32) {
        if self.views.mark(handle)
            && let Str::View { buffer, .. } = *self.views.get(handle)
        {
            self.buffers.mark(buffer);
        }
    }

    pub fn sweep(&mut self) {
        for index in 0..self.ascii.len() {
            self.views.mark(self.ascii[index]);
        }
        self.views.sweep(|_| ());
        let mut freed = 0;
        self.buffers.sweep(|text| freed += text.capacity());
        self.n_bytes = self.n_bytes.saturating_sub(freed);
    }

    /// Bytes of all strings together.
    pub fn live_bytes(&self) -> usize {
        self.n_bytes + self.views.live() * size_of::<Str>()
    }
}

fn size(len: usize) -> u32 {
    u32::try_from(len).expect("a string is shorter than 4 GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_has_24_bytes() {
        assert_eq!(size_of::<Str>(), 24);
    }

    #[test]
    fn appending_leaves_older_views_alone() {
        let mut strings = Strings::default();
        let a = strings.add("a string that is longer than in place");
        let b = strings.append(a, " and more");
        let c = strings.append(a, " or other");
        let d = strings.join(b, c);
        assert_eq!(strings.get(a), "a string that is longer than in place");
        assert!(strings.get(b).ends_with("place and more"));
        assert!(strings.get(c).ends_with("place or other"));
        assert_eq!(strings.get(d).len(), strings.get(b).len() * 2);
    }

    #[test]
    fn characters_are_code_points() {
        let mut strings = Strings::default();
        let text = strings.add("zwölf Boxkämpfer jagen Viktor");
        assert_eq!(strings.n_chars(text), 29);
        assert_eq!(strings.char_at(text, 2), Some('ö'));
        assert_eq!(strings.char_at(text, 29), None);
        let from = strings.byte_offset(text, 6).unwrap_or(0);
        let to = strings.byte_offset(text, 16).unwrap_or(0);
        let piece = strings.slice(text, from, to);
        assert_eq!(strings.get(piece), "Boxkämpfer");
        assert_eq!(strings.byte_offset(text, 30), None);
    }

    #[test]
    fn a_buffer_lives_as_long_as_a_view() {
        let mut strings = Strings::default();
        let whole = strings.add(&"x".repeat(100));
        let piece = strings.slice(whole, 0, 50);
        strings.mark(piece);
        strings.sweep();
        assert_eq!(strings.get(piece).len(), 50);
        strings.sweep();
        assert_eq!(strings.live_bytes(), 0);
    }
}
