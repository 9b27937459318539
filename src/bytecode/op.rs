//! The instructions of the virtual machine: 8 bytes each, `u8` registers and one 32-bit operand.
//!
//! Conventions
//! - Registers `a`, `b`, `c` index the window of the running frame. Register 0… hold the
//!   parameters on entry; a call's result is in the first argument's register.
//! - `d` of a jump is an absolute instruction index; `to` in the comments. Jumps are not limited.
//! - `K` forms have an immediate. `…Jmp` branch on the comparison, `…Loop` do the same for a
//!   backward jump and count against the strand's budget (use them at the bottom of loops).
//! - Typed operations (`AddInt`, `GetInt`, `GetFieldFloat` …) may only be emitted where the static
//!   type is exactly that; everything else uses the dynamic form beside it.
//! - *A callee's window must start above every live register of the caller*: arguments of a call
//!   are computed into the registers at its end.
//! - Op 0 of a program is `Halt`, op 1 is `Then` (`chunk::Program::new` puts them there).

/// A comparison of numbers of any kind (`CompareJmp`, `Compare`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Cond {
    Lt,
    Le,
    Gt,
    Ge,
}

/// Arithmetic on numbers of unknown or mixed kind (`Arith`): the wider of the operands decides
/// (decimal over float over int).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

