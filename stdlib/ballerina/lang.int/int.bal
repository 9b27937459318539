// Functions of integers. They are methods of every int: `n.toHexString()`.

# The absolute value.
#
# + n - a number
# + return - its absolute value
public function abs(int n) returns int = external;

# Adds numbers.
#
# + ns - the numbers
# + return - their sum, 0 for none
public function sum(int... ns) returns int = external;

# The greatest number.
#
# + n - a number
# + ns - more numbers
# + return - the greatest of all
public function max(int n, int... ns) returns int = external;

# The least number.
#
# + n - a number
# + ns - more numbers
# + return - the least of all
public function min(int n, int... ns) returns int = external;

# Reads decimal digits with an optional sign.
#
# + s - the text
# + return - the number, or an error when the text is no number of 64 bits
public function fromString(string s) returns int|error = external;

# Writes a number in lower-case hexadecimal digits, a negative one in two's complement.
#
# + n - the number
# + return - the digits
public function toHexString(int n) returns string = external;

# Reads hexadecimal digits with an optional sign.
#
# + s - the text
# + return - the number, or an error when the text is no number of 64 bits
public function fromHexString(string s) returns int|error = external;
