//! Natives of `ballerina/io`: printing, formatting, reading lines, and the channels of bytes, characters,
//! text records and binary data.
//!
//! What channels do without values of the language lies in the files beneath this one; [`pipe`] puts their
//! work on threads that may block. What goes wrong is an error value of the module.

mod binary;
pub mod bytes;
pub mod chars;
pub mod data;
pub mod failure;
mod pipe;
pub mod records;
pub mod sprintf;
mod terminal;
mod text;
mod text_records;

use super::registry::Table;

pub const NATIVES: Table = &[
    ("print", terminal::print),
    ("println", terminal::println),
    ("sprintf", terminal::sprintf),
    ("readln", terminal::readln),
    ("openReadableFileExtern", binary::open_readable),
    ("openWritableFileExtern", binary::open_writable),
    ("memoryChannel", binary::memory),
    ("byteReadExtern", binary::read),
    ("byteWriteExtern", binary::write),
    ("encodeChannel", binary::encode),
    ("decodeChannel", binary::decode),
    ("closeReadable", pipe::close_readable),
    ("closeWritable", pipe::close_writable),
    ("readableCharacters", text::readable),
    ("writableCharacters", text::writable),
    ("stringCharacters", text::of_string),
    ("readExtern", text::read),
    ("readJsonExtern", text::read_json),
    ("readXmlExtern", text::read_xml),
    ("writeExtern", text::write),
    ("readableData", binary::readable_data),
    ("writableData", binary::writable_data),
    ("readInt", binary::read_int),
    ("readFloat", binary::read_float),
    ("readText", binary::read_text),
    ("readVariable", binary::read_variable),
    ("writeInt", binary::write_int),
    ("writeFloat", binary::write_float),
    ("writeText", binary::write_text),
    ("writeVariable", binary::write_variable),
    ("readableRecords", text_records::readable),
    ("writableRecords", text_records::writable),
    ("readableCsv", text_records::readable_csv),
    ("writableCsv", text_records::writable_csv),
    ("skipRecords", text_records::skip),
    ("hasNextExtern", text_records::has_next),
    ("getNextExtern", text_records::next),
    ("getTableExtern", text_records::table),
    ("writeRecord", text_records::write),
];
