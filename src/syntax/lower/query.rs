//! Table queries and stream queries (spec/language.md 2.8). The grammar takes their clauses in any
//! order; the order is checked here.

use super::{LowerCx, P, RepeatSlot};
use crate::syntax::ast::{
    Events, ExprId, InputStep, Join, JoinKind, OrderKey, OutputRate, Query, QueryInput,
    QuerySource, Select, SelectItem, StreamAction, StreamPattern, TimeScale, Timespan,
};
use crate::syntax::grammar::Rule;

impl<'t> LowerCx<'t> {
    /// A `table_query` or `stream_query` pair.
    pub(super) fn query(&mut self, pair: P<'t>) -> Query {
        let range = self.range(&pair);
        let mut input = None;
        let mut every = false;
        let mut pattern = None;
        let mut join = None;
        let mut within = None;
        let mut param = None;
        let mut query = Query {
            source: QuerySource::Pattern {
                every: false,
                pattern: StreamPattern::Sequence(Vec::new()),
                within: None,
            },
            select: None,
            order_by: Vec::new(),
            limit: None,
            output: None,
            action: None,
            range,
        };
        let mut last_clause = 0;
        for part in pair.into_inner() {
            self.check_clause_order(&part, &mut last_clause);
            match part.as_rule() {
                Rule::query_input => input = Some(self.query_input(part)),
                Rule::kw_every => every = true,
                Rule::stream_pattern => pattern = Some(part),
                Rule::query_join => join = Some(Box::new(self.join(part))),
                Rule::query_within => within = self.timespan(part),
                Rule::query_select => query.select = Some(self.select(part)),
                Rule::query_order => query.order_by = self.order_by(part),
                Rule::query_limit => {
                    query.limit = part
                        .into_inner()
                        .last()
                        .map(|limit| self.literal_int(limit));
                }
                Rule::query_output => query.output = Some(self.output(part)),
                Rule::param => param = Some(self.param(part)),
                Rule::block => {
                    let body = self.block(part);
                    query.action = param.take().map(|param| StreamAction { param, body });
                }
                _ => {}
            }
        }
        query.source = match (input, pattern) {
            (Some(input), _) => QuerySource::Inputs { input, join },
            (None, Some(pattern)) => self.stream_source(pattern, every, join, within),
            (None, None) => query.source,
        };
        query
    }

    /// `select`, `order by`, `limit` or `output`, each at most once and in this order.
    fn check_clause_order(&mut self, part: &P<'t>, last: &mut u8) {
        let rank = match part.as_rule() {
            Rule::query_select => 1,
            Rule::query_order => 2,
            Rule::query_limit | Rule::query_output => 3,
            _ => return,
        };
        if rank <= *last {
            let range = self.range(part);
            let (found, at) = self.token_after(range.start);
            self.syntax_error(at, format!("extraneous input '{found}'"));
        }
        *last = rank;
    }

    fn literal_int(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        let literal = self.plain_number(&pair);
        self.arena
            .add_expr(crate::syntax::ast::Expr::Literal(literal), range)
    }

    fn stream_source(
        &mut self,
        pair: P<'t>,
        every: bool,
        join: Option<Box<Join>>,
        within: Option<Timespan>,
    ) -> QuerySource {
        let pattern = self.stream_pattern(pair);
        match pattern {
            StreamPattern::Edge {
                input,
                repeat: None,
            } if !every && within.is_none() => QuerySource::Inputs { input, join },
            pattern => {
                if let Some(join) = join {
                    let (found, at) = self.token_after(join.input.range.start);
                    self.syntax_error(at, format!("extraneous input '{found}'"));
                }
                QuerySource::Pattern {
                    every,
                    pattern,
                    within,
                }
            }
        }
    }

    fn stream_pattern(&mut self, pair: P<'t>) -> StreamPattern {
        let range = self.range(&pair);
        self.nested(range, |cx| cx.pattern_items(pair))
            .unwrap_or(StreamPattern::Sequence(Vec::new()))
    }

