//! Recovery inside services and object types: member by member.

use super::Recovery;
use crate::syntax::ast::{Method, ObjectMember};
use crate::syntax::grammar::Rule;
use crate::syntax::lower::P;
use crate::syntax::message;
use crate::syntax::parser::SyntaxError;
use crate::syntax::skip::stmt_end;

impl<'t> Recovery<'t> {
    /// The methods of a service whose brace stands at `open`.
    pub(super) fn methods(&mut self, methods: &mut Vec<Method>, open: usize) -> usize {
        self.each_member(open, Rule::single_method, |recovery, found| {
            let method = match found {
                Member::Whole(pair) => recovery.cx.service_method(pair),
                Member::Broken(method) => Some(*method),
            };
            methods.extend(method);
        })
    }

    /// The members of an object type whose brace stands at `open`.
    pub(super) fn members(&mut self, members: &mut Vec<ObjectMember>, open: usize) -> usize {
        self.each_member(open, Rule::single_member, |recovery, found| {
            let member = match found {
                Member::Whole(pair) => recovery.cx.object_member(pair),
                Member::Broken(method) => Some(ObjectMember::Method(method)),
            };
            members.extend(member);
        })
    }

    fn each_member(
        &mut self,
        open: usize,
        rule: Rule,
        mut add: impl FnMut(&mut Self, Member<'t>),
    ) -> usize {
        let mut at = open + 1;
        loop {
            at = message::skip_blanks(self.text.as_bytes(), at);
            if at >= self.limit {
                self.missing("}", self.limit);
                return self.limit;
            }
            if self.text.as_bytes().get(at) == Some(&b'}') {
                return at + 1;
            }
            let end = match self.parse(rule, at) {
                Ok(pair) => {
                    let end = at + pair.as_span().end();
                    if let Some(inner) = pair.into_inner().next() {
                        add(self, Member::Whole(inner));
                    }
                    end
                }
                Err(error) => self.broken_member(at, &error, &mut add),
            };
            at = end.max(at + 1);
        }
    }

    fn broken_member(
        &mut self,
        at: usize,
        error: &SyntaxError,
        add: &mut impl FnMut(&mut Self, Member<'t>),
    ) -> usize {
        let stopped = at + error.at;
        if let Ok(pair) = self.parse(Rule::function_head, at)
            && at + pair.as_span().end() <= stopped
        {
            let body = at + pair.as_span().end();
            let (head, function) = self.cx.function_head(pair);
            let (function, end) = self.function_body(function, body, Some(stopped));
            let method = Method {
                documentation: head.documentation,
                annotations: head.annotations,
                visibility: head.visibility,
                range: self.range(at, end),
                function,
            };
            add(self, Member::Broken(Box::new(method)));
            return end;
        }
        let end = stmt_end(self.text, at, self.limit);
        self.report(error, at, end);
        end
    }
}

enum Member<'t> {
    Whole(P<'t>),
    Broken(Box<Method>),
}
