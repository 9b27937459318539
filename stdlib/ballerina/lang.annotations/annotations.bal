// The annotations that every file knows without an import. `tainted` and `untainted` are for all
// programs; `typeParam` and `flow` are understood in the bundled library alone.

# May hold untrusted data: on a return a source, on a parameter an argument that the call may taint,
# on a module variable permission to hold it.
public const annotation tainted on parameter, return, source listener, source var;

# Trusted: on a parameter untrusted arguments are refused, on a return the result is clean.
public const annotation untainted on parameter, return, source listener;

# Marks a type definition of the library as a type parameter: it stands for the type that the
# arguments of a call give it.
public const annotation typeParam on source type;

# What the data does inside a native function, where its signature cannot say so.
#
# + ret - the parts of the arguments that the result is made of
# + out - the writes into arguments
# + sink - the parts of arguments that must be clean
# + applies - the calls of function arguments, with the values handed to them
public type Flow record {|
    string[] ret = [];
    string[] out = [];
    string[] sink = [];
    string[] applies = [];
|};

# Declares the data flow of a native function (library only).
public const annotation Flow flow on source function;
