//! From the syntax tree of an item to its HIR: names bound, calls matched, types given and checked.
//!
//! Input: an item's tree, scopes (`resolve`) and the signatures and definitions of other items. Output:
//! the item's HIR and what is wrong in its bodies. Every mistake is reported once; what failed has the type
//! [`Ty::ERROR`], which fits everywhere. Rules for definitions are in `rules`, those of control flow in
//! `flow`.
//!
//! | file | what |
//! |---|---|
//! | [`items`], [`function`] | what an item consists of: functions, methods, initial and default values, services |
//! | [`cx`], [`scope`] | the state of one item; locals, captures |
//! | [`narrow`], [`foresight`] | narrowing by conditions, and what assignments make of it |
//! | [`stmt`], [`branch`], [`pattern`], [`matching`], [`worker`], [`query`] | statements |
//! | [`expr`] and its siblings | expressions, by kind |
//! | [`call`], [`args`], [`method`], [`generic`] | calls |

mod access;
mod action;
mod args;
mod branch;
mod call;
mod cast;
mod choice;
mod construct;
mod cx;
mod error;
mod expr;
mod foresight;
mod function;
mod generic;
mod items;
mod lambda;
mod literal;
mod matching;
mod method;
mod name;
mod narrow;
mod new;
mod operator;
mod pattern;
mod place;
mod query;
mod scope;
mod stmt;
mod table;
mod template;
mod test;
mod worker;
mod xml;

use crate::base::ItemId;
use crate::db::Db;
use crate::syntax::ast::ItemAst;

use super::queries::Inferred;

/// The typed form of `item`.
pub fn infer_item(db: &dyn Db, item: ItemId, ast: &ItemAst) -> Inferred {
    items::infer(db, item, ast)
}

#[cfg(test)]
mod tests;
