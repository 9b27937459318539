//! XML templates (spec/language.md 2.7).

use super::{Ident, TemplatePart, XmlNodeId};
use crate::base::TextRange;

/// `` xml `…` ``
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct XmlTemplate {
    pub nodes: Vec<XmlNodeId>,
}

/// A node of a template. Texts have their escapes and entity references resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum XmlNode {
    /// Could not be read; reported.
    Error,
    Element {
        name: XmlName,
        attributes: Vec<XmlAttribute>,
        children: Vec<XmlNodeId>,
    },
    Text(Vec<TemplatePart>),
    Comment(Vec<TemplatePart>),
    ProcessingInstruction {
        target: Ident,
        content: Vec<TemplatePart>,
    },
    /// The raw text of a CDATA section
    Cdata(Box<str>),
}

/// `p:name`; names of XML may hold `-` and `.`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct XmlName {
    pub prefix: Option<Ident>,
    pub local: Ident,
}

impl XmlName {
    pub fn range(self) -> TextRange {
        match self.prefix {
            Some(prefix) => prefix.range.cover(self.local.range),
            None => self.local.range,
        }
    }
}

/// `name="text ${e}"`; `xmlns` and `xmlns:p` are attributes here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct XmlAttribute {
    pub name: XmlName,
    pub value: Vec<TemplatePart>,
    pub range: TextRange,
}