/// One instruction.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Op {
    // ---- control
    /// End of the bottom frame: the strand (or re-entrant run) is done, its result in register 0.
    Halt,
    /// Return point of a call that a native asked for: hands the result to the native's `then`.
    Then,
    Nop,
    Jmp {
        d: u32,
    },
    /// Backward jump, counts against the budget.
    Loop {
        d: u32,
    },
    JmpTrue {
        a: u8,
        d: u32,
    },
    JmpFalse {
        a: u8,
        d: u32,
    },
    TrueLoop {
        a: u8,
        d: u32,
    },
    FalseLoop {
        a: u8,
        d: u32,
    },
    JmpNil {
        a: u8,
        d: u32,
    },
    JmpNotNil {
        a: u8,
        d: u32,
    },
    /// To `d` when the argument in `a` was given; falls through to the code of its default.
    JmpGiven {
        a: u8,
        d: u32,
    },
    JmpError {
        a: u8,
        d: u32,
    },
    JmpNotError {
        a: u8,
        d: u32,
    },
    /// To `d` when the tag of `a` is `tag` (a `Tag` number). `Int` does not match `Byte`.
    JmpTag {
        a: u8,
        tag: u8,
        d: u32,
    },
    JmpNotTag {
        a: u8,
        tag: u8,
        d: u32,
    },
    // ---- fused integer comparisons
    LtIntJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    LeIntJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    EqIntJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    NeIntJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    LtIntKJmp {
        a: u8,
        k: i16,
        d: u32,
    },
    LeIntKJmp {
        a: u8,
        k: i16,
        d: u32,
    },
    GtIntKJmp {
        a: u8,
        k: i16,
        d: u32,
    },
    GeIntKJmp {
        a: u8,
        k: i16,
        d: u32,
    },
    EqIntKJmp {
        a: u8,
        k: i16,
        d: u32,
    },
    NeIntKJmp {
        a: u8,
        k: i16,
        d: u32,
    },
    LtIntLoop {
        a: u8,
        b: u8,
        d: u32,
    },
    LeIntLoop {
        a: u8,
        b: u8,
        d: u32,
    },
    NeIntLoop {
        a: u8,
        b: u8,
        d: u32,
    },
    LtIntKLoop {
        a: u8,
        k: i16,
        d: u32,
    },
    LeIntKLoop {
        a: u8,
        k: i16,
        d: u32,
    },
    GtIntKLoop {
        a: u8,
        k: i16,
        d: u32,
    },
    GeIntKLoop {
        a: u8,
        k: i16,
        d: u32,
    },
    NeIntKLoop {
        a: u8,
        k: i16,
        d: u32,
    },
    /// `a += 1; if a < b { to d }`: bottom of `foreach a in x ..< b`.
    ForLt {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `if a < b { a += 1; to d }`: bottom of `foreach a in x ... b`.
    ForLe {
        a: u8,
        b: u8,
        d: u32,
    },
    // ---- fused float comparisons (false with NaN; the `Not` forms are then true)
    LtFloatJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    LeFloatJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    NotLtFloatJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    NotLeFloatJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    EqFloatJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    NeFloatJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    LtFloatLoop {
        a: u8,
        b: u8,
        d: u32,
    },
    LeFloatLoop {
        a: u8,
        b: u8,
        d: u32,
    },
    // ---- other fused comparisons
    /// Deep equality (`==`) of any two values.
    EqJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    NeJmp {
        a: u8,
        b: u8,
        d: u32,
    },
    /// Equality with constant `k` of the pool (`match` on literals, `s == "x"`).
    EqConstJmp {
        a: u8,
        k: u16,
        d: u32,
    },
    NeConstJmp {
        a: u8,
        k: u16,
        d: u32,
    },
    // ---- moves and constants
    Move {
        a: u8,
        b: u8,
    },
    LoadNil {
        a: u8,
    },
    LoadAbsent {
        a: u8,
    },
    LoadBool {
        a: u8,
        b: bool,
    },
    LoadInt {
        a: u8,
        d: i32,
    },
    LoadByte {
        a: u8,
        d: i32,
    },
    /// Constant `d` of the pool: large ints, floats, decimals, strings.
    LoadConst {
        a: u8,
        d: u32,
    },
    /// Function `d` as a value.
    LoadFunc {
        a: u8,
        d: u32,
    },
    /// Type `d` as a value of type typedesc.
    LoadType {
        a: u8,
        d: u32,
    },
    GetGlobal {
        a: u8,
        d: u32,
    },
    SetGlobal {
        a: u8,
        d: u32,
    },
    // ---- int arithmetic: + - * wrap, / and % are checked (language.md 6.2)
    AddInt {
        a: u8,
        b: u8,
        c: u8,
    },
    SubInt {
        a: u8,
        b: u8,
        c: u8,
    },
    MulInt {
        a: u8,
        b: u8,
        c: u8,
    },
    DivInt {
        a: u8,
        b: u8,
        c: u8,
    },
    RemInt {
        a: u8,
        b: u8,
        c: u8,
    },
    AddIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    /// `d - b`.
    RsubIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    MulIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    DivIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    RemIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    NegInt {
        a: u8,
        b: u8,
    },
    AndInt {
        a: u8,
        b: u8,
        c: u8,
    },
    OrInt {
        a: u8,
        b: u8,
        c: u8,
    },
    XorInt {
        a: u8,
        b: u8,
        c: u8,
    },
    ShlInt {
        a: u8,
        b: u8,
        c: u8,
    },
    ShrInt {
        a: u8,
        b: u8,
        c: u8,
    },
    UshrInt {
        a: u8,
        b: u8,
        c: u8,
    },
    AndIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    ShlIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    ShrIntK {
        a: u8,
        b: u8,
        d: i32,
    },
    NotInt {
        a: u8,
        b: u8,
    },
    /// Marks an int of 0–255 as byte (after `byte & int`, `byte >> n`).
    IntToByte {
        a: u8,
        b: u8,
    },
    /// The same number as an int (a byte that becomes an int).
    ByteToInt {
        a: u8,
        b: u8,
    },
    IntToFloat {
        a: u8,
        b: u8,
    },
    // ---- float arithmetic
    AddFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    SubFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    MulFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    DivFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    RemFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    NegFloat {
        a: u8,
        b: u8,
    },
    /// `a = a + b * c`, rounded twice.
    MulAddFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `a = a - b * c`, rounded twice.
    MulSubFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    SqrtFloat {
        a: u8,
        b: u8,
    },
    // ---- comparisons as values
    LtInt {
        a: u8,
        b: u8,
        c: u8,
    },
    LeInt {
        a: u8,
        b: u8,
        c: u8,
    },
    EqInt {
        a: u8,
        b: u8,
        c: u8,
    },
    NeInt {
        a: u8,
        b: u8,
        c: u8,
    },
    LtFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    LeFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    EqFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    Not {
        a: u8,
        b: u8,
    },
    /// Deep equality, `==`.
    Eq {
        a: u8,
        b: u8,
        c: u8,
    },
    Ne {
        a: u8,
        b: u8,
        c: u8,
    },
    /// Reference equality, `===`.
    RefEq {
        a: u8,
        b: u8,
        c: u8,
    },
    RefNe {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `b cond c` on numbers of any kind; `cond` is a [`Cond`].
    Compare {
        a: u8,
        b: u8,
        c: u8,
        cond: Cond,
    },
    /// Decimal and mixed arithmetic; `+` also on strings and xml.
    Arith {
        a: u8,
        b: u8,
        c: u8,
        arith: Arith,
    },
    /// Unary minus on a number of any kind.
    Neg {
        a: u8,
        b: u8,
    },
    // ---- types
    /// `a = b is type d`.
    Is {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `a = <type d>b`, converting numbers (language.md 4.4); panics when it cannot.
    Cast {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `typeof b`.
    Typeof {
        a: u8,
        b: u8,
    },
    // ---- lists
    /// `[b, b+1, … c of them]` with inherent type `d`.
    NewList {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    /// The `byte[]` of constant `d` (a `Const::Bytes`).
    NewBytes {
        a: u8,
        d: u32,
    },
    /// The filler value of type `d` (language.md 4.6): `int[2] x` without initialiser and the like.
    NewFiller {
        a: u8,
        d: u32,
    },
    ListLen {
        a: u8,
        b: u8,
    },
    /// `a = b[c]`, static element type exactly int, float, boolean.
    GetInt {
        a: u8,
        b: u8,
        c: u8,
    },
    GetFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    GetBool {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `a = b[c]` on any list, and on a string.
    GetElem {
        a: u8,
        b: u8,
        c: u8,
    },
    GetElemK {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `a[b] = c`, static element type exactly int, float, boolean.
    SetInt {
        a: u8,
        b: u8,
        c: u8,
    },
    SetFloat {
        a: u8,
        b: u8,
        c: u8,
    },
    SetBool {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `a[b] = c` on any list, checked against the inherent type.
    SetElem {
        a: u8,
        b: u8,
        c: u8,
    },
    SetElemK {
        a: u8,
        b: u8,
        d: u32,
    },
    /// Appends `b` to the list `a` (checked like a store).
    Push {
        a: u8,
        b: u8,
    },
    /// Appends all members of list `b` to the list `a` (rest arguments).
    PushAll {
        a: u8,
        b: u8,
    },
    /// The members of list `b` from index `d` on, as a new list of the same kind (`...rest` in
    /// patterns, rest parameters).
    ListTail {
        a: u8,
        b: u8,
        d: u32,
    },
    // ---- mappings: maps and records by key
    /// A map of type `d` from `c` pairs of registers (key, value) at `b`.
    NewMap {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    /// `a = b[c]`: the member or nil.
    GetKey {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `a = b["k"]` with constant `d`: the member or nil; also nil when `b` is nil (`?.`).
    GetKeyK {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `a[b] = c`.
    SetKey {
        a: u8,
        b: u8,
        c: u8,
    },
    SetKeyK {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `a = b.k` on json (lax): the member, or the error value of a missing key or non-mapping.
    /// An error in `b` passes through.
    GetJson {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `a = b?.k` on json: nil for nil or a missing key.
    GetJsonOpt {
        a: u8,
        b: u8,
        d: u32,
    },
    /// The members of mapping `b` but those of key list `d` (a `Const::Keys`), as a new map
    /// (`...rest` in patterns).
    MapRest {
        a: u8,
        b: u8,
        d: u32,
    },
    // ---- records and objects by slot
    /// A record by template `d`, field values in registers from `b` on.
    NewRecord {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `a = b.f`: `c` is the word of the slot in the shape of type `d`.
    GetFieldInt {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    GetFieldFloat {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    GetFieldBool {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    /// A slot of form `Ref`: the high 8 bits of `d` are the tag, the low 24 the type.
    GetFieldRef {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    /// A slot of form `Any` or `Byte`, an optional field (missing reads as nil).
    GetFieldAny {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    /// `a.f = b`: as above; the static type of `b` is that of the field in type `d`.
    SetFieldInt {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    SetFieldFloat {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    SetFieldBool {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    SetFieldRef {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    SetFieldAny {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    /// `a = b.f` by name (constant `d`): slots beyond 255, static types without a shape. Panics
    /// with an internal error when there is no such field.
    GetFieldName {
        a: u8,
        b: u8,
        d: u32,
    },
    SetFieldName {
        a: u8,
        b: u8,
        d: u32,
    },
    /// A fresh object of type `d`, fields nil or zero; the lowering then calls the initialiser.
    NewObject {
        a: u8,
        d: u32,
    },
    // ---- functions
    /// A function value: code `d`, captures from registers `b`, `c` of them (cells or values).
    /// They arrive in the callee's registers behind the parameters (`Function::captures_at`).
    NewClosure {
        a: u8,
        b: u8,
        c: u8,
        d: u32,
    },
    /// The method named by site `d` of object `b`, bound to it.
    BindMethod {
        a: u8,
        b: u8,
        d: u32,
    },
    /// A shared variable with the value of `b`.
    NewCell {
        a: u8,
        b: u8,
    },
    GetCell {
        a: u8,
        b: u8,
    },
    /// Cell in `a` := `b`.
    SetCell {
        a: u8,
        b: u8,
    },
    /// A store for `d` registers beyond the window.
    NewSpill {
        a: u8,
        d: u32,
    },
    GetSpill {
        a: u8,
        b: u8,
        d: u32,
    },
    /// Place `d` of spill `a` := `b`.
    SetSpill {
        a: u8,
        b: u8,
        d: u32,
    },
    /// Call of the code at `d` (the lowering writes a `FuncId`, `Program::link` the address);
    /// arguments in `a`…, result in `a`.
    Call {
        a: u8,
        d: u32,
    },
    /// Call of native function `d` (a `FuncId`) with `b` arguments in `a`….
    CallNative {
        a: u8,
        b: u8,
        d: u32,
    },
    /// Call of the function value in `c` with `b` arguments in `a`….
    CallValue {
        a: u8,
        b: u8,
        c: u8,
    },
    /// Call of a method: receiver in `a`, `b` arguments counting it; `d` is a method site.
    CallMethod {
        a: u8,
        b: u8,
        d: u32,
    },
    Return {
        a: u8,
    },
    /// Returns what already lies in register 0.
    ReturnFirst,
    ReturnNil,
    // ---- errors
    /// An error of type `d`: reason in `b`, detail mapping in `b + 1` (or nil).
    NewError {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `panic a`.
    Panic {
        a: u8,
    },
    /// `checkpanic`: panics when `a` is an error.
    CheckPanic {
        a: u8,
    },
    // ---- strings
    /// The text of registers `b`… (`c` of them) joined: strings and simple values.
    Concat {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `a = a + b` for strings.
    Append {
        a: u8,
        b: u8,
    },
    /// `b.toString()`.
    ToText {
        a: u8,
        b: u8,
    },
    StringLen {
        a: u8,
        b: u8,
    },
    // ---- iteration
    /// Prepares iteration over `b`: arrays, tuples, maps, records, strings, xml, tables.
    /// The state is in `a` and `a + 1`.
    IterNew {
        a: u8,
        b: u8,
    },
    /// The next member into `b`, or to `d` when there is none.
    IterNext {
        a: u8,
        b: u8,
        d: u32,
    },
    /// The same with budget for the bottom of a loop: to `d` when there *is* a next member.
    IterLoop {
        a: u8,
        b: u8,
        d: u32,
    },
    // ---- match
    /// `a =` whether `b` is a list of exactly `c` members (`at_least`: or more).
    IsList {
        a: u8,
        b: u8,
        c: u8,
        at_least: bool,
    },
    /// `a =` whether `b` is a mapping that has the key of constant `d`.
    HasKey {
        a: u8,
        b: u8,
        d: u32,
    },
    /// `a =` whether `b` is a mapping with exactly the keys of constant `d` (a `Const::Keys`).
    HasOnlyKeys {
        a: u8,
        b: u8,
        d: u32,
    },
    // ---- strands
    /// `start`: function value in `c`, `b` arguments in `a`…; the future into `a`.
    Start {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `wait b`.
    Wait {
        a: u8,
        b: u8,
    },
    /// The first of the futures in registers `b`… (`c` of them).
    WaitAny {
        a: u8,
        b: u8,
        c: u8,
    },
    NewChannel {
        a: u8,
    },
    /// Tells channel `a` that the strand of future `b` sends on it.
    ChannelSender {
        a: u8,
        b: u8,
    },
    /// Tells channel `a` that the strand of future `b` receives from it.
    ChannelReceiver {
        a: u8,
        b: u8,
    },
    /// `a -> worker` over channel `b`: sends a clone, does not wait.
    Send {
        a: u8,
        b: u8,
    },
    /// `c ->> worker` over channel `b`: waits for the receipt; nil or the receiver's error.
    SyncSend {
        a: u8,
        b: u8,
        c: u8,
    },
    /// `<- worker` over channel `b`.
    Receive {
        a: u8,
        b: u8,
    },
    /// `flush` of channel `b`: waits until all messages are taken.
    Flush {
        a: u8,
        b: u8,
    },
    /// Takes lock `d` (a number per group of module variables), re-entrant.
    Lock {
        d: u32,
    },
    Unlock {
        d: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::Op;

    #[test]
    fn an_instruction_has_eight_bytes() {
        assert_eq!(size_of::<Op>(), 8);
    }
}
