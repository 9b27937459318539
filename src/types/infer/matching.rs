//! `match` (spec/language.md 5.12).
