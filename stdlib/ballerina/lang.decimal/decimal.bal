// Functions of decimals. They are methods of every decimal: `d.round()`.

# Adds numbers.
#
# + xs - the numbers
# + return - their sum, 0 for none
public function sum(decimal... xs) returns decimal = external;

# The greatest number.
#
# + x - a number
# + xs - more numbers
# + return - the greatest of all
public function max(decimal x, decimal... xs) returns decimal = external;

# The least number.
#
# + x - a number
# + xs - more numbers
# + return - the least of all
public function min(decimal x, decimal... xs) returns decimal = external;

# The absolute value.
#
# + x - a number
# + return - its absolute value
public function abs(decimal x) returns decimal = external;

# The nearest whole number, the even one of two.
#
# + x - a number
# + return - the whole number
public function round(decimal x) returns decimal = external;

# The greatest whole number that is not greater.
#
# + x - a number
# + return - the whole number
public function floor(decimal x) returns decimal = external;

# The least whole number that is not less.
#
# + x - a number
# + return - the whole number
public function ceiling(decimal x) returns decimal = external;

# Reads a number.
#
# + s - the text
# + return - the number, or an error when the text is none
public function fromString(string s) returns decimal|error = external;