    /// `a followed by b, c` is a sequence; `&&` and `||` join two edges and bind tighter.
    fn pattern_items(&mut self, pair: P<'t>) -> StreamPattern {
        let mut sequence: Vec<StreamPattern> = Vec::new();
        let mut operator = None;
        for part in pair.into_inner() {
            if part.as_rule() == Rule::pattern_join {
                operator = Some(part.as_str().trim_ascii_end());
                continue;
            }
            let item = self.pattern_item(part);
            match operator.take() {
                Some("&&") => {
                    let left = sequence.pop();
                    sequence.push(StreamPattern::And(left.into_iter().chain([item]).collect()));
                }
                Some("||") => {
                    let left = sequence.pop();
                    sequence.push(StreamPattern::Or(left.into_iter().chain([item]).collect()));
                }
                _ => sequence.push(item),
            }
        }
        if sequence.len() == 1 {
            return sequence
                .pop()
                .unwrap_or(StreamPattern::Sequence(Vec::new()));
        }
        StreamPattern::Sequence(sequence)
    }

    fn pattern_item(&mut self, pair: P<'t>) -> StreamPattern {
        let mut is_not = false;
        let mut edge = None;
        let mut numbers = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::stream_pattern => {
                    return StreamPattern::Group(Box::new(self.stream_pattern(part)));
                }
                Rule::bang => is_not = true,
                Rule::query_input => edge = Some(self.edge(part)),
                Rule::kw_for | Rule::integer | Rule::time_scale => numbers.push(part),
                _ => {}
            }
        }
        let duration = self.timespan_of(numbers.iter());
        let Some((input, repeat)) = edge else {
            return StreamPattern::Sequence(Vec::new());
        };
        if is_not {
            return StreamPattern::Not { input, duration };
        }
        if let Some(word) = numbers.first() {
            self.extraneous(word);
        }
        StreamPattern::Edge { input, repeat }
    }

    /// An input with the bounds in brackets that may stand behind it or behind its condition.
    fn edge(&mut self, pair: P<'t>) -> (QueryInput, Option<(ExprId, Option<ExprId>)>) {
        let outer = std::mem::replace(&mut self.repeat_slot, RepeatSlot::Open);
        let input = self.query_input(pair);
        let repeat = match std::mem::replace(&mut self.repeat_slot, outer) {
            RepeatSlot::Filled(from, to) => Some((from, to)),
            RepeatSlot::Open | RepeatSlot::Closed => None,
        };
        (input, repeat)
    }

    fn query_input(&mut self, pair: P<'t>) -> QueryInput {
        let range = self.range(&pair);
        let mut source = None;
        let mut steps = Vec::new();
        let mut alias = None;
        for part in pair.into_inner() {
            if alias.is_some() {
                self.extraneous(&part);
            }
            match part.as_rule() {
                Rule::reference => source = Some(self.reference(part)),
                Rule::query_where => {
                    if let Some(condition) = part.into_inner().last() {
                        steps.push(InputStep::Where(self.expr(condition)));
                    }
                }
                Rule::query_window => steps.push(InputStep::Window(self.query_call(part))),
                Rule::query_call => steps.push(InputStep::Call(self.query_call(part))),
                Rule::query_alias => {
                    alias = part.into_inner().last().map(|name| self.ident(&name));
                }
                _ => {}
            }
        }
        QueryInput {
            source: source.unwrap_or_else(|| self.error_expr(range)),
            steps,
            alias,
            range,
        }
    }

    fn query_call(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        let mut parts = pair
            .into_inner()
            .filter(|part| matches!(part.as_rule(), Rule::name_ref | Rule::args));
        let callee = match parts.next() {
            Some(name) => self.primary(name),
            None => self.error_expr(range),
        };
        let args = parts.next().map(|args| self.args(args)).unwrap_or_default();
        let whole = self.arena.expr_range(callee).cover(range);
        let call = crate::syntax::ast::Expr::Call { callee, args };
        self.arena.add_expr(call, whole)
    }

    fn reference(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        let mut parts = pair.into_inner().peekable();
        self.unprefixed(&mut parts, range)
    }

    fn join(&mut self, pair: P<'t>) -> Join {
        let range = self.range(&pair);
        let mut words = Vec::new();
        let mut input = None;
        let mut on = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::join_word => words.push(part),
                Rule::query_input => input = Some(self.query_input(part)),
                Rule::guard_expr => on = Some(self.expr(part)),
                _ => {}
            }
        }
        let (kind, unidirectional) = self.join_kind(&words);
        Join {
            kind,
            unidirectional,
            input: input.unwrap_or_else(|| QueryInput {
                source: self.error_expr(range),
                steps: Vec::new(),
                alias: None,
                range,
            }),
            on,
        }
    }

    fn join_kind(&mut self, words: &[P<'t>]) -> (JoinKind, bool) {
        let texts: Vec<&str> = words.iter().map(P::as_str).collect();
        let (rest, unidirectional) = match texts.as_slice() {
            ["unidirectional", rest @ ..] => (rest, true),
            all => (all, false),
        };
        let kind = match rest {
            ["join"] | ["inner", "join"] => JoinKind::Inner,
            ["left", "outer", "join"] => JoinKind::LeftOuter,
            ["right", "outer", "join"] => JoinKind::RightOuter,
            ["full", "outer", "join"] => JoinKind::FullOuter,
            ["outer", "join"] => JoinKind::Outer,
            _ => {
                if let Some(word) = words.first() {
                    self.mismatched(word, "'join'");
                }
                JoinKind::Inner
            }
        };
        (kind, unidirectional)
    }

    fn select(&mut self, pair: P<'t>) -> Select {
        let mut select = Select {
            items: Vec::new(),
            group_by: Vec::new(),
            having: None,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::select_item => {
                    let item = self.select_item(part);
                    select.items.extend(item);
                }
                Rule::reference => select.group_by.push(self.reference(part)),
                Rule::query_having => {
                    select.having = part.into_inner().last().map(|having| self.expr(having));
                }
                _ => {}
            }
        }
        select
    }

    fn select_item(&mut self, pair: P<'t>) -> Option<SelectItem> {
        let mut parts = pair.into_inner();
        let value = self.expr(parts.next()?);
        let alias = parts
            .find(|part| part.as_rule() == Rule::identifier)
            .map(|name| self.ident(&name));
        Some(SelectItem { value, alias })
    }

    fn order_by(&mut self, pair: P<'t>) -> Vec<OrderKey> {
        let mut keys = Vec::new();
        for part in pair.into_inner() {
            if part.as_rule() != Rule::order_key {
                continue;
            }
            let mut inner = part.into_inner();
            let Some(key) = inner.next() else { continue };
            keys.push(OrderKey {
                key: self.reference(key),
                descending: inner
                    .next()
                    .is_some_and(|word| word.as_rule() == Rule::kw_descending),
            });
        }
        keys
    }

    fn output(&mut self, pair: P<'t>) -> OutputRate {
        let parts: Vec<P<'t>> = pair.into_inner().collect();
        let span = self.timespan_of(parts.iter());
        let count = match span {
            Some(span) => span.count,
            None => self.count(parts.iter()),
        };
        let which = parts.iter().find_map(|part| match part.as_rule() {
            Rule::kw_all => Some(Events::All),
            Rule::kw_first => Some(Events::First),
            Rule::kw_last => Some(Events::Last),
            _ => None,
        });
        match (which, span) {
            (None, Some(span)) => OutputRate::Snapshot(span),
            (which, span) => OutputRate::Every {
                which: which.unwrap_or(Events::All),
                count,
                scale: span.map(|span| span.scale),
            },
        }
    }

    fn count<'a>(&mut self, mut parts: impl Iterator<Item = &'a P<'t>>) -> i64
    where
        't: 'a,
    {
        match parts.find(|part| part.as_rule() == Rule::integer) {
            Some(count) => self.small_int(count),
            None => 0,
        }
    }

    fn timespan(&mut self, pair: P<'t>) -> Option<Timespan> {
        let parts: Vec<P<'t>> = pair.into_inner().collect();
        self.timespan_of(parts.iter())
    }

    fn timespan_of<'a>(
        &mut self,
        parts: impl Iterator<Item = &'a P<'t>> + Clone,
    ) -> Option<Timespan>
    where
        't: 'a,
    {
        let scale = parts
            .clone()
            .find(|part| part.as_rule() == Rule::time_scale)?;
        let scale = match scale.as_str().trim_end_matches('s') {
            "second" => TimeScale::Second,
            "minute" => TimeScale::Minute,
            "hour" => TimeScale::Hour,
            "day" => TimeScale::Day,
            "month" => TimeScale::Month,
            _ => TimeScale::Year,
        };
        Some(Timespan {
            count: self.count(parts),
            scale,
        })
    }
}
