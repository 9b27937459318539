//! Workers: their functions, and whether their messages pair up (spec/language.md 5.17).
