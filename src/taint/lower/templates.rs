//! String templates and xml literals: everything inserted, names and namespaces included.

use crate::base::TextRange;
use crate::types::hir::{TemplatePart, XmlItem, XmlTemplate};

use super::super::ir::Reg;
use super::builder::Builder;

impl Builder<'_> {
    pub fn string_template(&mut self, parts: &[TemplatePart], range: TextRange) -> Reg {
        let mut inserted = Vec::new();
        self.insertions(parts, &mut inserted);
        self.scalar(inserted, range)
    }

    pub fn xml_template(&mut self, xml: &XmlTemplate, range: TextRange) -> Reg {
        let mut inserted = Vec::new();
        for item in &xml.items {
            self.xml_item(item, &mut inserted);
        }
        self.cell_of(inserted, range)
    }

    fn insertions(&mut self, parts: &[TemplatePart], inserted: &mut Vec<Reg>) {
        for part in parts {
            if let TemplatePart::Value(value) = part {
                inserted.push(self.expr(value));
            }
        }
    }

    fn xml_item(&mut self, item: &XmlItem, inserted: &mut Vec<Reg>) {
        match item {
            XmlItem::Element {
                attributes,
                children,
                ..
            } => {
                for (_, value) in attributes {
                    self.insertions(value, inserted);
                }
                for child in children {
                    self.xml_item(child, inserted);
                }
            }
            XmlItem::Insertion(value) => inserted.push(self.expr(value)),
            XmlItem::Comment(parts) | XmlItem::Instruction { data: parts, .. } => {
                self.insertions(parts, inserted);
            }
            XmlItem::Text(_) => {}
        }
    }
}
