//! Type parameters of library functions (`@typeParam`): what a call's arguments make of them.
