// The strand that runs and the environment around it.

# One active call.
#
# + callableName - the function
# + moduleName - its module
# + fileName - its file
# + lineNumber - the line that is being executed
public type CallStackElement record {|
    string callableName;
    string moduleName;
    string fileName;
    int lineNumber;
|};

# What belongs to one invocation: each strand has its own.
#
# + id - names the invocation
# + principal - who it is made for
# + authenticationContext - how that was found out
# + attributes - whatever the program attaches
public type InvocationContext record {|
    string id;
    Principal principal?;
    AuthenticationContext authenticationContext?;
    map<any> attributes;
|};

# How a principal was authenticated.
#
# + scheme - the scheme, as `basic`
# + authToken - what was presented
public type AuthenticationContext record {
    string scheme?;
    string authToken?;
};

# Who an invocation is made for.
#
# + userId - names the user once and for all
# + username - the user's name
# + claims - what is claimed about the user
# + scopes - what the user may do
public type Principal record {
    string userId?;
    string username?;
    map<any> claims?;
    string[] scopes?;
};

# The active calls, the innermost first.
#
# + return - the calls
public function getCallStack() returns CallStackElement[] {
    CallStackElement[] stack = [];
    foreach var [callableName, moduleName, fileName, lineNumber] in activeCalls() {
        stack.push({
            callableName: callableName,
            moduleName: moduleName,
            fileName: fileName,
            lineNumber: lineNumber
        });
    }
    return stack;
}

# The context of this strand's invocation.
#
# + return - the same record at every call
public function getInvocationContext() returns InvocationContext {
    InvocationContext? known = strandContext();
    if (known is InvocationContext) {
        return known;
    }
    InvocationContext context = { id: newInvocationId(), attributes: {} };
    setStrandContext(context);
    return context;
}

# Pauses this strand; others go on.
#
# + millis - how long, in milliseconds
public function sleep(int millis) = external;

# A property of the runtime.
#
# + name - its name, as `ballerina.version` or `user.dir`
# + return - its value, empty when there is no such property
public function getProperty(@untainted string name) returns @untainted string = external;

# Waits in the background.
#
# + millis - how long, in milliseconds
# + return - completes after that time
public function timeout(int millis) returns future<()> {
    future<()> after = start sleep(millis);
    return after;
}

function activeCalls() returns @untainted [string, string, string, int][] = external;

function newInvocationId() returns @untainted string = external;

@flow { ret: ["clean"] }
function strandContext() returns InvocationContext? = external;

@flow { out: [] }
function setStrandContext(InvocationContext context) = external;
