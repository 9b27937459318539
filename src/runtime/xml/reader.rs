//! XML text → items, built bottom-up through a [`XmlSink`] (Namespaces in XML 1.0; spec/langlib.md,
//! lang.xml). A text is a fragment: any number of items at the top. Prefixes are resolved here; document
//! type definitions are skipped and their entities unknown, so nothing outside of the text is ever read.

use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use rustc_hash::{FxHashMap, FxHashSet};

use super::name::{Attribute, XML_URI, XMLNS_URI, XmlName, is_ncname, is_xml_char};
use crate::limits;

/// Makes items of the parsed parts.
pub trait XmlSink {
    type Item;
    fn element(
        &mut self,
        name: XmlName,
        attributes: Vec<Attribute>,
        children: Vec<Self::Item>,
    ) -> Self::Item;
    fn text(&mut self, text: &str) -> Self::Item;
    fn comment(&mut self, text: &str) -> Self::Item;
    fn instruction(&mut self, target: &str, data: &str) -> Self::Item;
}

/// Reads all items of a text. Blank text beside other items at the top, as around the root of a
/// document, is dropped. The error is the parser's message.
pub fn read<S: XmlSink>(text: &str, sink: &mut S) -> Result<Vec<S::Item>, String> {
    let mut builder = Builder {
        sink,
        scopes: Scopes::default(),
        open: Vec::new(),
        top: Vec::new(),
        text: String::new(),
    };
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_comments = true;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => builder.start(&start)?,
            Event::Empty(start) => {
                builder.start(&start)?;
                builder.end();
            }
            Event::End(_) => builder.end(),
            Event::Text(text) => builder.push_text(&text.xml10_content())?,
            Event::CData(text) => builder.push_text(&text.xml10_content())?,
            Event::GeneralRef(reference) => builder.push_reference(&reference)?,
            Event::Comment(text) => {
                builder.end_text();
                let item = builder.sink.comment(&text.xml10_content());
                builder.push(item);
            }
            Event::PI(instruction) => {
                builder.end_text();
                let target = instruction.target();
                let data = instruction.content().trim_start();
                let item = builder.sink.instruction(target, data);
                builder.push(item);
            }
            Event::Decl(_) | Event::DocType(_) => builder.end_text(),
            Event::Eof => break,
        }
    }
    if let Some(element) = builder.open.last() {
        return Err(format!("start tag not closed: '{}'", element.name.local));
    }
    builder.end_text();
    let is_text_alone = builder.top.len() == 1;
    let kept = builder
        .top
        .into_iter()
        .filter(|(_, blank)| is_text_alone || !blank);
    Ok(kept.map(|(item, _)| item).collect())
}

struct Builder<'s, S: XmlSink> {
    sink: &'s mut S,
    scopes: Scopes,
    open: Vec<OpenElement<S::Item>>,
    /// Items at the top, and whether they are blank text.
    top: Vec<(S::Item, bool)>,
    /// Text, references and CDATA sections that follow each other are one text.
    text: String,
}

struct OpenElement<T> {
    name: XmlName,
    attributes: Vec<Attribute>,
    children: Vec<T>,
    /// Prefixes declared here, with what they meant before.
    declared: Vec<(Arc<str>, Option<Arc<str>>)>,
}

