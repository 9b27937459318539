// Functions of errors. They are methods of every error: `e.reason()`.

# What every error detail may hold.
#
# + message - what went wrong
# + cause - the error that led to this one
public type Detail record {|
    string message?;
    error cause?;
    (anydata|error)...;
|};

@typeParam
type DetailType Detail;

@typeParam
type StringType string;

# One call on the way to an error.
#
# + callableName - the function
# + moduleName - its module
# + fileName - its file
# + lineNumber - the line that was being executed
public type CallStackElement record {|
    string callableName;
    string moduleName;
    string fileName;
    int lineNumber;
|};

# The calls that were active when an error was made, the innermost first.
public type CallStack object {
    # The calls.
    public CallStackElement[] callStack = [];
};

# The reason of an error.
#
# + e - the error
# + return - its reason
@flow { ret: ["0.reason"] }
public function reason(error<StringType, Detail> e) returns StringType = external;

# The detail of an error, a read-only record.
#
# + e - the error
# + return - its detail
@flow { ret: ["0.detail"] }
public function detail(error<string, DetailType> e) returns DetailType = external;

# Where an error was made.
#
# + e - the error
# + return - the calls that were active
public function stackTrace(error e) returns CallStack {
    CallStack stack = new;
    foreach var [callableName, moduleName, fileName, lineNumber] in stackFrames(e) {
        stack.callStack.push({
            callableName: callableName,
            moduleName: moduleName,
            fileName: fileName,
            lineNumber: lineNumber
        });
    }
    return stack;
}

@flow { ret: ["new(clean)"] }
function stackFrames(error e) returns [string, string, string, int][] = external;
