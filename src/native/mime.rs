//! Natives of `ballerina/mime`.
pub mod header;
pub mod media;
pub mod message;
pub mod multipart;
