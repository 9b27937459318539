// Functions of booleans.

# Reads `true` or `false` in any case.
#
# + s - the text
# + return - the value, or an error when the text is neither
public function fromString(string s) returns boolean|error = external;
