//! The pest parser of `grammar/*.pest`. Only this module and lowering know its rule names.

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "../grammar/lexical.pest"]
#[grammar = "../grammar/types.pest"]
#[grammar = "../grammar/expressions.pest"]
#[grammar = "../grammar/xml.pest"]
#[grammar = "../grammar/statements.pest"]
#[grammar = "../grammar/queries.pest"]
#[grammar = "../grammar/declarations.pest"]
pub struct Grammar;
