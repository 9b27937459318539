//! XML: templates and access, by natives of the language library. An element is made from its name, its
//! prefix, the name spaces declared at it (prefix and uri by turns), its attributes (name, prefix and
//! value by turns) and its children (xml and texts).

use crate::bytecode::op::Op;
use crate::types::hir::{Expr, TemplatePart, XmlItem, XmlName, XmlTemplate};

use super::class::Class;
use super::function::{FnCx, Reg, Res};

impl FnCx<'_, '_> {
    pub(super) fn xml(&mut self, template: &XmlTemplate, dst: Reg) -> Res {
        if let [item] = template.items.as_slice()
            && !matches!(item, XmlItem::Text(_) | XmlItem::Insertion(_))
        {
            return self.xml_item(item, dst);
        }
        let window = self.window(dst)?;
        self.xml_items(&template.items, window)?;
        self.call_native("ballerina/lang.xml:concat", window, 1);
        self.move_to(dst, window);
        Ok(())
    }

    /// The list of some items.
    fn xml_items(&mut self, items: &[XmlItem], dst: Reg) -> Res {
        let mark = self.mark();
        let list = self.window(dst)?;
        self.empty_list(list);
        for item in items {
            let value = self.alloc()?;
            self.xml_item(item, value)?;
            self.emit(Op::Push { a: list, b: value });
            self.release(u32::from(value));
        }
        self.move_to(dst, list);
        self.release(mark);
        Ok(())
    }

    fn xml_item(&mut self, item: &XmlItem, dst: Reg) -> Res {
        match item {
            XmlItem::Text(text) => {
                let d = self.cx.string(text);
                self.emit(Op::LoadConst { a: dst, d });
                Ok(())
            }
            XmlItem::Insertion(value) => self.xml_insertion(value, dst),
            XmlItem::Element {
                name,
                namespaces,
                attributes,
                children,
            } => {
                let window = self.window(dst)?;
                self.xml_name(name, window);
                let prefix = self.alloc()?;
                self.xml_prefix(name, prefix);
                let declared = self.alloc()?;
                let texts = namespaces
                    .iter()
                    .flat_map(|(prefix, uri)| [prefix.as_str(), &**uri]);
                self.string_list(texts, declared)?;
                let list = self.alloc()?;
                self.xml_attributes(attributes, list)?;
                let content = self.alloc()?;
                self.xml_items(children, content)?;
                self.call_native("ballerina/lang.xml:element", window, 5);
                self.move_to(dst, window);
                Ok(())
            }
            XmlItem::Comment(parts) => {
                let window = self.window(dst)?;
                self.template(parts, window)?;
                self.call_native("ballerina/lang.xml:createComment", window, 1);
                self.move_to(dst, window);
                Ok(())
            }
            XmlItem::Instruction { target, data } => {
                let window = self.window(dst)?;
                let d = self.cx.string(target);
                self.emit(Op::LoadConst { a: window, d });
                let content = self.alloc()?;
                self.template(data, content)?;
                self.call_native("ballerina/lang.xml:createProcessingInstruction", window, 2);
                self.move_to(dst, window);
                Ok(())
            }
        }
    }

    /// Xml stays xml, simple values are text.
    fn xml_insertion(&mut self, value: &Expr, dst: Reg) -> Res {
        if Class::of(value.ty).is_simple() {
            let b = self.operand(value, dst)?;
            self.emit(Op::ToText { a: dst, b });
            return Ok(());
        }
        self.value_to(value, dst)
    }

    fn xml_name(&mut self, name: &XmlName, a: Reg) {
        let expanded = match &name.uri {
            Some(uri) => format!("{{{uri}}}{}", name.local),
            None => name.local.to_string(),
        };
        let d = self.cx.string(&expanded);
        self.emit(Op::LoadConst { a, d });
    }

    fn xml_prefix(&mut self, name: &XmlName, a: Reg) {
        match name.prefix {
            Some(prefix) => {
                let d = self.cx.string(prefix.as_str());
                self.emit(Op::LoadConst { a, d });
            }
            None => {
                self.emit(Op::LoadNil { a });
            }
        }
    }

    fn xml_attributes(&mut self, attributes: &[(XmlName, Vec<TemplatePart>)], dst: Reg) -> Res {
        let mark = self.mark();
        let list = self.window(dst)?;
        self.empty_list(list);
        for (name, value) in attributes {
            let part = self.alloc()?;
            self.xml_name(name, part);
            self.emit(Op::Push { a: list, b: part });
            self.xml_prefix(name, part);
            self.emit(Op::Push { a: list, b: part });
            self.template(value, part)?;
            self.emit(Op::Push { a: list, b: part });
            self.release(u32::from(part));
        }
        self.move_to(dst, list);
        self.release(mark);
        Ok(())
    }

    // ---- access

    /// `x@["name"]`, or with `x@` all attributes.
    pub(super) fn xml_attribute(
        &mut self,
        base: &Expr,
        key: Option<&Expr>,
        expr: &Expr,
        dst: Reg,
    ) -> Res {
        let window = self.window(dst)?;
        self.value_to(base, window)?;
        let native = match key {
            Some(key) => {
                self.push(key)?;
                "ballerina/lang.xml:attribute"
            }
            None => "ballerina/lang.xml:attributes",
        };
        self.at(expr.range);
        self.call_native(native, window, 1 + u8::from(key.is_some()));
        self.move_to(dst, window);
        Ok(())
    }

    pub(super) fn set_xml_attribute(&mut self, base: &Expr, key: &Expr, value: Reg) -> Res {
        let window = self.push(base)?;
        self.push(key)?;
        let place = self.alloc()?;
        self.move_to(place, value);
        self.call_native("ballerina/lang.xml:setAttribute", window, 3);
        Ok(())
    }

    /// `x[i]`, `x.name`, `x.*`.
    pub(super) fn xml_children(
        &mut self,
        base: &Expr,
        name: Option<&Expr>,
        expr: &Expr,
        dst: Reg,
    ) -> Res {
        let window = self.window(dst)?;
        self.value_to(base, window)?;
        let native = match name {
            Some(name) => {
                self.push(name)?;
                if Class::of(name.ty).is_int() {
                    "ballerina/lang.xml:item"
                } else {
                    "ballerina/lang.xml:children"
                }
            }
            None => "ballerina/lang.xml:allChildren",
        };
        self.at(expr.range);
        self.call_native(native, window, 1 + u8::from(name.is_some()));
        self.move_to(dst, window);
        Ok(())
    }
}
