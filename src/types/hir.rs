//! The HIR: the typed, resolved program, one [`HirItem`] per top-level definition.
//!
//! Names are bound to locals, module variables or functions; calls to their targets, with arguments matched
//! to parameters; numeric widening is explicit; every expression has its type. Taint analysis and
//! bytecode lowering read the HIR and the queries of `types`, never the syntax tree. What did not type is
//! [`ExprKind::Error`]: taint analysis passes over it, lowering never meets it (a program with errors is not
//! lowered).
//!
//! All ranges are relative to the item of the function that holds them.

use crate::base::{ItemId, Location, ModuleId, Name, TextRange};
use crate::syntax::ast::OutputRate;

use super::ty::{FunctionTy, Literal, Mark, ObjectId, RecordId, Ty};

// ---- identities -------------------------------------------------------------------------------

/// A function of the program: named, method, anonymous, worker, or one of the synthetic ones that
/// evaluate initial and default values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FuncId {
    pub item: ItemId,
    pub key: FuncKey,
}

/// Which function of an item. `node` and `member` are numbers of syntax nodes: stable under edits of
/// other items, without meaning of their own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FuncKey {
    pub kind: FuncKind,
    pub node: u32,
    pub member: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum FuncKind {
    /// The function that the item defines. `node`, `member` 0.
    Named,
    /// A method of an object type (`node`: its type node) or of a service definition (0);
    /// `member`: its number there.
    Method,
    /// A method of a service constructor expression (`node`).
    ServiceMethod,
    /// An anonymous or arrow function: its expression.
    Lambda,
    /// A named worker: its statement (`node`) and number (`member`).
    Worker,
    /// The default value of a field of a record or object type (`node`), `member`: its number.
    /// Takes nothing, returns the value.
    FieldDefault,
    /// The initial value of a module variable, listener or (structured) constant. Takes nothing.
    Initial,
    /// The value of the `member`-th annotation at `node`. Takes nothing.
    AnnotationValue,
    /// The listeners of a service definition: takes nothing, returns nothing; its body is one expression
    /// statement a listener. See [`ServiceDef::listeners`] for the expressions themselves.
    ServiceListeners,
}

/// A local variable, parameter, `self`, or captured variable of one function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LocalId(pub u32);

// ---- items ------------------------------------------------------------------------------------

