//! Code as text: one line per instruction with its address, functions with their names. For
//! tests and for looking at what the lowering made; nothing reads it back.

use std::fmt::Write;

use super::chunk::{Code, Program};

/// The code of every function of `program` that has instructions.
pub fn program_text(program: &Program) -> String {
    let mut out = String::new();
    for (index, function) in program.functions.iter().enumerate() {
        let Code::Ops { start, end } = function.code else {
            continue;
        };
        _ = writeln!(
            out,
            "function {index} {}:{} ({} registers)",
            function.module, function.name, function.n_regs
        );
        write_range(&mut out, program, start, end);
    }
    out
}

fn write_range(out: &mut String, program: &Program, start: u32, end: u32) {
    let mut last_line = 0;
    let ops = program
        .ops
        .get(start as usize..end as usize)
        .unwrap_or_default();
    for (pc, op) in (start..end).zip(ops) {
        let line = program.line(pc);
        let mark = if line == last_line {
            String::new()
        } else {
            format!("  ; line {line}")
        };
        last_line = line;
        _ = writeln!(out, "{pc:6}  {op:?}{mark}");
    }
    for handler in &program.handlers {
        if handler.start >= start && handler.end <= end {
            _ = writeln!(
                out,
                "        trap {}..{} -> {} in r{}",
                handler.start, handler.end, handler.target, handler.register
            );
        }
    }
}
