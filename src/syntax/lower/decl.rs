//! Definitions (spec/language.md 2.2).

use super::{Front, LowerCx, P, missing_ident, take_front};
use crate::base::TextRange;
use crate::syntax::ast::{
    Annotation, AnnotationDef, AttachKind, AttachPoint, Const, Documentation, Expr, Function,
    FunctionBody, Ident, Import, ItemAst, ItemKind, Method, ModuleVar, ObjectType, Param,
    ParamKind, ServiceDecl, Spanned, TypeDef, VarType, Visibility,
};
use crate::syntax::grammar::Rule;

use super::Problem;

/// What stands in front of the kind of an item.
#[derive(Default)]
pub(in crate::syntax) struct ItemHead {
    pub documentation: Documentation,
    pub annotations: Vec<Annotation>,
    pub visibility: Option<Spanned<Visibility>>,
    pub name: Option<Ident>,
}

/// An item and what is wrong with it.
pub(in crate::syntax) struct LoweredItem {
    pub ast: ItemAst,
    pub problems: Vec<Problem>,
}

impl LowerCx<'_> {
    /// Puts the item together from its head, its kind and everything lowered so far.
    pub fn finish(self, head: ItemHead, kind: ItemKind) -> LoweredItem {
        LoweredItem {
            ast: ItemAst {
                documentation: head.documentation,
                annotations: head.annotations,
                visibility: head.visibility,
                name: head.name,
                kind,
                arena: self.arena,
            },
            problems: self.problems,
        }
    }
}

/// The qualifiers of a function.
#[derive(Default)]
struct Qualifiers {
    visibility: Option<Spanned<Visibility>>,
    is_remote: Option<TextRange>,
    is_resource: Option<TextRange>,
    start: Option<u32>,
}

impl<'t> LowerCx<'t> {
    /// An `item` pair.
    pub(in crate::syntax) fn item(&mut self, pair: P<'t>) -> (ItemHead, ItemKind) {
        let mut parts = pair.into_inner().peekable();
        let front = take_front(self, &mut parts);
        let mut head = ItemHead::default();
        let Some(definition) = parts.next() else {
            return (head, ItemKind::Error);
        };
        let kind = if definition.as_rule() == Rule::function {
            let qualifiers = self.qualifiers(&front.qualifiers);
            head.visibility = qualifiers.visibility;
            if let Some(resource) = qualifiers.is_resource {
                self.syntax_error(resource, "extraneous input 'resource'");
            }
            let function = self.function(definition, qualifiers);
            head.name = function.name;
            if matches!(function.body, FunctionBody::None) {
                let end = TextRange::new(function.range.end - 1, function.range.end);
                self.syntax_error(end, "mismatched input ';'. expecting '{'");
            }
            ItemKind::Function(function)
        } else {
            head.visibility = self.public_only(&definition, &front.qualifiers);
            self.definition(definition, &mut head)
        };
        head.documentation = front.documentation;
        head.annotations = front.annotations;
        (head, kind)
    }

    fn definition(&mut self, pair: P<'t>, head: &mut ItemHead) -> ItemKind {
        match pair.as_rule() {
            Rule::service_def => ItemKind::Service(self.service(pair, head)),
            Rule::type_def => self.type_def(pair, head),
            Rule::annotation_def => ItemKind::Annotation(self.annotation_def(pair, head)),
            Rule::const_def => self.constant(pair, head),
            Rule::listener_def | Rule::module_var => self.module_var(pair, head),
            _ => ItemKind::Error,
        }
    }

