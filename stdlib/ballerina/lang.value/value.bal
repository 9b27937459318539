// Functions of every value that is data: `v.clone()`.

@typeParam
type AnydataType anydata;

# Copies a value with all that it holds; parts that are read-only are shared.
#
# + v - the value
# + return - the copy
@flow { ret: ["shape(0)", "new(0.[*])"] }
public function clone(AnydataType v) returns AnydataType = external;

# Copies a value with all that it holds and makes the copy read-only.
#
# + v - the value
# + return - the copy, or the value itself when it is read-only already
@flow { ret: ["shape(0)", "new(0.[*])"] }
public function cloneReadOnly(AnydataType v) returns AnydataType = external;

# Tells whether a value cannot change.
#
# + v - the value
# + return - true for simple values and read-only structures
public function isReadOnly(anydata v) returns boolean = external;

# The text form of a value.
#
# + v - the value
# + return - its text
public function toString((any|error) v) returns string = external;

# Writes a value as JSON.
#
# + v - the value
# + return - the JSON text
public function toJsonString(json v) returns string = external;

# Reads JSON.
#
# + str - the JSON text
# + return - the value, or an error when the text is no JSON
public function fromJsonString(string str) returns json|error = external;

# Merges two JSON values; mappings are merged into the first one, member by member.
#
# + j1 - a value
# + j2 - the value to merge into it
# + return - the merged value, or an error when they do not fit; then `j1` is unchanged
@flow { ret: ["0", "1"], out: ["0.[*] <- 1.[*]"] }
public function mergeJson(json j1, json j2) returns json|error = external;
