//! XML templates (spec/language.md 2.7): nodes, and the agreement of start and end tags (E007).

use super::{LowerCx, P, missing_ident};
use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{TemplatePart, XmlAttribute, XmlName, XmlNode, XmlNodeId, XmlTemplate};
use crate::syntax::grammar::Rule;
use crate::syntax::lower::literal::{unescape_raw, unescape_xml};

impl<'t> LowerCx<'t> {
    pub(super) fn xml_template(&mut self, pair: P<'t>) -> XmlTemplate {
        let known = self.problems.len();
        let nodes = self.xml_content(pair.into_inner());
        // One wrong tag makes the tags around it wrong as well.
        let mut seen = false;
        let mut at = 0;
        self.problems.retain(|problem| {
            at += 1;
            at <= known || problem.code != Code::E007 || !std::mem::replace(&mut seen, true)
        });
        XmlTemplate { nodes }
    }

    /// Neighbouring texts and insertions are one text node.
    fn xml_content(&mut self, pairs: impl Iterator<Item = P<'t>>) -> Vec<XmlNodeId> {
        let mut nodes = Vec::new();
        let mut text: Option<(Vec<TemplatePart>, TextRange)> = None;
        for pair in pairs {
            let range = self.range(&pair);
            let part = match pair.as_rule() {
                Rule::interpolation => TemplatePart::Expr(self.interpolation(pair)),
                Rule::xml_text => TemplatePart::Text(unescape_xml(pair.as_str()).into()),
                Rule::xml_name | Rule::xml_attribute | Rule::xml_end => continue,
                _ => {
                    self.flush_text(&mut text, &mut nodes);
                    let node = self
                        .nested(range, |cx| cx.xml_node(pair))
                        .unwrap_or(XmlNode::Error);
                    nodes.push(self.arena.add_xml(node, range));
                    continue;
                }
            };
            let (parts, whole) = text.get_or_insert((Vec::new(), range));
            parts.push(part);
            *whole = whole.cover(range);
        }
        self.flush_text(&mut text, &mut nodes);
        nodes
    }

    fn flush_text(
        &mut self,
        text: &mut Option<(Vec<TemplatePart>, TextRange)>,
        nodes: &mut Vec<XmlNodeId>,
    ) {
        if let Some((parts, range)) = text.take() {
            nodes.push(self.arena.add_xml(XmlNode::Text(parts), range));
        }
    }

    fn xml_node(&mut self, pair: P<'t>) -> XmlNode {
        match pair.as_rule() {
            Rule::xml_element => self.xml_element(pair),
            Rule::xml_comment => {
                XmlNode::Comment(self.template_parts(pair.into_inner(), unescape_raw))
            }
            Rule::xml_instruction => {
                let range = self.range(&pair);
                let mut parts = pair.into_inner();
                let target = match parts.next() {
                    Some(target) => self.ident(&target),
                    None => missing_ident(range),
                };
                XmlNode::ProcessingInstruction {
                    target,
                    content: self.template_parts(parts, unescape_raw),
                }
            }
            _ => XmlNode::Cdata(
                pair.into_inner()
                    .next()
                    .map(|text| unescape_raw(text.as_str()))
                    .unwrap_or_default()
                    .into(),
            ),
        }
    }

    fn xml_element(&mut self, pair: P<'t>) -> XmlNode {
        let range = self.range(&pair);
        let mut name = XmlName {
            prefix: None,
            local: missing_ident(range),
        };
        let mut attributes = Vec::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::xml_name => name = self.xml_name(part),
                Rule::xml_attribute => attributes.push(self.xml_attribute(part)),
                Rule::xml_end => {
                    let end_range = self.range(&part);
                    let end = part.into_inner().next().map(|end| self.xml_name(end));
                    if end.is_none_or(|end| !same_name(end, name)) {
                        self.problem(
                            Code::E007,
                            end_range,
                            "mismatching start and end tags found in xml element",
                        );
                    }
                }
                _ => {}
            }
        }
        let children = self.xml_content(pair.into_inner());
        XmlNode::Element {
            name,
            attributes,
            children,
        }
    }

    fn xml_attribute(&mut self, pair: P<'t>) -> XmlAttribute {
        let range = self.range(&pair);
        let mut parts = pair.into_inner();
        let name = match parts.next() {
            Some(name) => self.xml_name(name),
            None => XmlName {
                prefix: None,
                local: missing_ident(range),
            },
        };
        XmlAttribute {
            name,
            value: self.template_parts(parts, unescape_xml),
            range,
        }
    }

    fn xml_name(&mut self, pair: P<'t>) -> XmlName {
        let range = self.range(&pair);
        let mut words = pair.into_inner().map(|word| self.ident(&word));
        let first = words.next();
        let second = words.next();
        match (first, second) {
            (prefix, Some(local)) => XmlName { prefix, local },
            (local, None) => XmlName {
                prefix: None,
                local: local.unwrap_or_else(|| missing_ident(range)),
            },
        }
    }
}

fn same_name(a: XmlName, b: XmlName) -> bool {
    a.local.name == b.local.name
        && a.prefix.map(|prefix| prefix.name) == b.prefix.map(|prefix| prefix.name)
}