    /// The qualifiers that may stand before anything but a function: `public`, not before variables.
    fn public_only(
        &mut self,
        definition: &P<'t>,
        qualifiers: &[P<'t>],
    ) -> Option<Spanned<Visibility>> {
        let mut visibility = None;
        for qualifier in qualifiers {
            let fits = qualifier.as_rule() == Rule::kw_public
                && definition.as_rule() != Rule::module_var
                && visibility.is_none();
            if fits {
                visibility = Some(Spanned {
                    node: Visibility::Public,
                    range: self.range(qualifier),
                });
            } else {
                self.extraneous(qualifier);
            }
        }
        visibility
    }

    fn qualifiers(&mut self, pairs: &[P<'t>]) -> Qualifiers {
        let mut qualifiers = Qualifiers::default();
        for pair in pairs {
            let range = self.range(pair);
            qualifiers.start.get_or_insert(range.start);
            let visibility = match pair.as_rule() {
                Rule::kw_public => Visibility::Public,
                Rule::kw_private => Visibility::Private,
                Rule::kw_remote => {
                    self.flag(pair, &mut qualifiers.is_remote);
                    continue;
                }
                _ => {
                    self.flag(pair, &mut qualifiers.is_resource);
                    continue;
                }
            };
            if qualifiers.visibility.is_some() {
                self.extraneous(pair);
            }
            qualifiers.visibility = Some(Spanned {
                node: visibility,
                range,
            });
        }
        qualifiers
    }

    pub(super) fn field_visibility(&mut self, pairs: &[P<'t>]) -> Option<Spanned<Visibility>> {
        let qualifiers = self.qualifiers(pairs);
        let words = [
            (qualifiers.is_remote, "remote"),
            (qualifiers.is_resource, "resource"),
        ];
        for (range, word) in words {
            if let Some(range) = range {
                self.syntax_error(range, format!("extraneous input '{word}'"));
            }
        }
        qualifiers.visibility
    }

    fn service(&mut self, pair: P<'t>, head: &mut ItemHead) -> ServiceDecl {
        let mut service = ServiceDecl {
            listeners: Vec::new(),
            methods: Vec::new(),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::identifier => head.name = Some(self.ident(&part)),
                Rule::expr => service.listeners.push(self.expr(part)),
                Rule::object_method => {
                    let method = self.service_method(part);
                    service.methods.extend(method);
                }
                _ => {}
            }
        }
        service
    }

    pub(super) fn methods(&mut self, pair: P<'t>) -> Vec<Method> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::object_method)
            .filter_map(|method| self.service_method(method))
            .collect()
    }

    pub(in crate::syntax) fn service_method(&mut self, pair: P<'t>) -> Option<Method> {
        let range = self.range(&pair);
        let mut parts = pair.into_inner().peekable();
        let front = take_front(self, &mut parts);
        Some(self.method(front, parts.next()?, range))
    }

    pub(super) fn method(&mut self, front: Front<'t>, pair: P<'t>, range: TextRange) -> Method {
        let qualifiers = self.qualifiers(&front.qualifiers);
        let visibility = qualifiers.visibility;
        Method {
            documentation: front.documentation,
            annotations: front.annotations,
            visibility,
            function: self.function(pair, qualifiers),
            range,
        }
    }

    fn function(&mut self, pair: P<'t>, qualifiers: Qualifiers) -> Function {
        let range = self.range(&pair);
        let start = qualifiers.start.unwrap_or(range.start);
        let mut function = Function {
            is_remote: qualifiers.is_remote,
            is_resource: qualifiers.is_resource,
            name: None,
            params: Vec::new(),
            returns: None,
            body: FunctionBody::None,
            range: TextRange::new(start, range.end),
        };
        for part in pair.into_inner() {
            self.function_part(part, &mut function);
        }
        function
    }

    fn function_part(&mut self, part: P<'t>, function: &mut Function) {
        match part.as_rule() {
            Rule::any_name => function.name = Some(self.ident(&part)),
            Rule::params => {
                function.params = part
                    .into_inner()
                    .filter(|param| param.as_rule() == Rule::param)
                    .map(|param| self.param(param))
                    .collect();
                self.check_param_order(&function.params);
            }
            Rule::returns => function.returns = self.returns(part),
            Rule::block => function.body = FunctionBody::Block(self.block(part)),
            Rule::external_body => function.body = self.external(part),
            _ => {}
        }
    }

    fn external(&mut self, pair: P<'t>) -> FunctionBody {
        let mut annotations = Vec::new();
        let mut range = self.range(&pair);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::annotation => annotations.push(self.annotation(part)),
                Rule::kw_external => range = self.range(&part),
                _ => {}
            }
        }
        FunctionBody::External { annotations, range }
    }

