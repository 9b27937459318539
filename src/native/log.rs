//! Natives of `ballerina/log`, and the log lines of natives: `TIME LEVEL [module] - message ` on stderr.
//!
//! A level is enabled by `b7a.log.level`, or for one module by `<module>.loglevel`; INFO when neither is
//! said. What is logged is the program's choice; natives log no secrets.

use jiff::{Timestamp, tz::TimeZone};

use super::runtime::function_at;
use crate::runtime::host::Host;
use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::text;
use crate::runtime::value::V;

pub const NATIVES: &[(&str, Native)] = &[("isEnabled", is_enabled), ("write", write)];

/// How much a line matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    fn parse(name: &str) -> Self {
        match name {
            "TRACE" => Self::Trace,
            "DEBUG" => Self::Debug,
            "WARN" => Self::Warn,
            "ERROR" => Self::Error,
            _ => Self::Info,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

/// The level from which on lines are written; `None`: none at all. Words that are no level count as INFO.
fn threshold(host: &Host, module: &str) -> Option<Level> {
    let of_key = |key: &str| {
        let found = host.config.lookup(key).ok().flatten()?;
        match found {
            crate::config::Found::Text(text) | crate::config::Found::Environment(text) => {
                Some(text.trim().to_ascii_uppercase())
            }
            _ => None,
        }
    };
    let of_module = (!module.is_empty()).then(|| of_key(&format!("{module}.loglevel")));
    let name = of_module.flatten().or_else(|| of_key("b7a.log.level"));
    match name.as_deref() {
        None => Some(Level::Info),
        Some("OFF") => None,
        Some("ALL") => Some(Level::Trace),
        Some(name) => Some(Level::parse(name)),
    }
}

/// Writes a line of the runtime itself.
pub fn line(host: &Host, level: Level, module: &str, message: &str) {
    if threshold(host, module).is_some_and(|threshold| level >= threshold) {
        write_line(host, level, module, message);
    }
}

fn write_line(host: &Host, level: Level, module: &str, message: &str) {
    let now = Timestamp::now().to_zoned_datetime(TimeZone::system());
    let time = now.strftime("%Y-%m-%d %H:%M:%S,%3f");
    let line = format!("{time} {:<5} [{module}] - {message} \n", level.name());
    host.stderr.write(line.as_bytes());
    host.stderr.flush();
}

/// The module that called a function of `log`: empty for a single source file.
fn calling_module(cx: &Ctx) -> String {
    // The first is the function of `log` itself.
    let trace = cx.trace();
    let caller = trace.get(1).and_then(|&pc| function_at(&cx.program, pc));
    let Some(caller) = caller else {
        return String::new();
    };
    let module = caller.module_path.as_str();
    match module.ends_with(caller.file.as_str()) {
        true => String::new(),
        false => module.to_owned(),
    }
}

fn level(cx: &Ctx, args: &[V]) -> Level {
    let name = args.first().and_then(|&name| cx.heap.to_str(name));
    Level::parse(name.unwrap_or_default())
}

fn is_enabled(cx: &mut Ctx, args: &[V]) -> Outcome {
    let threshold = threshold(&cx.host, &calling_module(cx));
    let level = level(cx, args);
    Outcome::Done(V::boolean(
        threshold.is_some_and(|threshold| level >= threshold),
    ))
}

fn write(cx: &mut Ctx, args: &[V]) -> Outcome {
    let level = level(cx, args);
    let message = args.get(1).and_then(|&message| cx.heap.to_str(message));
    let mut message = message.unwrap_or_default().to_owned();
    if let Some(error) = args.get(2).and_then(|error| error.present()) {
        match text::to_text(cx, error) {
            Ok(text) => message = format!("{message} : {text}"),
            Err(thrown) => return Outcome::Panic(thrown.0),
        }
    }
    write_line(&cx.host, level, &calling_module(cx), &message);
    Outcome::NIL
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn levels_are_ordered() {
        assert!(Level::Trace < Level::Debug && Level::Warn < Level::Error);
        for level in [
            Level::Trace,
            Level::Debug,
            Level::Info,
            Level::Warn,
            Level::Error,
        ] {
            assert_eq!(Level::parse(level.name()), level);
        }
    }
}