/// One top-level definition, typed.
#[derive(Clone, PartialEq, Debug)]
pub struct HirItem {
    pub item: ItemId,
    pub module: ModuleId,
    pub kind: HirItemKind,
    /// Every function written in the item, anonymous and synthetic ones included. A function is listed
    /// after the one that holds it.
    pub functions: Vec<Function>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum HirItemKind {
    Function(FuncKey),
    TypeDef {
        ty: Ty,
        annotations: Vec<AnnotationUse>,
    },
    Variable(ModuleVariable),
    /// The value of a constant: uses of simple constants are literals in the HIR; a mapping constant has
    /// an `Initial` function and is read as [`ExprKind::Global`].
    Constant {
        value: Option<Literal>,
        initial: Option<FuncKey>,
    },
    Service(ServiceDef),
    Annotation,
    /// The definition could not be typed.
    Error,
}

/// A module variable or listener.
#[derive(Clone, PartialEq, Debug)]
pub struct ModuleVariable {
    pub name: Name,
    pub ty: Ty,
    pub is_final: bool,
    pub is_listener: bool,
    pub mark: Option<Mark>,
    /// The declaration after its annotations (`public` and `final` included): where T003 of an initial
    /// value is reported.
    pub range: TextRange,
    pub initial: FuncKey,
}

/// `service s on l1, l2 { … }`.
#[derive(Clone, PartialEq, Debug)]
pub struct ServiceDef {
    /// The written name, if any.
    pub name: Option<Name>,
    pub object: ObjectId,
    pub listeners: Vec<ServiceListener>,
    /// The function that evaluates the listeners.
    pub listener_function: FuncKey,
    pub annotations: Vec<AnnotationUse>,
    /// In the order written: resources and plain functions.
    pub methods: Vec<FuncKey>,
}

/// One listener expression of a service head.
#[derive(Clone, PartialEq, Debug)]
pub struct ServiceListener {
    /// The module-level listener that the expression names; `None` for `new …` and other expressions.
    pub variable: Option<ItemId>,
    pub ty: Ty,
    pub range: TextRange,
}

/// An annotation as it is attached somewhere, `@tainted` and `@untainted` excepted.
#[derive(Clone, PartialEq, Debug)]
pub struct AnnotationUse {
    /// The annotation's definition.
    pub definition: ItemId,
    /// `ballerina/http:ServiceConfig`.
    pub qualified_name: Name,
    /// The function that evaluates its value; `None`: the value is `true`.
    pub value: Option<FuncKey>,
    pub range: TextRange,
}

// ---- functions --------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    pub key: FuncKey,
    /// Function or method name; `$lambda`, the worker's name or the variable's name for the others.
    pub name: Name,
    pub name_range: TextRange,
    pub kind: FunctionKind,
    pub is_public: bool,
    /// The function in which this anonymous function or worker is written.
    pub parent: Option<FuncKey>,
    /// The object or service of a method, and its `self`.
    pub receiver: Option<Receiver>,
    pub params: Vec<Param>,
    /// The rest parameter; its local has the array type.
    pub rest: Option<Param>,
    pub ret: Return,
    /// Everything that a `LocalId` of this function can name: `self`, parameters, variables, captured.
    pub locals: Vec<Local>,
    /// Variables of enclosing functions that this one uses, by reference.
    pub captures: Vec<Capture>,
    pub annotations: Vec<AnnotationUse>,
    pub body: Body,
}

impl Function {
    pub fn local(&self, local: LocalId) -> Option<&Local> {
        self.locals.get(local.0 as usize)
    }

