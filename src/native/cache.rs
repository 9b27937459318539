//! Natives of `ballerina/cache`.

use std::sync::OnceLock;
use std::time::Instant;

use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::value::V;

pub const NATIVES: &[(&str, Native)] = &[("currentTime", current_time)];

/// Milliseconds since the first look; the clock of the wall may be set back, this one is not.
fn current_time(_cx: &mut Ctx, _args: &[V]) -> Outcome {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = START.get_or_init(Instant::now).elapsed().as_millis();
    Outcome::Done(V::int(i64::try_from(elapsed).unwrap_or(i64::MAX)))
}
