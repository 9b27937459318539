// The terminal: printing, formatting, reading lines.

# Prints values one after the other.
#
# + values - the values
public function print((any|error)... values) = external;

# Prints values one after the other and ends the line.
#
# + values - the values
public function println((any|error)... values) = external;

# Formats values: `%d %f %s %x %X %b %%`, each with an optional width and precision.
#
# + format - the text with its conversions
# + args - the values, one for each conversion
# + return - the formatted text
public function sprintf(string format, (any|error)... args) returns string = external;

# Prints a prompt and reads a line.
#
# + a - the prompt
# + return - the line without its end, empty at the end of the input
public function readln(any a) returns @tainted string = external;
