//! The roots of a collection: what the strands can reach, the module variables, the constants.

use crate::runtime::heap::collect::Marker;
use crate::runtime::isolate::Isolate;
use crate::runtime::strand::Strand;
use crate::runtime::thrown::Thrown;

/// Collects. Only at a safepoint: the current strand has stored its `pc` and `base`.
#[cold]
pub(super) fn collect(cx: &mut Isolate) {
    let Isolate {
        heap,
        strand,
        scheduler,
        globals,
        consts,
        ..
    } = cx;
    heap.collect(|marker| {
        marker.mark_all(globals);
        marker.mark_all(consts);
        mark_strand(marker, strand);
        for strand in scheduler.strands.values() {
            mark_strand(marker, strand);
        }
    });
}

fn mark_strand(marker: &mut Marker<'_>, strand: &Strand) {
    marker.mark_all(strand.live());
    marker.mark_all(&strand.pins);
    for native in &strand.natives {
        marker.mark_all(&native.keep);
    }
    marker.mark(strand.future);
    marker.mark(strand.context);
    marker.mark(strand.transaction);
    if let Some((function, _)) = strand.entry {
        marker.mark(function);
    }
    if let Some(Ok(value) | Err(Thrown(value))) = strand.wake {
        marker.mark(value);
    }
}
