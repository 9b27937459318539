//! Findings of the analysis before they become diagnostics: the place, and the witness of the way there.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::summary::FindingSite;
use super::witness::{Arena, Witness};

/// Findings by their places; of several ways to one the best stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    found: IndexMap<FindingSite, Witness, FxBuildHasher>,
}

impl Findings {
    pub fn add(&mut self, site: FindingSite, witness: Witness, arena: &Arena) {
        self.found
            .entry(site)
            .and_modify(|ours| *ours = arena.better(*ours, witness))
            .or_insert(witness);
    }

    pub fn iter(&self) -> impl Iterator<Item = (&FindingSite, Witness)> {
        self.found.iter().map(|(site, &witness)| (site, witness))
    }

    pub fn extend(&mut self, other: &Self, arena: &Arena) {
        for (site, witness) in other.iter() {
            self.add(site.clone(), witness, arena);
        }
    }
}
