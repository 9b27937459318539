//! XML templates and the attributes of xml values (spec/language.md 2.7): names are expanded by the `xmlns`
//! declarations of the elements around, of the blocks around and of the file.

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{self, ExprId, XmlAttribute, XmlNode, XmlNodeId};
use crate::types::hir::{Expr, ExprKind, TemplatePart, XmlItem, XmlName, XmlTemplate};
use crate::types::ty::Ty;

use super::cx::Cx;

/// The name space that the prefix `xml` always means.
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// Prefix (empty: default) and name of a name space.
type Namespace = (Name, Box<str>);

impl Cx<'_> {
    pub fn xml_template(&mut self, id: ExprId, template: &ast::XmlTemplate) -> Expr {
        let mut declared = Vec::new();
        let items = self.xml_nodes(&template.nodes, &mut declared, false);
        Expr {
            kind: ExprKind::Xml(XmlTemplate { items }),
            ty: Ty::XML,
            range: self.range(id),
        }
    }

    /// `declared`: what the elements around declare, the innermost last.
    fn xml_nodes(
        &mut self,
        nodes: &[XmlNodeId],
        declared: &mut Vec<Namespace>,
        in_element: bool,
    ) -> Vec<XmlItem> {
        let mut items = Vec::new();
        let ast = self.ast;
        for &node in nodes {
            match ast.xml_node(node) {
                XmlNode::Error => {}
                XmlNode::Element {
                    name,
                    attributes,
                    children,
                } => items.push(self.element(*name, attributes, children, declared)),
                XmlNode::Text(parts) => {
                    for part in parts {
                        items.push(match part {
                            ast::TemplatePart::Text(text) => XmlItem::Text(text.clone()),
                            ast::TemplatePart::Expr(value) => {
                                XmlItem::Insertion(self.insertion(*value, in_element))
                            }
                        });
                    }
                }
                XmlNode::Comment(parts) => {
                    items.push(XmlItem::Comment(self.template_parts(parts)));
                }
                XmlNode::ProcessingInstruction { target, content } => {
                    items.push(XmlItem::Instruction {
                        target: target.as_str().into(),
                        data: self.template_parts(content),
                    });
                }
                XmlNode::Cdata(text) => items.push(XmlItem::Text(text.clone())),
            }
        }
        items
    }

    fn element(
        &mut self,
        name: ast::XmlName,
        attributes: &[XmlAttribute],
        children: &[XmlNodeId],
        declared: &mut Vec<Namespace>,
    ) -> XmlItem {
        let outer = declared.len();
        for attribute in attributes {
            self.declaration(attribute, declared);
        }
        let uri = self.namespace_of(name, true, declared);
        let name = XmlName {
            prefix: name.prefix.map(|prefix| prefix.name),
            uri,
            local: name.local.name,
        };
        let mut values: Vec<(XmlName, Vec<TemplatePart>)> = Vec::new();
        for attribute in attributes.iter().filter(|a| declares(a).is_none()) {
            let value = self.template_parts(&attribute.value);
            let name = XmlName {
                prefix: attribute.name.prefix.map(|prefix| prefix.name),
                uri: self.namespace_of(attribute.name, false, declared),
                local: attribute.name.local.name,
            };
            values.push((name, value));
        }
        let namespaces = declared.get(outer..).unwrap_or_default().to_vec();
        let children = self.xml_nodes(children, declared, true);
        declared.truncate(outer);
        XmlItem::Element {
            name,
            namespaces,
            attributes: values,
            children,
        }
    }

    /// Takes in an attribute that declares a name space.
    fn declaration(&mut self, attribute: &XmlAttribute, declared: &mut Vec<Namespace>) {
        let Some(prefix) = declares(attribute) else {
            return;
        };
        let mut uri = String::new();
        for part in &attribute.value {
            match part {
                ast::TemplatePart::Text(text) => uri.push_str(text),
                ast::TemplatePart::Expr(_) => {
                    let message = "an insertion cannot stand in the name of a name space";
                    self.report(Code::E090, attribute.range, message);
                    return;
                }
            }
        }
        if uri.is_empty() && !prefix.as_str().is_empty() {
            self.empty_namespace(prefix, attribute.range);
            // Its uses are no further mistakes.
        }
        declared.push((prefix, uri.into()));
    }

    /// A prefix for no name space (E090).
    pub(super) fn empty_namespace(&mut self, prefix: Name, range: TextRange) {
        let message = format!("cannot bind prefix '{prefix}' to the empty namespace name");
        self.report(Code::E090, range, message);
    }

    /// The name space of an element or attribute. What a block or the file declares is declared at the element
    /// that needs it.
    fn namespace_of(
        &mut self,
        name: ast::XmlName,
        is_element: bool,
        declared: &mut Vec<Namespace>,
    ) -> Option<Box<str>> {
        let prefix = match name.prefix {
            Some(prefix) => prefix.name,
            None if is_element => Name::new(""),
            None => return None,
        };
        match prefix.as_str() {
            "xml" => return Some(XML_NAMESPACE.into()),
            "xmlns" => {
                let message = "invalid namespace prefix 'xmlns'";
                self.report(Code::E090, name.range(), message);
                return None;
            }
            _ => {}
        }
        let of_element = declared.iter().rev().find(|(known, _)| *known == prefix);
        if let Some((_, uri)) = of_element {
            return (!uri.is_empty()).then(|| uri.clone());
        }
        let Some(uri) = self.namespace(prefix) else {
            if let Some(written) = name.prefix {
                let message = format!("undefined symbol '{prefix}'");
                self.report(Code::E020, written.range, message);
                // Once for a prefix is enough.
                declared.push((prefix, Box::default()));
            }
            return None;
        };
        declared.push((prefix, uri.clone()));
        Some(uri)
    }

    pub fn xml_attributes(&mut self, id: ExprId, base: ExprId, index: Option<ExprId>) -> Expr {
        let range = self.range(id);
        let base = self.expr(base, None);
        let key = index.map(|index| Box::new(self.expr_of(index, Ty::STRING)));
        if base.ty != Ty::XML {
            self.unsupported(base.ty, "xml attribute access", range);
            return Self::error_expr(range);
        }
        let ty = match key {
            Some(_) => Ty::STRING.optional(),
            None => Ty::map(Ty::STRING),
        };
        let kind = ExprKind::XmlAttribute {
            base: Box::new(base),
            key,
        };
        Expr { kind, ty, range }
    }
}

/// The prefix that the attribute declares: `xmlns` the empty one.
fn declares(attribute: &XmlAttribute) -> Option<Name> {
    let name = attribute.name;
    match name.prefix {
        Some(prefix) => (prefix.as_str() == "xmlns").then_some(name.local.name),
        None => (name.local.as_str() == "xmlns").then(|| Name::new("")),
    }
}
