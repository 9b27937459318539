//! Programs as code: what the lowering makes of small functions. Each snapshot shows the source and the
//! instructions; what to look at is said in the name.

use std::fmt::Write;

use crate::base::ModuleId;
use crate::bytecode::chunk::{Code, Program};
use crate::bytecode::disasm;
use crate::bytecode::op::Op;
use crate::{check, db};

fn lowered(text: &str) -> Program {
    let db = db::load::from_text("test.bal", text);
    let found = check::diagnostics(&db);
    assert!(found.is_empty(), "{found:?}");
    let root = db::modules(&db).user().first().copied();
    let lowered = super::program(&db, root.unwrap_or(ModuleId::new("")));
    lowered.expect("the program can be lowered").program
}

/// The code of the functions of `text`, without those of the library.
fn code(text: &str) -> String {
    let mut program = lowered(text);
    for function in &mut program.functions {
        if function.file.as_str() != "test.bal" || function.name.as_str() == "main" {
            function.code = Code::Missing;
        }
    }
    disasm::program_text(&program)
}

/// Functions that `main` calls in each of the programs below, by what their code shows.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "calls_compute_in_place",
        "function fib(int n) returns int {
    if (n < 2) {
        return n;
    }
    return fib(n - 1) + fib(n - 2);
}
public function main() { int x = fib(9); }",
    ),
    (
        "arguments_lie_above_live_registers",
        "function add(int a, int b = 2, int... rest) returns int { return a + b; }
function f(int x) returns int {
    int y = add(x, 1) + 1;
    int z = add(y, ...[1, 2]);
    return x + y * z + add(b = x, a = y);
}
public function main() { int x = f(9); }",
    ),
    (
        "loops_test_at_the_bottom",
        "function f(int[] a, float x) returns float {
    float s = 0.0;
    int i = 0;
    while (i < a.length() && s < 100.0) {
        if (a[i] == 7) { continue; }
        s = s + x * 2.5;
        i += 1;
    }
    foreach int j in 1 ... 9 { s += 1.0; }
    foreach int k in a { if (k > 3) { break; } }
    return s;
}
public function main() { float x = f([1], 1.0); }",
    ),
    (
        "conditions_make_no_booleans",
        "type A record {| int n; A? next; |};
function f(A? a, int|string|error v, boolean b) returns int {
    if (a is A && (a.n == 3 || !b)) { return a.n; }
    if (v is int) { return v; }
    if (v is error || a is ()) { return 1; }
    boolean c = b && v != \"x\";
    return c ? 2 : 3;
}
public function main() { int x = f((), 1, true); }",
    ),
    (
        "records_keep_the_order_of_defaults",
        "type R record { string s; int n = 3; float f = 1.5; };
function f(string t) returns R {
    R r = { s: t, f: 2.0, \"more\": 1 };
    r.n += 1;
    r[\"other\"] = r.s;
    return r;
}
public function main() { R r = f(\"a\"); }",
    ),
    (
        "only_assigned_captured_variables_are_cells",
        "function f(int a) returns int {
    int b = a + 1;
    int c = 0;
    function () returns int g = function () returns int { c += b; return c; };
    return g() + c;
}
public function main() { int x = f(1); }",
    ),
    (
        "errors_leave_by_check_and_trap_catches",
        "type E error<string>;
function g(int n) returns int|error {
    if (n == 0) { return error(\"Zero\", message = \"none\"); }
    return 10 / n;
}
function f(int n) returns error? {
    int x = check g(n);
    int|error y = trap 1 / x;
    if (y is error) { panic y; }
    lock { x = checkpanic g(x); if (x == 1) { return (); } }
}
public function main() { error? e = f(1); }",
    ),
    (
        "strings_join_at_once",
        "function f(string s, int i) returns string {
    string t = s + \"x\" + i.toString() + (s + \"y\");
    t = t + \";\" + s;
    t += s;
    return string `${t}: ${i}`;
}
public function main() { string s = f(\"a\", 1); }",
    ),
    (
        "match_tests_and_binds",
        "function f(anydata v) returns string {
    match v {
        1|\"a\" => { return \"one\"; }
        var [x, y] if x is int => { return \"pair\"; }
        var {a, ...r} => { return r.toString(); }
        _ => { return \"other\"; }
    }
}
public function main() { string s = f(1); }",
    ),
    (
        "objects_initialise_and_dispatch",
        "type Shape abstract object { function area() returns float; };
type Square object {
    private float side = 1.0;
    function __init(float side) returns error? { self.side = side; }
    function area() returns float { return self.side * self.double(); }
    function double() returns float { return self.side + self.side; }
};
function f(Shape s, float x) returns float|error {
    Square q = check new Square(x);
    return s.area() + q.area();
}
public function main() { error|Square s = new Square(1.0); }",
    ),
];

#[test]
fn functions_as_code() {
    for (name, text) in PROGRAMS {
        let mut shown = format!("{text}\n\n");
        // A function that nothing calls has no code.
        let called = text.replace("{ error|Square s = new Square(1.0); }", "{ any f1 = f; }");
        _ = write!(shown, "{}", code(&called));
        insta::assert_snapshot!(*name, shown);
    }
}

/// Every register of the code is within the window of its function.
fn registers_fit(program: &Program) {
    for function in &program.functions {
        assert!(function.n_regs <= 250, "{}", function.name);
    }
}

#[test]
fn functions_beyond_the_window_spill() {
    let n = 400;
    let mut many = String::from("function f(int a) returns int {\n");
    for at in 0..n {
        _ = writeln!(many, "int v{at} = a + {at};");
    }
    _ = write!(many, "return v0");
    for at in 1..n {
        _ = write!(many, " + v{at}");
    }
    let deep = "(a * ".repeat(240) + "a" + &" + a * a)".repeat(240);
    _ = write!(
        many,
        ";\n}}\nfunction g(int a) returns int {{ return {deep}; }}\n"
    );
    many.push_str("public function main() { int x = f(1) + g(1); }");
    let program = lowered(&many);
    registers_fit(&program);
    let spills = |op: &&Op| matches!(op, Op::NewSpill { .. });
    assert!(program.ops.iter().filter(spills).count() >= 1);
}

#[test]
fn only_what_is_reached_is_lowered() {
    let program = lowered(
        "function unused() { }
function used() { }
public function main() { used(); }",
    );
    let names: Vec<&str> = program.functions.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["main", "used"]);
}