    /// A `function_head` pair: everything of a function but its body, for recovery.
    pub(in crate::syntax) fn function_head(&mut self, pair: P<'t>) -> (ItemHead, Function) {
        let range = self.range(&pair);
        let mut parts = pair.into_inner().peekable();
        let front = take_front(self, &mut parts);
        let qualifiers = self.qualifiers(&front.qualifiers);
        let keyword = parts.peek().map_or(range, |word| self.range(word));
        let start = qualifiers.start.unwrap_or(keyword.start);
        let visibility = qualifiers.visibility;
        let mut function = Function {
            is_remote: qualifiers.is_remote,
            is_resource: qualifiers.is_resource,
            name: None,
            params: Vec::new(),
            returns: None,
            body: FunctionBody::None,
            range: TextRange::new(start, range.end),
        };
        for part in parts {
            self.function_part(part, &mut function);
        }
        let head = ItemHead {
            documentation: front.documentation,
            annotations: front.annotations,
            visibility,
            name: function.name,
        };
        (head, function)
    }

    /// A `service_head` pair: a service without its methods, for recovery.
    pub(in crate::syntax) fn service_head(&mut self, pair: P<'t>) -> (ItemHead, ServiceDecl) {
        let mut parts = pair.into_inner().peekable();
        let front = take_front(self, &mut parts);
        let mut head = ItemHead {
            documentation: front.documentation,
            annotations: front.annotations,
            visibility: None,
            name: None,
        };
        let mut listeners = Vec::new();
        for part in parts {
            match part.as_rule() {
                Rule::identifier => head.name = Some(self.ident(&part)),
                Rule::expr => listeners.push(self.expr(part)),
                _ => {}
            }
        }
        let service = ServiceDecl {
            listeners,
            methods: Vec::new(),
        };
        (head, service)
    }

    /// An `object_head` pair: a type definition up to the members of its object, for recovery.
    pub(in crate::syntax) fn object_head(&mut self, pair: P<'t>) -> (ItemHead, ObjectType) {
        let mut parts = pair.into_inner().peekable();
        let front = take_front(self, &mut parts);
        let mut head = ItemHead {
            documentation: front.documentation,
            annotations: front.annotations,
            visibility: None,
            name: None,
        };
        let mut object = ObjectType {
            is_abstract: None,
            is_client: None,
            members: Vec::new(),
        };
        if let Some(public) = front.qualifiers.first() {
            head.visibility = Some(Spanned {
                node: Visibility::Public,
                range: self.range(public),
            });
        }
        for part in parts {
            match part.as_rule() {
                Rule::identifier => head.name = Some(self.ident(&part)),
                Rule::kw_abstract => self.flag(&part, &mut object.is_abstract),
                Rule::kw_client => self.flag(&part, &mut object.is_client),
                _ => {}
            }
        }
        (head, object)
    }

