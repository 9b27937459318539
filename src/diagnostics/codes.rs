//! The one table of diagnostic codes (spec/language.md chapter 8, spec/taint.md section 9,
//! spec/cli.md section 4): code, severity, title. `taintc explain`, the documentation and the tests
//! read this table and the explanations beside it.

/// How grave a diagnostic is: errors stop `run` and make `check` exit 1, warnings do neither.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($code:ident $severity:ident $title:literal;)*) => {
        /// A diagnostic code. The order is that of reports at the same place.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum Code {
            $($code,)*
        }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            pub const fn severity(self) -> Severity {
                match self { $(Code::$code => Severity::$severity,)* }
            }

            /// What the code is about, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }

            pub(super) const fn explanation_text(self) -> &'static str {
                match self {
                    $(Code::$code => include_str!(concat!("explain/", stringify!($code), ".md")),)*
                }
            }

            /// The code spelled `text`, in any case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text))
            }
        }
    };
}

codes! {
    E001 Error "syntax error";
    E002 Error "bad character, unterminated string or template";
    E003 Error "nesting too deep";
    E004 Error "number out of range";
    E005 Error "not UTF-8, unreadable";
    E006 Error "removed construct or reserved word as a name";
    E007 Error "xml tags differ";
    E010 Error "module not found";
    E011 Error "import not used";
    E012 Error "imported twice";
    E013 Error "import cycle";
    E014 Error "unknown prefix";
    E020 Error "unknown name";
    E021 Error "name taken";
    E022 Error "unknown function or method";
    E023 Error "unknown field";
    E024 Error "unknown type";
    E025 Error "not visible";
    E026 Error "a public function, type, constant or listener names a non-public type of its module";
    E027 Error "unknown annotation";
    E028 Error "cycle";
    E029 Error "_ read";
    E030 Error "type mismatch";
    E031 Error "operator not defined";
    E032 Error "impossible cast";
    E033 Error "type not inferable or ambiguous";
    E034 Error "access not supported";
    E035 Error "not iterable";
    E036 Error "test always or never true";
    E037 Error "constant index or size out of range";
    E038 Error "null outside of json";
    E039 Error "constructor does not fit";
    E040 Error "argument missing";
    E041 Error "too many arguments";
    E042 Error "named argument unknown or double";
    E043 Error "argument order";
    E044 Error "parameter order";
    E045 Error "result not used";
    E046 Error "action misuse";
    E047 Error "not a statement";
    E048 Error "bad target";
    E050 Error "return missing";
    E051 Error "unreachable";
    E052 Error "outside of a loop";
    E054 Error "read before any assignment";
    E055 Error "read before sure assignment";
    E056 Error "assignment to an unassignable";
    E057 Error "not a constant";
    E058 Error "match pattern";
    E059 Error "binding pattern";
    E060 Error "check without error";
    E061 Error "check where the error cannot go";
    E062 Error "error constructor";
    E064 Error "main";
    E065 Error "module __init";
    E070 Error "field missing";
    E071 Error "key twice";
    E072 Error "object field not set";
    E073 Error "abstract object created";
    E074 Error "method not implemented";
    E075 Error "bad inclusion";
    E076 Error "abstract object rule";
    E077 Error "remote/resource place";
    E078 Error "default on optional field";
    E079 Error "rest key as identifier";
    E080 Error "listener";
    E081 Error "resource result";
    E082 Error "service method qualifier";
    E083 Error "annotation place or value";
    E084 Error "= external on an object's __init, on a method of an abstract object, on a resource";
    E085 Error "worker name";
    E086 Error "worker messages";
    E087 Error "flush without a send to that worker";
    E088 Error "transaction";
    E090 Error "xml name space";
    E091 Error "xml update";
    E092 Error "table";
    E093 Error "stream or query";
    E094 Warning "documentation";
    E095 Error "limits of the checker";
    E096 Error "under run alone";
    T001 Error "tainted value passed to a sensitive parameter";
    T002 Error "tainted object reaches a sensitive parameter through its method";
    T003 Error "tainted value written to a module variable";
    T004 Error "module object tainted";
    T005 Error "tainted value written to a captured variable";
    T006 Error "tainted value returned without annotation";
    T007 Error "parameter tainted without annotation";
    T008 Error "entry point parameter marked as sensitive";
    T009 Error "taint analysis did not converge";
    W001 Warning "error result thrown away";
    W002 Warning "auth annotation on a listener without auth";
    W003 Warning "JWT provider without trust store";
    W004 Warning "certificates are not verified";
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
