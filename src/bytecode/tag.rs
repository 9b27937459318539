//! The kinds of run-time values. The tag of a value says how its second word is read: nil to
//! typedesc hold themselves, all others are handles into a slab of the isolate's heap.

/// What a value is. The order is not meaningful; `Nil` is 0 so that zeroed memory is nil.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u64)]
pub enum Tag {
    Nil = 0,
    /// "This argument was not given": the callee's prologue fills the default. Also marks an
    /// optional field that is missing. Never visible to the language.
    Absent = 1,
    Boolean = 2,
    Int = 3,
    /// An int of 0–255 whose type is `byte`; every read of an int takes it as well.
    Byte = 4,
    Float = 5,
    /// A type; the word is a `TypeId`.
    Typedesc = 6,
    /// A function without captured variables; the word is a `FuncId`.
    Func = 7,
    String = 8,
    Decimal = 9,
    /// Array or tuple.
    List = 10,
    Map = 11,
    Record = 12,
    /// Object or service.
    Object = 13,
    Error = 14,
    /// A function with captured variables or a bound receiver.
    Closure = 15,
    /// A variable that a closure shares. Never visible to the language.
    Cell = 16,
    Future = 17,
    Xml = 18,
    Table = 19,
    Stream = 20,
    Handle = 21,
    /// A message channel between two workers. Never visible to the language.
    Channel = 22,
    /// Registers beyond the window of a large function. Never visible to the language.
    Spill = 23,
    /// The state of an iteration over a value that needs more than an index.
    Iterator = 24,
}

impl Tag {
    /// All tags, in the order of their numbers.
    pub const ALL: [Self; 25] = [
        Self::Nil,
        Self::Absent,
        Self::Boolean,
        Self::Int,
        Self::Byte,
        Self::Float,
        Self::Typedesc,
        Self::Func,
        Self::String,
        Self::Decimal,
        Self::List,
        Self::Map,
        Self::Record,
        Self::Object,
        Self::Error,
        Self::Closure,
        Self::Cell,
        Self::Future,
        Self::Xml,
        Self::Table,
        Self::Stream,
        Self::Handle,
        Self::Channel,
        Self::Spill,
        Self::Iterator,
    ];

    /// The tag with this number; unknown numbers give `Nil`.
    pub fn from_u8(number: u8) -> Self {
        Self::ALL.get(number as usize).copied().unwrap_or(Self::Nil)
    }

    /// Whether the value's word is a handle into the heap.
    pub fn is_heap(self) -> bool {
        self as u64 >= Self::String as u64
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    #[test]
    fn numbers_and_order_agree() {
        for (number, tag) in Tag::ALL.iter().enumerate() {
            assert_eq!(*tag as usize, number);
        }
        assert_eq!(Tag::from_u8(255), Tag::Nil);
    }
}