    pub(super) fn param(&mut self, pair: P<'t>) -> Param {
        let range = self.range(&pair);
        let mut annotations = Vec::new();
        let mut is_public = None;
        let mut ty = None;
        let mut name = None;
        let mut kind = ParamKind::Required;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::annotation => annotations.push(self.annotation(part)),
                Rule::kw_public => is_public = Some(self.range(&part)),
                Rule::type_ => ty = Some(self.type_(part)),
                Rule::ellipsis => kind = ParamKind::Rest,
                Rule::identifier => name = Some(self.ident(&part)),
                Rule::expr => kind = ParamKind::Default(self.expr(part)),
                _ => {}
            }
        }
        Param {
            kind,
            annotations,
            is_public,
            ty: ty.unwrap_or_else(|| self.error_type(range)),
            name: name.unwrap_or_else(|| missing_ident(range)),
            range,
        }
    }

    fn type_def(&mut self, pair: P<'t>, head: &mut ItemHead) -> ItemKind {
        let mut ty = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::identifier => head.name = Some(self.ident(&part)),
                Rule::finite_type => ty = Some(self.type_(part)),
                _ => {}
            }
        }
        ty.map_or(ItemKind::Error, |ty| ItemKind::Type(TypeDef { ty }))
    }

    fn annotation_def(&mut self, pair: P<'t>, head: &mut ItemHead) -> AnnotationDef {
        let mut annotation = AnnotationDef {
            is_const: false,
            ty: None,
            attach: Vec::new(),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_const => annotation.is_const = true,
                Rule::type_ => annotation.ty = Some(self.type_(part)),
                Rule::identifier => head.name = Some(self.ident(&part)),
                Rule::attach => {
                    let point = self.attach_point(part);
                    annotation.attach.extend(point);
                }
                _ => {}
            }
        }
        annotation
    }

    fn attach_point(&mut self, pair: P<'t>) -> Option<AttachPoint> {
        let range = self.range(&pair);
        let whole = pair.clone();
        let words: Vec<&str> = pair.into_inner().map(|word| word.as_str()).collect();
        let (is_source, rest) = match words.as_slice() {
            ["source", rest @ ..] => (true, rest),
            all => (false, all),
        };
        let kind = match rest {
            ["type"] => AttachKind::Type,
            ["object", "type"] => AttachKind::ObjectType,
            ["function"] => AttachKind::Function,
            ["object", "function"] => AttachKind::ObjectFunction,
            ["resource", "function"] => AttachKind::ResourceFunction,
            ["parameter"] => AttachKind::Parameter,
            ["return"] => AttachKind::Return,
            ["service"] => AttachKind::Service,
            ["worker"] => AttachKind::Worker,
            ["start"] => AttachKind::Start,
            ["annotation"] if is_source => AttachKind::Annotation,
            ["external"] if is_source => AttachKind::External,
            ["var"] if is_source => AttachKind::Var,
            ["const"] if is_source => AttachKind::Const,
            ["listener"] if is_source => AttachKind::Listener,
            _ => {
                self.mismatched(&whole, "an attachment point");
                return None;
            }
        };
        Some(AttachPoint {
            is_source,
            kind,
            range,
        })
    }

    fn constant(&mut self, pair: P<'t>, head: &mut ItemHead) -> ItemKind {
        let mut ty = None;
        let mut value = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::type_ => ty = Some(self.type_(part)),
                Rule::identifier => head.name = Some(self.ident(&part)),
                Rule::expr => value = Some(self.expr(part)),
                _ => {}
            }
        }
        value.map_or(ItemKind::Error, |value| {
            ItemKind::Const(Const { ty, value })
        })
    }

    fn module_var(&mut self, pair: P<'t>, head: &mut ItemHead) -> ItemKind {
        let range = self.range(&pair);
        let is_listener = pair.as_rule() == Rule::listener_def;
        let mut is_final = false;
        let mut ty = VarType::Infer(range);
        let mut init = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_final => is_final = true,
                Rule::kw_var => ty = VarType::Infer(self.range(&part)),
                Rule::type_ => ty = VarType::Type(self.type_(part)),
                Rule::identifier => head.name = Some(self.ident(&part)),
                Rule::expr => init = Some(self.expr(part)),
                _ => {}
            }
        }
        let init = init.unwrap_or_else(|| self.arena.add_expr(Expr::Error, range));
        ItemKind::Var(ModuleVar {
            is_listener,
            is_final,
            ty,
            init,
            range,
        })
    }

    /// An `import_decl` pair; its text must start at the start of the file.
    pub(in crate::syntax) fn import(&mut self, pair: P<'t>) -> Import {
        let range = self.range(&pair);
        let mut import = Import {
            org: None,
            path: Vec::new(),
            version: None,
            alias: None,
            module_range: range,
            range,
        };
        let mut after_as = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::identifier if after_as => import.alias = Some(self.ident(&part)),
                Rule::identifier => {
                    let name = self.ident(&part);
                    import.path.push(name);
                }
                Rule::slash => import.org = import.path.pop(),
                Rule::version => import.version = Some(part.as_str().into()),
                Rule::kw_as => after_as = true,
                _ => {}
            }
        }
        let first = import.org.or_else(|| import.path.first().copied());
        if let (Some(first), Some(last)) = (first, import.path.last()) {
            import.module_range = first.range.cover(last.range);
        }
        import
    }
}