impl<S: XmlSink> Builder<'_, S> {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.end_text();
        if self.open.len() >= limits::DATA_DEPTH as usize {
            return Err("elements nested too deeply".to_owned());
        }
        let mut raw: Vec<(&str, String)> = Vec::new();
        let mut attributes = start.attributes();
        attributes.with_checks(false);
        let attributes: Vec<_> = attributes.collect();
        for attribute in &attributes {
            let attribute = attribute.as_ref().map_err(ToString::to_string)?;
            if attribute.value.contains('<') {
                return Err("'<' in an attribute value".to_owned());
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| error.to_string())?;
            check_chars(&value)?;
            raw.push((attribute.key.into_inner(), value.into_owned()));
        }
        let mut declared = Vec::new();
        for (key, value) in &raw {
            let prefix = match *key {
                "xmlns" => "",
                _ => match key.strip_prefix("xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            let previous = self.scopes.declare(prefix, value)?;
            declared.push((Arc::from(prefix), previous));
        }
        let mut seen = FxHashSet::default();
        let mut attributes = Vec::new();
        for (key, value) in raw {
            let name = self.scopes.attribute_name(key)?;
            if !seen.insert((name.uri.clone(), name.local.clone())) {
                return Err(format!("attribute '{key}' written twice"));
            }
            attributes.push(Attribute {
                name,
                value: value.into(),
            });
        }
        let name = self.scopes.element_name(start.name().into_inner())?;
        self.open.push(OpenElement {
            name,
            attributes,
            children: Vec::new(),
            declared,
        });
        Ok(())
    }

    fn end(&mut self) {
        self.end_text();
        let Some(element) = self.open.pop() else {
            return;
        };
        for (prefix, previous) in element.declared.into_iter().rev() {
            self.scopes.restore(prefix, previous);
        }
        let item = self
            .sink
            .element(element.name, element.attributes, element.children);
        self.push(item);
    }

    fn push(&mut self, item: S::Item) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(item),
            None => self.top.push((item, false)),
        }
    }

    fn push_text(&mut self, text: &str) -> Result<(), String> {
        check_chars(text)?;
        self.text.push_str(text);
        Ok(())
    }

    fn push_reference(&mut self, reference: &BytesRef<'_>) -> Result<(), String> {
        let c = reference
            .resolve_char_ref()
            .map_err(|error| error.to_string())?;
        let c = match (c, &**reference) {
            (Some(c), _) if is_xml_char(c) => c,
            (None, "lt") => '<',
            (None, "gt") => '>',
            (None, "amp") => '&',
            (None, "apos") => '\'',
            (None, "quot") => '"',
            (_, name) => return Err(format!("unknown entity '{name}'")),
        };
        self.text.push(c);
        Ok(())
    }

    fn end_text(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let item = self.sink.text(&text);
        match self.open.last_mut() {
            Some(parent) => parent.children.push(item),
            None => self.top.push((item, is_blank(&text))),
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

fn check_chars(text: &str) -> Result<(), String> {
    match text.chars().find(|&c| !is_xml_char(c)) {
        Some(c) => Err(format!("invalid character U+{:04X}", u32::from(c))),
        None => Ok(()),
    }
}

/// What prefixes mean at the reader's place; the empty prefix is the default name space.
#[derive(Default)]
struct Scopes {
    uris: FxHashMap<Arc<str>, Arc<str>>,
}

impl Scopes {
    /// Declares a prefix; gives what it meant before.
    fn declare(&mut self, prefix: &str, uri: &str) -> Result<Option<Arc<str>>, String> {
        let is_reserved = matches!(prefix, "xml" | "xmlns") || uri == XMLNS_URI || uri == XML_URI;
        if is_reserved && !(prefix == "xml" && uri == XML_URI) {
            return Err(format!("prefix '{prefix}' cannot be bound to '{uri}'"));
        }
        if uri.is_empty() && !prefix.is_empty() {
            return Err(format!("prefix '{prefix}' bound to an empty name space"));
        }
        Ok(self.uris.insert(prefix.into(), uri.into()))
    }

    fn restore(&mut self, prefix: Arc<str>, previous: Option<Arc<str>>) {
        match previous {
            Some(uri) => self.uris.insert(prefix, uri),
            None => self.uris.remove(&prefix),
        };
    }

    fn uri(&self, prefix: &str) -> Option<Arc<str>> {
        if prefix == "xml" {
            return Some(XML_URI.into());
        }
        self.uris.get(prefix).filter(|uri| !uri.is_empty()).cloned()
    }

    fn element_name(&self, written: &str) -> Result<XmlName, String> {
        let (prefix, local) = split_prefix(written)?;
        let uri = self.uri(prefix.unwrap_or(""));
        if let (Some(prefix), None) = (prefix, &uri) {
            return Err(format!("unknown prefix '{prefix}'"));
        }
        Ok(XmlName {
            prefix: prefix.map(Arc::from),
            uri,
            local: local.into(),
        })
    }

    fn attribute_name(&self, written: &str) -> Result<XmlName, String> {
        let (prefix, local) = split_prefix(written)?;
        let uri = match prefix {
            None if local == "xmlns" => Some(XMLNS_URI.into()),
            None => None,
            Some("xmlns") => Some(XMLNS_URI.into()),
            Some(prefix) => match self.uri(prefix) {
                Some(uri) => Some(uri),
                None => return Err(format!("unknown prefix '{prefix}'")),
            },
        };
        Ok(XmlName {
            prefix: prefix.map(Arc::from),
            uri,
            local: local.into(),
        })
    }
}

fn split_prefix(written: &str) -> Result<(Option<&str>, &str), String> {
    let (prefix, local) = match written.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, written),
    };
    if !is_ncname(local) || !prefix.is_none_or(is_ncname) {
        return Err(format!("invalid name '{written}'"));
    }
    Ok((prefix, local))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes items as s-expressions.
    struct Outline;

    impl XmlSink for Outline {
        type Item = String;

        fn element(
            &mut self,
            name: XmlName,
            attributes: Vec<Attribute>,
            children: Vec<String>,
        ) -> String {
            let attributes: String = attributes
                .iter()
                .map(|a| format!(" {}={}", a.name.expanded(), a.value))
                .collect();
            format!("({}{attributes}:{})", name.expanded(), children.concat())
        }

        fn text(&mut self, text: &str) -> String {
            format!("'{text}'")
        }

        fn comment(&mut self, text: &str) -> String {
            format!("#{text}#")
        }

        fn instruction(&mut self, target: &str, data: &str) -> String {
            format!("?{target} {data}?")
        }
    }

    #[test]
    fn items_of_all_kinds() {
        let cases = [
            (
                "<a><b>1</b><b k='v &amp; w'/></a>",
                "(a:(b:'1')(b k=v & w:))",
            ),
            ("x &lt;<![CDATA[<&>]]>&#65;", "'x <<&>A'"),
            ("", ""),
            ("  ", "'  '"),
            ("<?xml version=\"1.0\"?>\n<!DOCTYPE a>\n<a/>\n", "(a:)"),
            ("<!--c--><?pi  some data?>", "#c#?pi some data?"),
            (
                "<p:a xmlns:p=\"u\" p:k=\"1\" k=\"2\"><b xmlns=\"d\"/></p:a>",
                "({u}a {http://www.w3.org/2000/xmlns/}p=u {u}k=1 k=2:({d}b {http://www.w3.org/2000/xmlns/}xmlns=d:))",
            ),
        ];
        for (text, outline) in cases {
            assert_eq!(
                read(text, &mut Outline).unwrap().concat(),
                outline,
                "{text}"
            );
        }
    }

    #[test]
    fn broken_texts_are_refused() {
        for text in [
            "<a><b></a>",
            "<a>",
            "</a>",
            "<a k=1/>",
            "<a k='1' k='2'/>",
            "<p:a/>",
            "<a p:k='1'/>",
            "<1a/>",
            "&nbsp;",
            "<a k='<'/>",
            "<a",
            "<!-- -- -->",
            "\u{1}",
            "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>",
        ] {
            assert!(read(text, &mut Outline).is_err(), "{text}");
        }
        let deep = "<a>".repeat(100_000);
        assert!(read(&deep, &mut Outline).is_err());
    }
}
