// Configuration: entries of the command line, the environment and the configuration file.

# Reads a text.
#
# + key - names the entry
# + defaultValue - what to give when there is no such entry
# + return - the entry as text, decrypted where it was encrypted
public function getAsString(@untainted string key, string defaultValue = "") returns string {
    string? found = lookupString(key);
    return found is string ? found : defaultValue;
}

# Reads a number. An entry that is none panics.
#
# + key - names the entry
# + defaultValue - what to give when there is no such entry
# + return - the number
public function getAsInt(@untainted string key, int defaultValue = 0) returns int {
    int? found = lookupInt(key);
    return found is int ? found : defaultValue;
}

# Reads a number with a fraction. An entry that is none panics.
#
# + key - names the entry
# + defaultVal - what to give when there is no such entry
# + return - the number
public function getAsFloat(@untainted string key, float defaultVal = 0.0) returns float {
    float? found = lookupFloat(key);
    return found is float ? found : defaultVal;
}

# Reads a truth value. Text counts as true when it is `true` in any case.
#
# + key - names the entry
# + defaultValue - what to give when there is no such entry
# + return - the truth value
public function getAsBoolean(@untainted string key, boolean defaultValue = false) returns boolean {
    boolean? found = lookupBoolean(key);
    return found is boolean ? found : defaultValue;
}

# Reads all entries of a table.
#
# + key - names the table
# + return - its entries by the rest of their keys; texts are not decrypted, arrays are left out
public function getAsMap(@untainted string key) returns map<any> {
    return entriesBelow(key);
}

# Tells whether there is an entry; the environment does not count.
#
# + key - names the entry
# + return - whether it is there
public function contains(@untainted string key) returns boolean {
    return hasEntry(key);
}

# Makes or replaces an entry for the rest of the run.
#
# + key - names the entry
# + value - its value
public function setConfig(string key, string|int|float|boolean value) {
    setEntry(key, value);
}

// The entries are the operator's: what they hold is trusted.

function lookupString(@untainted string key) returns @untainted string? = external;

function lookupInt(@untainted string key) returns @untainted int? = external;

function lookupFloat(@untainted string key) returns @untainted float? = external;

function lookupBoolean(@untainted string key) returns @untainted boolean? = external;

function entriesBelow(@untainted string key) returns @untainted map<any> = external;

function hasEntry(@untainted string key) returns @untainted boolean = external;

function setEntry(string key, string|int|float|boolean value) = external;
