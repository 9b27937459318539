//! `taintc encrypt`: the dialogue, its result on stdout.

use super::failure::Failure;
use super::{Exit, print};
use crate::config::{self, Console};

pub(super) fn run() -> Exit {
    match config::encrypt::dialogue(&mut Console) {
        Ok(lines) => print(lines.as_bytes()),
        Err(error) => Failure::Config(error).print(),
    }
}
