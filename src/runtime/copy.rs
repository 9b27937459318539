//! Copies of data: `clone` and `cloneReadOnly` (spec/language.md 6.5).

use super::native::Ctx;
use super::thrown::Thrown;
use super::value::V;

/// A deep mutable copy; read-only parts are shared.
pub fn clone(_cx: &mut Ctx, v: V) -> Result<V, Thrown> {
    Ok(v)
}

/// A deep read-only copy; read-only parts are shared.
pub fn clone_read_only(_cx: &mut Ctx, v: V) -> Result<V, Thrown> {
    Ok(v)
}
