//! XML values → text (spec/langlib.md, lang.xml): attributes in their order and in double quotes, elements
//! always with an end tag. Name spaces that an element or attribute needs and no ancestor declares are
//! declared where they are needed, so that every written element reads back the same.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Element;
use super::name::{XML_URI, XMLNS_URI, XmlName};
use crate::runtime::heap::Heap;
use crate::runtime::heap::kinds::Xml;
use crate::runtime::value::V;

/// The text form of a value: markup, but texts at the top stand as they are.
pub fn text(heap: &Heap, v: V) -> String {
    write(heap, v, false)
}

/// The value as a piece of a document: texts at the top are escaped as well.
pub fn markup(heap: &Heap, v: V) -> String {
    write(heap, v, true)
}

enum Step {
    Item(V),
    /// The end tag of an element, and the prefixes to forget behind it.
    End {
        name: String,
        declared: Vec<(Arc<str>, Option<Arc<str>>)>,
    },
}

fn write(heap: &Heap, v: V, escape_top: bool) -> String {
    let mut out = String::new();
    let mut scope = Scope::default();
    let mut depth = 0_usize;
    let mut steps = vec![Step::Item(v)];
    while let Some(step) = steps.pop() {
        let item = match step {
            Step::Item(item) => item,
            Step::End { name, declared } => {
                out.push_str("</");
                out.push_str(&name);
                out.push('>');
                scope.leave(declared);
                depth -= 1;
                continue;
            }
        };
        match heap.xml(item) {
            Xml::Sequence(items) => steps.extend(items.iter().rev().map(|&item| Step::Item(item))),
            Xml::Text(text) if depth == 0 && !escape_top => out.push_str(text),
            Xml::Text(text) => escape_text(&mut out, text),
            Xml::Comment(text) => {
                out.push_str("<!--");
                out.push_str(text);
                out.push_str("-->");
            }
            Xml::Instruction { target, data } => {
                out.push_str("<?");
                out.push_str(target);
                if !data.is_empty() {
                    out.push(' ');
                    out.push_str(data);
                }
                out.push_str("?>");
            }
            Xml::Element(element) => {
                depth += 1;
                steps.push(start_tag(&mut out, element, &mut scope));
                let children = element.children.iter().rev();
                steps.extend(children.map(|&child| Step::Item(child)));
            }
        }
    }
    out
}

/// Writes the start tag; gives the step that writes the end tag.
fn start_tag(out: &mut String, element: &Element, scope: &mut Scope) -> Step {
    let mut declared = Vec::new();
    for attribute in &element.attributes {
        if let Some(prefix) = attribute.name.declared_prefix() {
            scope.declare(prefix.into(), attribute.value.clone(), &mut declared);
        }
    }
    let n_own = declared.len();
    let name = scope.written(&element.name, false, &mut declared);
    let mut attributes = String::new();
    for attribute in &element.attributes {
        attributes.push(' ');
        attributes.push_str(&scope.written(&attribute.name, true, &mut declared));
        attributes.push_str("=\"");
        escape_attribute(&mut attributes, &attribute.value);
        attributes.push('"');
    }
    out.push('<');
    out.push_str(&name);
    for (prefix, _) in declared.iter().skip(n_own) {
        out.push_str(if prefix.is_empty() {
            " xmlns"
        } else {
            " xmlns:"
        });
        out.push_str(prefix);
        out.push_str("=\"");
        escape_attribute(out, scope.uri(prefix));
        out.push('"');
    }
    out.push_str(&attributes);
    out.push('>');
    Step::End { name, declared }
}

/// What prefixes mean at the writer's place; the empty prefix is the default name space.
#[derive(Default)]
struct Scope {
    uris: FxHashMap<Arc<str>, Arc<str>>,
}

impl Scope {
    fn uri(&self, prefix: &str) -> &str {
        self.uris.get(prefix).map_or("", |uri| uri)
    }

    fn declare(
        &mut self,
        prefix: Arc<str>,
        uri: Arc<str>,
        declared: &mut Vec<(Arc<str>, Option<Arc<str>>)>,
    ) {
        let previous = self.uris.insert(Arc::clone(&prefix), uri);
        declared.push((prefix, previous));
    }

    fn leave(&mut self, declared: Vec<(Arc<str>, Option<Arc<str>>)>) {
        for (prefix, previous) in declared.into_iter().rev() {
            match previous {
                Some(uri) => self.uris.insert(prefix, uri),
                None => self.uris.remove(&prefix),
            };
        }
    }

