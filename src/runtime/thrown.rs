//! Panics of the language on their way, and the reasons of those that the runtime raises itself
//! (spec/language.md chapter 6).

use super::value::V;

/// A panic: the error value that goes up the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thrown(pub V);

pub const DIVISION_BY_ZERO: &str = "{ballerina}DivisionByZero";
pub const NUMBER_OVERFLOW: &str = "{ballerina}NumberOverflow";
pub const STACK_OVERFLOW: &str = "{ballerina}StackOverflow";
pub const TYPE_CAST: &str = "{ballerina}TypeCastError";
pub const NUMBER_CONVERSION: &str = "{ballerina}NumberConversionError";
pub const ARRAY_INDEX: &str = "{ballerina/lang.array}IndexOutOfRange";
pub const ARRAY_TYPE: &str = "{ballerina/lang.array}InherentTypeViolation";
pub const ARRAY_UPDATE: &str = "{ballerina/lang.array}InvalidUpdate";
pub const MAP_TYPE: &str = "{ballerina/lang.map}InherentTypeViolation";
pub const MAP_UPDATE: &str = "{ballerina/lang.map}InvalidUpdate";
pub const MAP_KEY: &str = "{ballerina/lang.map}KeyNotFound";
pub const OBJECT_TYPE: &str = "{ballerina/lang.object}InherentTypeViolation";
pub const STRING_INDEX: &str = "{ballerina/lang.string}IndexOutOfRange";
pub const JSON_OPERATION: &str = "{ballerina}JSONOperationError";
/// A fault of taintc that one strand ran into.
pub const INTERNAL: &str = "{ballerina}InternalError";
/// A wait that can never end.
pub const DEADLOCK: &str = "{ballerina}Deadlock";
pub const ARRAY_FILLER: &str = "{ballerina/lang.array}IllegalListInsertion";
pub const XML_OPERATION: &str = "{ballerina/lang.xml}XMLOperationError";
pub const FUTURE_CANCELLED: &str = "{ballerina/lang.future}FutureAlreadyCancelled";
