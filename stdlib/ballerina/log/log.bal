// Log lines on the standard error stream. A message that is a function is only run when its level
// is enabled.

const DEBUG = "DEBUG";
const ERROR = "ERROR";
const INFO = "INFO";
const TRACE = "TRACE";
const WARN = "WARN";

# Logs for those who look for a fault.
#
# + msg - the message
public function printDebug(string|(function () returns string) msg) {
    if (isEnabled(DEBUG)) {
        write(DEBUG, textOf(msg), ());
    }
}

# Logs a failure.
#
# + msg - the message
# + err - the error behind it
public function printError(string|(function () returns string) msg, public error? err = ()) {
    if (isEnabled(ERROR)) {
        write(ERROR, textOf(msg), err);
    }
}

# Logs what the program does.
#
# + msg - the message
public function printInfo(string|(function () returns string) msg) {
    if (isEnabled(INFO)) {
        write(INFO, textOf(msg), ());
    }
}

# Logs every step.
#
# + msg - the message
public function printTrace(string|(function () returns string) msg) {
    if (isEnabled(TRACE)) {
        write(TRACE, textOf(msg), ());
    }
}

# Logs what may become a failure.
#
# + msg - the message
public function printWarn(string|(function () returns string) msg) {
    if (isEnabled(WARN)) {
        write(WARN, textOf(msg), ());
    }
}

function textOf(string|(function () returns string) msg) returns string {
    if (msg is string) {
        return msg;
    } else {
        return msg();
    }
}

// Both look at the module that called the function of this module.
function isEnabled(string level) returns boolean = external;

function write(string level, string msg, error? err) = external;
