//! Sinks at calls: where a tainted part of an argument or of the receiver meets a sensitive parameter, marked or
//! derived (T001, T002), or a captured variable (T005). What depends on the unit's own parameters
//! becomes a sink of the unit.

use crate::base::{Location, Name};
use crate::diagnostics::Code;
use crate::types::FuncId;

use super::call::{Frame, How, Report, Slot};
use super::eval::{Eval, Nested};
use super::ir::{Parts, Site};
use super::place::{Key, Origin, Place, Step as PathStep};
use super::state::State;
use super::summary::{FindingSite, Sink, Summary};
use super::unit::Unit;
use super::value::{Labels, Value};
use super::witness::Witness;

impl Eval<'_, '_> {
    pub fn report_sinks(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &mut Frame,
        how: &How,
    ) {
        let mut trusted = Vec::new();
        let mut on_receiver: Option<(FindingSite, Witness)> = None;
        for sink in &summary.sinks {
            let is_captured = matches!(sink.place.origin, Origin::Capture(_));
            let is_applied = matches!(sink.place.origin, Origin::Applied(_));
            if frame.is_creation != is_captured && !is_applied {
                continue;
            }
            if let Some(target) = sink.captured
                && self.is_tainted_at(state, frame, target)
            {
                continue;
            }
            let sites = self.sites_of(state, frame, sink);
            for (labels, at) in sites {
                let Some(site) = Self::site_at(unit, summary, frame, sink, at, how) else {
                    continue;
                };
                let labels = self.sink_labels(unit, frame, sink, &labels, at);
                if let Some(witness) = labels.source {
                    match sink.place.origin {
                        Origin::Receiver if how.report == Report::AtArguments => {
                            let first = on_receiver
                                .as_ref()
                                .is_none_or(|(ours, _)| order(&sink.site) < order(ours));
                            if first {
                                on_receiver = Some((sink.site.clone(), witness));
                            }
                        }
                        Origin::Param(index) => {
                            self.findings.add(site.clone(), witness, &self.cx.arena);
                            if site.code == Code::T001 {
                                trusted.push(index as usize);
                            }
                        }
                        _ => self.findings.add(site.clone(), witness, &self.cx.arena),
                    }
                }
                for (place, witness) in labels.places {
                    self.add_sink(Sink {
                        place,
                        site: site.clone(),
                        captured: None,
                        is_marked: false,
                        witness,
                    });
                }
            }
        }
        if let Some((site, witness)) = on_receiver {
            let site = FindingSite {
                code: Code::T002,
                location: how.location,
                name: site.name,
                method: Some(summary.name),
            };
            self.findings.add(site, witness, &self.cx.arena);
        }
        trusted.sort_unstable();
        trusted.dedup();
        for index in trusted {
            self.trust_argument(state, frame, index, how);
        }
    }

    /// An argument that was reported counts as clean for the rest of the call.
    fn trust_argument(&mut self, state: &mut State, frame: &mut Frame, index: usize, how: &How) {
        if let Some(slot) = frame.params.get_mut(index) {
            let value = std::mem::take(&mut slot.value);
            slot.items.clear();
            let n = self.nested(how.nth, Nested::Trusted(index as u32));
            let trusted = self.trusted(state, &value, how.site, n);
            if let Some(slot) = frame.params.get_mut(index) {
                slot.value = trusted;
            }
        }
    }

    /// The labels that meet a sink, for each argument that is reported on its own.
    fn sites_of(
        &mut self,
        state: &mut State,
        frame: &Frame,
        sink: &Sink,
    ) -> Vec<(Labels, Option<Location>)> {
        if let Origin::Param(index) = sink.place.origin
            && let Some(slot) = frame.params.get(index as usize)
            && !slot.items.is_empty()
        {
            let steps = sink.place.path.steps();
            let items = slot.items.clone();
            let mut found = Vec::new();
            for (at, (item, location)) in items.into_iter().enumerate() {
                let meets = match steps.first() {
                    Some(PathStep::Known(Key::Index(index))) => *index == at as i64,
                    Some(PathStep::Known(Key::Name(_))) => false,
                    Some(PathStep::Any | PathStep::KeyOf(_)) | None => true,
                };
                if !meets {
                    continue;
                }
                let inner = Frame {
                    params: vec![Slot {
                        value: item,
                        ..Slot::default()
                    }],
                    ..Frame::default()
                };
                let rest = steps.get(1..).unwrap_or_default().to_vec();
                let is_whole = sink.place.path.is_whole();
                let path = super::place::Path::new(rest, is_whole);
                let place = Place::new(Origin::Param(0), path);
                found.push((self.labels_at(state, &inner, place), Some(location)));
            }
            return found;
        }
        vec![(self.labels_at(state, frame, sink.place), None)]
    }

    /// Where the finding for a sink stands, seen from this call.
    fn site_at(
        unit: Unit,
        summary: &Summary,
        frame: &Frame,
        sink: &Sink,
        at: Option<Location>,
        how: &How,
    ) -> Option<FindingSite> {
        let own = |location: Location, name: Name| FindingSite {
            code: Code::T001,
            location,
            name,
            method: None,
        };
        match (sink.place.origin, how.report) {
            (Origin::Capture(_) | Origin::Applied(_), _) => Some(sink.site.clone()),
            (Origin::Param(index), report) => {
                let slot = frame.params.get(index as usize)?;
                let own_name = summary.params.get(index as usize)?.name;
                let name = slot.name.unwrap_or(own_name);
                match report {
                    Report::AtArguments => Some(own(at.or(slot.location)?, name)),
                    Report::Inside(_) if slot.name.is_some() => Some(own(slot.location?, name)),
                    Report::Inside(_) if unit.is_inner() && !sink.is_marked => {
                        Some(sink.site.clone())
                    }
                    Report::Inside(location) => Some(own(location, name)),
                }
            }
            (Origin::Receiver, _) => Some(FindingSite {
                code: Code::T002,
                location: how.location,
                name: sink.site.name,
                method: Some(summary.name),
            }),
            (Origin::Global(_), _) => None,
        }
    }

    fn sink_labels(
        &mut self,
        unit: Unit,
        frame: &Frame,
        sink: &Sink,
        labels: &Labels,
        at: Option<Location>,
    ) -> Labels {
        let mut frame = frame.clone();
        if let (Origin::Param(index), Some(at)) = (sink.place.origin, at)
            && let Some(slot) = frame.params.get_mut(index as usize)
        {
            slot.location = Some(at);
        }
        labels.map(|witness| self.chained(witness, unit, sink.witness, sink.place, &frame))
    }

    /// A default value meets its parameter.
    pub fn check_default(&mut self, state: &mut State, id: FuncId, param: u32, value: &Value) {
        let unit = Unit::Function(id);
        let Some(summary) = self.cx.summary(unit) else {
            return;
        };
        let mut params = vec![Slot::default(); param as usize + 1];
        params[param as usize] = Slot {
            value: value.clone(),
            location: Some(self.here()),
            ..Slot::default()
        };
        let mut frame = Frame {
            params,
            ..Frame::default()
        };
        let how = How {
            site: Site(u32::MAX),
            nth: 0,
            location: self.here(),
            trap: None,
            parts: Parts::ALL,
            report: Report::AtArguments,
            active: Vec::new(),
            is_shallow: false,
        };
        let sinks = std::mem::take(&mut self.sinks);
        self.report_sinks(state, unit, &summary, &mut frame, &how);
        self.sinks = sinks;
    }
}

/// The order of sinks in the source of a method.
fn order(site: &FindingSite) -> (u32, &'static str) {
    (site.location.range.start, site.name.as_str())
}