    /// All parameters in the order of a call, the rest parameter last.
    pub fn all_params(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().chain(&self.rest)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FunctionKind {
    /// A module-level function.
    Plain,
    /// A method of an object, or a plain function of a service.
    Method,
    /// `__init` of an object.
    Init,
    Remote,
    Resource,
    /// Anonymous or arrow function.
    Lambda,
    Worker,
    /// Evaluates an initial, default or annotation value, or the listeners of a service.
    Synthetic,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Receiver {
    pub object: ObjectId,
    pub local: LocalId,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    pub local: LocalId,
    pub name: Name,
    /// For the rest parameter: the type of one member.
    pub ty: Ty,
    pub mark: Option<Mark>,
    /// Evaluated in the callee when the argument is left out; may use earlier parameters.
    pub default: Option<Expr>,
    /// The whole parameter, annotations included.
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Return {
    pub ty: Ty,
    pub mark: Option<Mark>,
    /// The return type after its annotations; the function's name when nothing is written.
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Local {
    pub name: Name,
    /// The declared type (uses may be narrowed: see the type of the expression).
    pub ty: Ty,
    /// Where it is declared; the name alone.
    pub range: TextRange,
    /// Some anonymous function or worker uses it by reference.
    pub is_captured: bool,
    /// Assigned after its declaration (never true for parameters, loop variables, finals).
    pub is_assigned: bool,
}

/// `inner` of this function *is* the variable `outer` of the enclosing function `Function::parent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capture {
    pub outer: LocalId,
    pub inner: LocalId,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    Block(Block),
    /// Arrow function or synthetic function: the value returned.
    Expr(Expr),
    /// `= external`.
    External,
    /// A method of an abstract object.
    Abstract,
}

// ---- statements -------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    /// The range of the closing brace, where a missing return shows.
    pub end: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum StmtKind {
    /// `T x;` or `T x = e;`, `var x = e;`.
    Let {
        local: LocalId,
        value: Option<Expr>,
    },
    /// `[a, b] = e`, `var {x, y} = e`, …: `declares` tells declarations from assignments.
    Destructure {
        pattern: Pattern,
        value: Expr,
        declares: bool,
    },
    Assign {
        place: Place,
        value: Expr,
    },
    /// `x += e`: the place is evaluated once. `value` is already widened; `ty` is the type in which the
    /// operation is done.
    Compound {
        place: Place,
        op: BinaryOp,
        value: Expr,
        ty: Ty,
    },
    Expr(Expr),
    If {
        condition: Expr,
        then: Block,
        otherwise: Option<Block>,
    },
    While {
        condition: Expr,
        body: Block,
    },
    Foreach {
        pattern: Pattern,
        iterable: Expr,
        kind: IterKind,
        body: Block,
    },
    Match {
        value: Expr,
        clauses: Vec<Clause>,
    },
    Return(Option<Expr>),
    Break,
    Continue,
    Panic(Expr),
    Block(Block),
    /// `variables`: the module variables that the block touches, itself or by the functions that it calls by
    /// name: locks with a variable in common exclude each other.
    Lock {
        body: Block,
        variables: Vec<ItemId>,
    },
    /// Starts a named worker of this function; `future` holds its result.
    Worker {
        function: FuncKey,
        name: Name,
        future: LocalId,
    },
    /// Starts all at once; each is [`StmtKind::Worker`].
    Fork(Vec<Stmt>),
    /// `value -> worker`.
    Send {
        value: Expr,
        to: Peer,
    },
    Transaction(Box<Transaction>),
    Abort,
    Retry,
    /// `forever { … }`.
    Forever(Vec<StreamQuery>),
    /// Could not be typed.
    Error,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Transaction {
    pub retries: Option<Expr>,
    pub body: Block,
    pub onretry: Option<Block>,
    pub committed: Option<Block>,
    pub aborted: Option<Block>,
}

/// The other end of a worker message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Peer {
    /// The function's own strand.
    Default,
    Worker(Name),
}

/// What `foreach` walks (spec/language.md 5.9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IterKind {
    Range,
    Array,
    Tuple,
    /// Maps and records: their values.
    Mapping,
    String,
    Xml,
    Table,
    /// An object with `__iterator()`.
    Object,
    /// Known at run time only (unions of iterables).
    Dynamic,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    pub kind: ClauseKind,
    pub guard: Option<Expr>,
    pub body: Block,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum ClauseKind {
    /// `_ =>`.
    Any,
    /// `1|"a"|CONST|{a: 1} =>`: compared by `==`.
    Values(Vec<Expr>),
    /// `var [a, b] =>`, `error(var r, …) =>`: matches values of the pattern's shape that are of type
    /// `ty`, and binds.
    Pattern { pattern: Pattern, ty: Ty },
}

/// Takes a value apart.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    pub kind: PatternKind,
    pub range: TextRange,
    /// The type of the value that this part is given.
    pub ty: Ty,
}

#[derive(Clone, PartialEq, Debug)]
pub enum PatternKind {
    Discard,
    /// Declares the local.
    Bind(LocalId),
    /// Assigns to the place.
    Assign(Box<Place>),
    /// A literal inside an error match pattern (`error("reason", …)`).
    Literal(Literal),
    List {
        items: Vec<Pattern>,
        rest: Option<Box<Pattern>>,
    },
    /// `closed`: no other members may be there (a match pattern on a closed value, or `!...`).
    Mapping {
        fields: Vec<(Name, Pattern)>,
        rest: Option<Box<Pattern>>,
        closed: bool,
    },
    Error {
        reason: Option<Box<Pattern>>,
        details: Vec<(Name, Pattern)>,
        rest: Option<Box<Pattern>>,
    },
    Wrong,
}

/// What can be assigned to.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    pub kind: PlaceKind,
    pub ty: Ty,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum PlaceKind {
    Discard,
    Local(LocalId),
    Global(ItemId),
    /// `base.name = …`
    Field {
        base: Expr,
        name: Name,
        kind: FieldKind,
    },
    /// `base[key] = …`
    Index {
        base: Expr,
        key: Expr,
        kind: IndexKind,
    },
    /// `x@["n"] = …`
    XmlAttribute {
        base: Expr,
        key: Expr,
    },
    Wrong,
}

// ---- expressions ------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Ty,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// Reported already.
    Error,
    Literal(Literal),
    /// `base16`/`base64` literal.
    Bytes(Vec<u8>),
    Local(LocalId),
    /// A module variable, listener, or mapping constant.
    Global(ItemId),
    /// A named function, or a method bound to nothing, as a value.
    Function(FuncId),
    /// An anonymous or arrow function of this item; what it captures is said by its `Function::captures`.
    Lambda(FuncKey),
    TypeDesc(Ty),
    /// The type decides: array or tuple.
    List(Vec<Expr>),
    /// A record, map or json mapping by the type. Fields not given take their defaults (records).
    Mapping(Vec<MappingEntry>),
    Table(TableLiteral),
    StringTemplate(Vec<TemplatePart>),
    Xml(XmlTemplate),
    /// `error(reason, k = v)`.
    ErrorNew {
        reason: Box<Expr>,
        detail: Vec<(Name, Expr)>,
        detail_ty: Ty,
    },
    /// `new T(args)`; `init` is `None` when the object has no `__init`. When `__init` can fail, the type of
    /// the expression has the error.
    New {
        object: ObjectId,
        init: Option<FuncId>,
        args: Args,
    },
    /// `new` of a stream.
    NewStream,
    /// `service { … }`.
    ServiceNew {
        object: ObjectId,
        methods: Vec<FuncKey>,
        annotations: Vec<AnnotationUse>,
    },
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    /// Both sides have the type in which the operation is done (see [`ExprKind::Convert`]), comparisons of
    /// unlike types by `==` excepted. Bits are combined and shifted as `int`; the type of the expression
    /// is `byte` where the result is one (`byte & int`, `byte >> n`).
    Binary {
        op: BinaryOp,
        lhs: Box<Expr>,
        rhs: Box<Expr>,
    },
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Ternary {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Elvis {
        value: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Is {
        value: Box<Expr>,
        ty: Ty,
    },
    TypeOf(Box<Expr>),
    /// `a ... b` (`inclusive`) and `a ..< b`, both `int`. The type is the abstract object `Range` of
    /// `lang.object`: as a value it has the methods `__iterator` and `next`.
    Range {
        start: Box<Expr>,
        end: Box<Expr>,
        inclusive: bool,
    },
    /// `<T>e`, `<@untainted> e`, `<@untainted T> e`. `target` is `None` when only an annotation is written.
    Cast {
        value: Box<Expr>,
        target: Option<Ty>,
        mark: Option<Mark>,
    },
    /// Implicit widening to the type of this expression: int to float or decimal in mixed operations,
    /// byte to int.
    Convert(Box<Expr>),
    /// Of type = the operand's without errors. `check` returns the error from the function.
    Check(Box<Expr>),
    CheckPanic(Box<Expr>),
    Trap(Box<Expr>),
    /// `base.name`; `optional`: `base?.name`.
    Field {
        base: Box<Expr>,
        name: Name,
        kind: FieldKind,
        optional: bool,
    },
    Index {
        base: Box<Expr>,
        key: Box<Expr>,
        kind: IndexKind,
    },
    /// `x@["n"]`, `x.@` (`key` `None`: the map of all attributes).
    XmlAttribute {
        base: Box<Expr>,
        key: Option<Box<Expr>>,
    },
    /// `x.name`, `x[i]`, `x.*` on xml.
    XmlChildren {
        base: Box<Expr>,
        name: Option<Box<Expr>>,
    },
    /// `td.@name`.
    AnnotationAccess {
        base: Box<Expr>,
        definition: ItemId,
        qualified_name: Name,
    },
    Call(Box<Call>),
    /// `start f(…)`.
    Start(Box<Call>),
    Wait(Wait),
    /// `<- worker`.
    Receive(Peer),
    /// `e ->> worker`.
    SyncSend {
        value: Box<Expr>,
        to: Peer,
    },
    /// `flush`, `flush w`.
    Flush(Option<Peer>),
    TableQuery(Box<TableQuery>),
}

#[derive(Clone, PartialEq, Debug)]
pub enum MappingEntry {
    Field {
        name: Name,
        value: Expr,
        range: TextRange,
    },
    Computed {
        key: Expr,
        value: Expr,
        range: TextRange,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub enum TemplatePart {
    Text(Box<str>),
    Value(Expr),
}

#[derive(Clone, PartialEq, Debug)]
pub struct TableLiteral {
    pub row: Ty,
    pub keys: Vec<Name>,
    /// Each row is a mapping expression of the row type.
    pub rows: Vec<Expr>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct XmlTemplate {
    pub items: Vec<XmlItem>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum XmlItem {
    Element {
        /// Expanded name, `{uri}local` or `local`, and the prefix written.
        name: XmlName,
        /// `xmlns` declarations written at this element or needed by it: prefix (empty: default), uri.
        namespaces: Vec<(Name, Box<str>)>,
        attributes: Vec<(XmlName, Vec<TemplatePart>)>,
        children: Vec<XmlItem>,
    },
    Text(Box<str>),
    /// `${e}` in content: text of simple values, items of xml.
    Insertion(Expr),
    Comment(Vec<TemplatePart>),
    Instruction {
        target: Box<str>,
        data: Vec<TemplatePart>,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct XmlName {
    pub prefix: Option<Name>,
    pub uri: Option<Box<str>>,
    pub local: Name,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    Plus,
    Minus,
    /// `~`
    BitNot,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// Numbers, strings, xml.
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    /// `>>>`
    UShr,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    /// `===`
    RefEq,
    RefNe,
}

/// How a field is reached; decided by the static type of the base (without nil where the access is
/// optional).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// A required field, or (written, or read by `?.`) an optional field, of this record type.
    Record(RecordId),
    Object(ObjectId),
    /// Lax access: the result is `json|error`.
    Json,
    /// `m.k` on a map, where the language allows it.
    Map,
    /// A union of records that all have the field, or another base known at run time only.
    Dynamic,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IndexKind {
    Array,
    Tuple,
    /// A key of a map: nil when missing (reads).
    Map,
    Record(RecordId),
    Json,
    String,
    Xml,
    /// Unions, known at run time only.
    Dynamic,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    pub callee: Callee,
    pub args: Args,
    /// The whole call expression, from its receiver.
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Callee {
    /// A module function, library functions included. A call `v.f(x)` of the language library has `v` as
    /// its first argument.
    Function(FuncId),
    /// A method (`.`) or remote method (`->`). `target` is the method of the static type: abstract
    /// (no body) when the type is; at run time the value's own method of that name is called.
    Method {
        receiver: Box<Expr>,
        object: ObjectId,
        name: Name,
        target: FuncId,
    },
    /// A function value.
    Value(Box<Expr>),
}

/// Arguments matched to the parameters of the callee.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Args {
    /// One for each parameter that is not the rest parameter, in their order; `None`: left out, takes its
    /// default.
    pub positional: Vec<Option<Arg>>,
    pub rest: RestArgs,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Arg {
    pub value: Expr,
    /// As written: a named argument from its name.
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum RestArgs {
    /// Members of a new array.
    Items(Vec<Arg>),
    /// `...e`: the array itself. The range starts at the dots.
    Spread(Box<Arg>),
}

impl Default for RestArgs {
    fn default() -> Self {
        Self::Items(Vec::new())
    }
}

#[derive(Clone, PartialEq, Debug)]
pub enum Wait {
    One(Box<Expr>),
    /// `wait a | b`: the first to complete.
    Any(Vec<Expr>),
    /// `wait {a, b: f}`: a record or map of all, by the type of the expression.
    All(Vec<(Name, Expr)>),
}

// ---- table queries and streams (tier X): typed structure, run by natives ------------------------

#[derive(Clone, PartialEq, Debug)]
pub struct TableQuery {
    pub input: QueryInput,
    /// The further edges of an event pattern (stream queries), in the order written.
    pub edges: Vec<QueryInput>,
    pub join: Option<QueryJoin>,
    pub select: Vec<QuerySelect>,
    pub group_by: Vec<Expr>,
    pub having: Option<Expr>,
    pub order_by: Vec<(Expr, bool)>,
    pub limit: Option<u64>,
    /// The type of the rows that the query gives.
    pub row: Ty,
    /// Stands for such a row in `having` and `order by`.
    pub output: LocalId,
}

/// A source with the local that stands for its row in conditions.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryInput {
    pub source: Expr,
    pub row: LocalId,
    pub filters: Vec<Expr>,
    /// `window name(args)`: a list of the name and the arguments.
    pub window: Option<Expr>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct QueryJoin {
    pub kind: JoinKind,
    pub input: QueryInput,
    pub on: Option<Expr>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinKind {
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
}

#[derive(Clone, PartialEq, Debug)]
pub struct QuerySelect {
    pub name: Name,
    pub value: SelectValue,
}

#[derive(Clone, PartialEq, Debug)]
pub enum SelectValue {
    Expr(Expr),
    /// `sum(amount)`, `count()` …
    Aggregate {
        function: Name,
        argument: Option<Expr>,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub struct StreamQuery {
    pub query: TableQuery,
    /// `output …`, as written.
    pub output: Option<OutputRate>,
    /// `=> (T[] rows) { … }`.
    pub action: FuncKey,
    pub range: TextRange,
}

// ---- definitions looked up by the later stages --------------------------------------------------

/// The definition of a record type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordDef {
    pub id: RecordId,
    /// The type definition that gives it its name, if any.
    pub name: Option<Name>,
    pub module: ModuleId,
    /// Own and included fields, in the order of construction (6.9).
    pub fields: Vec<FieldDef>,
    /// The type of further fields; `None`: closed.
    pub rest: Option<Ty>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldDef {
    pub name: Name,
    pub ty: Ty,
    pub optional: bool,
    /// The function that evaluates the default; it lies in the item where the field is written.
    pub default: Option<FuncId>,
    pub visibility: Visibility,
    pub location: Location,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Visibility {
    Public,
    Module,
    Private,
}

/// The definition of an object type or service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectDef {
    pub id: ObjectId,
    pub name: Option<Name>,
    pub module: ModuleId,
    pub is_abstract: bool,
    pub is_client: bool,
    pub is_service: bool,
    /// Own and included fields.
    pub fields: Vec<FieldDef>,
    /// Own and included methods, `__init` excepted.
    pub methods: Vec<MethodDef>,
    pub init: Option<MethodDef>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MethodDef {
    pub name: Name,
    pub id: FuncId,
    pub signature: FunctionTy,
    pub visibility: Visibility,
    pub is_remote: bool,
    pub is_resource: bool,
    /// Without a body: a method of an abstract object, or inherited from one.
    pub is_abstract: bool,
    pub location: Location,
}

impl RecordDef {
    pub fn field(&self, name: Name) -> Option<&FieldDef> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl ObjectDef {
    pub fn field(&self, name: Name) -> Option<&FieldDef> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn method(&self, name: Name) -> Option<&MethodDef> {
        self.methods.iter().find(|method| method.name == name)
    }
}
