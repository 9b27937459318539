//! Types as the language spells them: in panic messages, for `typeof`, in text forms of functions
//! and typedescs. Named types print their name, others their structure.

use std::fmt::Write;

use super::typedesc::{FunctionType, Literal, ObjectType, RecordType, TypeDesc, TypeId, TypeTable};

/// Anonymous records nest; a depth bound keeps a recursive anonymous type finite.
const DEPTH: u32 = 12;

impl TypeTable {
    /// The spelling of `ty`.
    pub fn text(&self, ty: TypeId) -> String {
        let mut out = String::new();
        self.write(&mut out, ty, 0);
        out
    }

    fn write(&self, out: &mut String, ty: TypeId, depth: u32) {
        if depth > DEPTH {
            out.push_str("...");
            return;
        }
        let depth = depth + 1;
        match self.get(ty) {
            TypeDesc::Nil => out.push_str("()"),
            TypeDesc::Boolean => out.push_str("boolean"),
            TypeDesc::Int => out.push_str("int"),
            TypeDesc::Byte => out.push_str("byte"),
            TypeDesc::Float => out.push_str("float"),
            TypeDesc::Decimal => out.push_str("decimal"),
            TypeDesc::String => out.push_str("string"),
            TypeDesc::Any => out.push_str("any"),
            TypeDesc::Anydata => out.push_str("anydata"),
            TypeDesc::Json => out.push_str("json"),
            TypeDesc::Handle => out.push_str("handle"),
            TypeDesc::Xml => out.push_str("xml"),
            TypeDesc::Service => out.push_str("service"),
            TypeDesc::Never | TypeDesc::Undefined => out.push_str("never"),
            TypeDesc::Finite {
                name: Some(name), ..
            }
            | TypeDesc::Union {
                name: Some(name), ..
            }
            | TypeDesc::Error {
                name: Some(name), ..
            } => out.push_str(name.as_str()),
            TypeDesc::Finite { name: None, values } => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.push('|');
                    }
                    write_literal(out, value);
                }
            }
            TypeDesc::Union {
                name: None,
                members,
            } => self.write_union(out, members, depth),
            TypeDesc::Array { element, len } => self.write_array(out, *element, *len, depth),
            TypeDesc::Tuple { members, rest } => {
                out.push('[');
                self.write_list(out, members, depth);
                if let Some(rest) = rest {
                    if !members.is_empty() {
                        out.push(',');
                    }
                    self.write(out, *rest, depth);
                    out.push_str("...");
                }
                out.push(']');
            }
            TypeDesc::Map(member) => self.write_applied(out, "map", *member, depth),
            TypeDesc::Table(row) => self.write_applied(out, "table", *row, depth),
            TypeDesc::Stream(item) => self.write_applied(out, "stream", *item, depth),
            TypeDesc::Future(result) => self.write_applied(out, "future", *result, depth),
            TypeDesc::Typedesc(of) => self.write_applied(out, "typedesc", *of, depth),
            TypeDesc::Error {
                name: None,
                reason,
                detail,
            } => {
                out.push_str("error");
                if *reason != TypeId::STRING || *detail != TypeId::ERROR_DETAIL {
                    out.push('<');
                    self.write(out, *reason, depth);
                    if *detail != TypeId::ERROR_DETAIL {
                        out.push(',');
                        self.write(out, *detail, depth);
                    }
                    out.push('>');
                }
            }
            TypeDesc::Function(function) => self.write_function(out, function, depth),
            TypeDesc::Record(record) => self.write_record(out, record, depth),
            TypeDesc::Object(object) => self.write_object(out, object, depth),
        }
    }

    fn write_list(&self, out: &mut String, members: &[TypeId], depth: u32) {
        for (index, &member) in members.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            self.write(out, member, depth);
        }
    }

    fn write_applied(&self, out: &mut String, name: &str, arg: TypeId, depth: u32) {
        out.push_str(name);
        out.push('<');
        self.write(out, arg, depth);
        out.push('>');
    }

    /// `T|()` of a single T prints as `T?`, as the reference does.
    fn write_union(&self, out: &mut String, members: &[TypeId], depth: u32) {
        let nilable = members.contains(&TypeId::NIL);
        let rest: Vec<TypeId> = members
            .iter()
            .copied()
            .filter(|&member| member != TypeId::NIL)
            .collect();
        if let ([one], true) = (rest.as_slice(), nilable) {
            self.write_operand(out, *one, depth);
            out.push('?');
            return;
        }
        for (index, &member) in members.iter().enumerate() {
            if index > 0 {
                out.push('|');
            }
            self.write(out, member, depth);
        }
    }

    fn write_array(&self, out: &mut String, element: TypeId, len: Option<u32>, depth: u32) {
        let mut lens = vec![len];
        let mut element = element;
        while let TypeDesc::Array { element: next, len } = self.get(element) {
            lens.push(*len);
            element = *next;
        }
        self.write_operand(out, element, depth);
        for len in lens {
            match len {
                Some(len) => _ = write!(out, "[{len}]"),
                None => out.push_str("[]"),
            }
        }
    }

    /// A type before a postfix `[]` or `?`: unions and functions need parentheses.
    fn write_operand(&self, out: &mut String, ty: TypeId, depth: u32) {
        let bracketed = match self.get(ty) {
            TypeDesc::Function(_) => true,
            // `T?` binds as tightly as `[]`.
            TypeDesc::Union {
                name: None,
                members,
            } => members.len() != 2 || !members.contains(&TypeId::NIL),
            TypeDesc::Finite { name: None, values } => values.len() > 1,
            _ => false,
        };
        if bracketed {
            out.push('(');
        }
        self.write(out, ty, depth);
        if bracketed {
            out.push(')');
        }
    }

    fn write_function(&self, out: &mut String, function: &FunctionType, depth: u32) {
        out.push_str("function (");
        self.write_list(out, &function.params, depth);
        if let Some(rest) = function.rest {
            if !function.params.is_empty() {
                out.push(',');
            }
            self.write(out, rest, depth);
            out.push_str("...");
        }
        out.push_str(") returns (");
        self.write(out, function.ret, depth);
        out.push(')');
    }

    fn write_record(&self, out: &mut String, record: &RecordType, depth: u32) {
        if let Some(name) = record.name {
            out.push_str(name.as_str());
            return;
        }
        out.push_str("record {| ");
        for field in &record.fields {
            self.write(out, field.ty, depth);
            out.push(' ');
            out.push_str(field.name.as_str());
            out.push_str(if field.optional { "?; " } else { "; " });
        }
        if let Some(rest) = record.rest {
            self.write(out, rest, depth);
            out.push_str("...; ");
        }
        out.push_str("|}");
    }

    fn write_object(&self, out: &mut String, object: &ObjectType, depth: u32) {
        if object.is_service {
            out.push_str("service");
            return;
        }
        if let Some(name) = object.name {
            out.push_str(name.as_str());
            return;
        }
        out.push_str("object { ");
        for field in &object.fields {
            self.write(out, field.ty, depth);
            _ = write!(out, " {}; ", field.name);
        }
        out.push('}');
    }
}

