//! Names of elements and attributes, and what a name may be made of (Namespaces in XML 1.0).

use std::sync::Arc;

/// The name space of namespace declarations, which are kept as attributes.
pub const XMLNS_URI: &str = "http://www.w3.org/2000/xmlns/";

/// The name space of `xml:lang` and its like, declared everywhere.
pub const XML_URI: &str = "http://www.w3.org/XML/1998/namespace";

/// The name of an element or attribute. Two names are the same when their expanded forms are; the
/// prefix is only how it was written.
#[derive(Clone, Debug)]
pub struct XmlName {
    pub prefix: Option<Arc<str>>,
    pub uri: Option<Arc<str>>,
    pub local: Arc<str>,
}

impl XmlName {
    /// The name written in its expanded form, `{uri}local` or `local`.
    pub fn from_expanded(text: &str) -> Self {
        let (uri, local) = split_expanded(text);
        Self {
            prefix: None,
            uri: uri.map(Arc::from),
            local: local.into(),
        }
    }

    /// `{uri}local`, without a name space `local`.
    pub fn expanded(&self) -> String {
        match &self.uri {
            Some(uri) => format!("{{{uri}}}{}", self.local),
            None => self.local.to_string(),
        }
    }

    /// Whether this is the name with the expanded form `text`.
    pub fn is(&self, text: &str) -> bool {
        let (uri, local) = split_expanded(text);
        *self.local == *local && self.uri.as_deref() == uri
    }

    /// Whether an attribute of this name declares a name space.
    pub fn is_declaration(&self) -> bool {
        self.uri.as_deref() == Some(XMLNS_URI)
    }

    /// The prefix that an attribute of this name declares; the empty one is the default.
    pub fn declared_prefix(&self) -> Option<&str> {
        let default = self.prefix.is_none();
        self.is_declaration()
            .then(|| if default { "" } else { &*self.local })
    }
}

impl PartialEq for XmlName {
    fn eq(&self, other: &Self) -> bool {
        self.local == other.local && self.uri == other.uri
    }
}

impl Eq for XmlName {}

/// An attribute or a namespace declaration of an element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    pub name: XmlName,
    pub value: Arc<str>,
}

/// The parts of an expanded name.
pub fn split_expanded(text: &str) -> (Option<&str>, &str) {
    match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some(("", local)) => (None, local),
        Some((uri, local)) => (Some(uri), local),
        None => (None, text),
    }
}

/// Whether `text` can be a name without a prefix.
pub fn is_ncname(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '_'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '0'..='9' | '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether a character may occur in XML 1.0 at all.
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}
