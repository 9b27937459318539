//! `new`: objects and streams (spec/language.md 4.3, 5.13).

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind, ResolveError};
use crate::syntax::ast::{Arg, ExprId, QName};
use crate::types::hir::{Args, Expr, ExprKind};
use crate::types::ty::{ObjectId, Ty, TyKind};
use crate::types::{classify, item_type, object_def, object_type_of, written};

use super::cx::Cx;

impl Cx<'_> {
    pub fn new_object(
        &mut self,
        id: ExprId,
        class: Option<QName>,
        args: Option<&[Arg]>,
        expected: Option<Ty>,
    ) -> Expr {
        let range = self.range(id);
        let args = args.unwrap_or_default();
        let ty = match class {
            Some(name) => self.named_class(&name),
            None => self.expected_class(expected, range),
        };
        match ty.map(Ty::kind) {
            Some(TyKind::Object(object)) => self.construct(*object, args, range),
            Some(TyKind::Stream(_)) => {
                if let Some(first) = args.first() {
                    let place = self.range(first.value());
                    self.report(Code::E041, place, "too many arguments in call to 'new()'");
                }
                self.stray_arguments(args);
                Expr {
                    kind: ExprKind::NewStream,
                    ty: ty.unwrap_or(Ty::ERROR),
                    range,
                }
            }
            _ => self.no_call(args, range),
        }
    }

    /// The object type of that name; what is wrong with it is reported.
    fn named_class(&mut self, name: &QName) -> Option<Ty> {
        let found = resolve::lookup(self.db, self.item.file(), name);
        let ty = match found {
            Ok(item) => match resolve::definition(self.db, item).map(|found| found.kind) {
                Some(DefKind::Type) => item_type(self.db, item),
                Some(DefKind::Broken) => return None,
                _ => return self.unknown_class(name),
            },
            Err(ResolveError::BrokenImport) => return None,
            Err(ResolveError::NoModule(prefix)) => {
                let range = name.prefix.map_or(name.name.range, |prefix| prefix.range);
                self.report(Code::E014, range, format!("undefined module '{prefix}'"));
                return None;
            }
            Err(ResolveError::NotVisible(_)) => {
                self.not_accessible(&written(name), name.range());
                return None;
            }
            Err(ResolveError::NoName) => return self.unknown_class(name),
        };
        match ty.kind() {
            TyKind::Error => None,
            TyKind::Object(_) | TyKind::Stream(_) => Some(ty),
            _ => {
                self.no_object(ty, name.range());
                None
            }
        }
    }

    fn unknown_class(&mut self, name: &QName) -> Option<Ty> {
        let message = format!("unknown type '{}'", written(name));
        self.report(Code::E024, name.range(), message);
        None
    }

    /// The one object type, or else stream type, that the place expects.
    fn expected_class(&mut self, expected: Option<Ty>, range: TextRange) -> Option<Ty> {
        let Some(expected) = expected else {
            let message = "invalid variable definition; can not infer the assignment type.";
            self.report(Code::E033, range, message);
            return None;
        };
        if expected.is_error() {
            return None;
        }
        let wanted = |kind: fn(&TyKind) -> bool| {
            let members = expected.members().into_iter();
            members.filter(|ty| kind(ty.kind())).collect::<Vec<Ty>>()
        };
        let mut found = wanted(|kind| matches!(kind, TyKind::Object(_)));
        if found.is_empty() {
            found = wanted(|kind| matches!(kind, TyKind::Stream(_)));
        }
        match found.as_slice() {
            [only] => Some(*only),
            [] => {
                self.no_object(expected, range);
                None
            }
            _ => {
                let message = format!("ambiguous type '{}'", self.display(expected));
                self.report(Code::E033, range, message);
                None
            }
        }
    }

    fn no_object(&mut self, ty: Ty, range: TextRange) {
        let message = format!(
            "cannot infer type of the object from '{}'",
            self.display(ty)
        );
        self.report(Code::E033, range, message);
    }

    fn construct(&mut self, object: ObjectId, args: &[Arg], range: TextRange) -> Expr {
        let definition = object_def(self.db, object);
        let ty = object_type_of(object);
        if definition.is_abstract {
            let message = format!("cannot initialize abstract object '{}'", self.display(ty));
            self.report(Code::E073, range, message);
            return self.no_call(args, range);
        }
        if definition.is_service {
            self.no_object(ty, range);
            return self.no_call(args, range);
        }
        let Some(init) = &definition.init else {
            return self.construct_plain(object, args, range);
        };
        if !self.sees(&definition, init.visibility) {
            let name = format!("{}.__init", self.display(ty));
            self.not_accessible(&name, range);
        }
        let matched = self.arguments("new", &init.signature, args, range);
        let failure = classify::error_part(matched.ret);
        Expr {
            kind: ExprKind::New {
                object,
                init: Some(init.id),
                args: matched.args,
            },
            ty: Ty::union([ty, failure]),
            range,
        }
    }

    /// An object without `__init` takes no arguments.
    fn construct_plain(&mut self, object: ObjectId, args: &[Arg], range: TextRange) -> Expr {
        if let Some(first) = args.first() {
            let place = self.range(first.value());
            self.report(Code::E041, place, "too many arguments in call to 'new()'");
            self.stray_arguments(args);
        }
        Expr {
            kind: ExprKind::New {
                object,
                init: None,
                args: Args::default(),
            },
            ty: object_type_of(object),
            range,
        }
    }
}