fn write_literal(out: &mut String, literal: &Literal) {
    match literal {
        Literal::Nil => out.push_str("()"),
        Literal::Boolean(value) => _ = write!(out, "{value}"),
        Literal::Int(value) => _ = write!(out, "{value}"),
        Literal::Byte(value) => _ = write!(out, "{value}"),
        Literal::Float(bits) => _ = write!(out, "{:?}", f64::from_bits(*bits)),
        Literal::Decimal(text) => out.push_str(text),
        Literal::String(text) => out.push_str(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_spelled_as_in_the_language() {
        let mut types = TypeTable::new();
        let nilable = types.nilable(TypeId::INT);
        assert_eq!(types.text(nilable), "int?");
        let array = types.array(nilable);
        assert_eq!(types.text(array), "int?[]");
        let union = types.union(&[TypeId::INT, TypeId::STRING]);
        let of_union = types.array(union);
        assert_eq!(types.text(of_union), "(int|string)[]");
        let fixed = types.intern(TypeDesc::Array {
            element: TypeId::INT_ARRAY,
            len: Some(2),
        });
        assert_eq!(types.text(fixed), "int[2][]");
        assert_eq!(types.text(TypeId::ERROR), "error");
        assert_eq!(types.text(TypeId::JSON_MAP), "map<json>");
        assert_eq!(types.text(TypeId::FUNCTION), "function () returns (())");
    }
}