    /// The name with a prefix that means its name space here, declared when there is none.
    fn written(
        &mut self,
        name: &XmlName,
        is_attribute: bool,
        declared: &mut Vec<(Arc<str>, Option<Arc<str>>)>,
    ) -> String {
        let prefix = match name.uri.as_deref() {
            Some(XMLNS_URI) if name.prefix.is_none() && &*name.local == "xmlns" => "".into(),
            Some(XMLNS_URI) => "xmlns".into(),
            Some(XML_URI) => "xml".into(),
            Some(uri) => self.prefix_for(name, uri, is_attribute, declared),
            None => {
                if !is_attribute && !self.uri("").is_empty() {
                    self.declare("".into(), "".into(), declared);
                }
                "".into()
            }
        };
        if prefix.is_empty() {
            name.local.to_string()
        } else {
            format!("{prefix}:{}", name.local)
        }
    }

    fn prefix_for(
        &mut self,
        name: &XmlName,
        uri: &str,
        is_attribute: bool,
        declared: &mut Vec<(Arc<str>, Option<Arc<str>>)>,
    ) -> Arc<str> {
        let own = name.prefix.clone().unwrap_or_else(|| "".into());
        let takes_own = !is_attribute || !own.is_empty();
        if takes_own && self.uri(&own) == uri {
            return own;
        }
        let is_free = |prefix: &str| !declared.iter().any(|(other, _)| **other == *prefix);
        // An element made from an expanded name alone gets a prefix of its own as well.
        let prefix = if takes_own && !own.is_empty() && is_free(&own) {
            own
        } else {
            let bound = self
                .uris
                .iter()
                .filter(|&(prefix, bound)| **bound == *uri && !(is_attribute && prefix.is_empty()));
            // The least one: the order of a hash table must not show.
            if let Some((prefix, _)) = bound.min() {
                return Arc::clone(prefix);
            }
            let numbered = (0_u32..).map(|n| format!("ns{n}"));
            let free = |prefix: &String| !self.uris.contains_key(prefix.as_str());
            numbered.into_iter().find(free).unwrap_or_default().into()
        };
        self.declare(Arc::clone(&prefix), uri.into(), declared);
        prefix
    }
}

fn escape_text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xd;"),
            _ => out.push(c),
        }
    }
}

fn escape_attribute(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            // Else they would be read back as blanks.
            '\n' => out.push_str("&#xa;"),
            '\t' => out.push_str("&#x9;"),
            _ => escape_text(out, c.encode_utf8(&mut [0; 4])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Element, parse, sequence};
    use super::*;

    #[test]
    fn text_reads_back_the_same() {
        for source in [
            "<a k=\"&lt;&quot;&amp;&#xa;\">x &amp; &lt;y&gt;</a>",
            "<a></a><!--c--><?pi data?><?empty?>",
            "<p:a xmlns:p=\"u\" p:k=\"v\"><p:b></p:b><c xmlns=\"d\"><e></e></c></p:a>",
            "<a xmlns=\"d\"><b xmlns=\"\"></b></a>",
            "<a xml:lang=\"en\"></a>",
        ] {
            let mut heap = Heap::new();
            let items = parse(&mut heap, source).unwrap();
            let v = sequence(&mut heap, items);
            assert_eq!(text(&heap, v), source);
        }
    }

    #[test]
    fn bare_text_is_not_escaped() {
        let mut heap = Heap::new();
        let v = super::super::new_text(&mut heap, "a < b");
        assert_eq!(text(&heap, v), "a < b");
        assert_eq!(markup(&heap, v), "a &lt; b");
    }

    #[test]
    fn missing_name_spaces_are_declared() {
        let mut heap = Heap::new();
        let mut element = Element::new(XmlName::from_expanded("{u}a"));
        element.set_attribute("{w}k", "v");
        element.set_attribute("{u}l", "v");
        let v = heap.new_xml(Xml::Element(Box::new(element)));
        assert_eq!(
            text(&heap, v),
            "<ns0:a xmlns:ns0=\"u\" xmlns:ns1=\"w\" ns1:k=\"v\" ns0:l=\"v\"></ns0:a>"
        );
    }

    #[test]
    fn depth_is_no_danger() {
        let mut heap = Heap::new();
        let mut v = super::super::new_text(&mut heap, "x");
        for _ in 0..100_000 {
            let mut element = Element::new(XmlName::from_expanded("a"));
            element.children.push(v);
            v = heap.new_xml(Xml::Element(Box::new(element)));
        }
        assert_eq!(text(&heap, v).len(), 700_001);
    }
}
