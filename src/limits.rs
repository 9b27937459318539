//! Every limit of the checker and the runtime, with its reason. A program that meets one gets a
//! diagnostic or a language-level error that names it, never a crash.

/// Nested brackets, unary operators, blocks: refused with E003 beyond. The language asks for at
/// least 250 brackets and 120 blocks; the passes after parsing recurse at most this deep.
pub const NESTING: u32 = 1_000;

/// Operators in one unbracketed chain (`a + b + …`, `a.b.c…`): these become deep trees as well,
/// but generated programs have long ones.
pub const CHAIN: u32 = 20_000;

/// Native stack of the threads that parse and check (bytes). Address space only: pages are
/// touched as they are used.
pub const STACK_BYTES: usize = 512 << 20;

/// Steps of a flow path that a report shows.
pub const FLOW_STEPS: usize = 32;

/// Steps of an access path before it ends in `*` (spec/taint.md section 1).
pub const PATH_STEPS: usize = 3;

/// Calls in progress on one strand; beyond is the panic `{ballerina}StackOverflow`.
pub const CALL_DEPTH: usize = 100_000;

/// Registers of one strand (16 bytes each); beyond is the panic `{ballerina}StackOverflow`.
pub const STACK_VALUES: usize = 4 << 20;

/// Native functions that call back into the language, nested: these use the machine's own stack.
pub const NATIVE_DEPTH: u32 = 200;

/// Calls and loop turns that a strand may do before others get their turn.
pub const STRAND_BUDGET: u32 = 20_000;

/// Frames that the stack trace of an error keeps.
pub const TRACE_FRAMES: usize = 256;

/// Nesting of data that copies, comparisons, text forms and JSON follow; deeper data panics.
pub const DATA_DEPTH: u32 = 10_000;
/// Syntax errors of one file after which the rest of it is not read.
pub const SYNTAX_ERRORS: usize = 100;

/// Members of a list. A store far behind the end of a list fills the gap: an index that comes from
/// outside must not take all memory at once.
pub const LIST_LEN: usize = 1 << 28;

/// Places of a function at which the taint analysis tells the containers made apart; further ones share
/// one, so that generated code with huge literals costs no more than its length.
pub const TAINT_SITES: u32 = 4_000;

/// Members written in one list or mapping constructor after which the containers inside of it are not told apart.
pub const TAINT_LITERAL: usize = 64;

/// Containers of a summary; with more of them those at less depth are folded.
pub const TAINT_NODES: usize = 48;

/// Calls of function values, within one call, that are followed to what they call in turn; and how deep.
pub const TAINT_CALLBACKS: usize = 256;
pub const TAINT_CALLBACK_DEPTH: usize = 64;

/// Function values of one unit whose view of the variables around them is kept apart.
pub const TAINT_VIEWS: usize = 64;

/// Repetitions of one call whose arguments may share containers. Everything only grows, so two or three
/// do; the bound is a safety net.
pub const TAINT_ROUNDS: usize = 24;

/// Runs over one function of a recursion after which the containers that it makes are folded into one, and
/// after which the analysis gives it up (T009, which no correct build reaches).
pub const TAINT_DEEP_ROUNDS: usize = 12;
pub const TAINT_SOLVE_ROUNDS: usize = 400;
