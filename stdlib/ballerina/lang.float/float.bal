// Functions of floats. They are methods of every float: `x.sqrt()`.

# Not a number.
public const float NaN = 0.0 / 0.0;

# Greater than every number.
public const float Infinity = 1.0 / 0.0;

# The circumference of a circle divided by its diameter.
public const float PI = 3.141592653589793;

# The base of the natural logarithm.
public const float E = 2.718281828459045;

# Tells whether a value is neither infinite nor NaN.
#
# + x - the value
# + return - true when it is finite
public function isFinite(float x) returns boolean = external;

# Tells whether a value is infinite.
#
# + x - the value
# + return - true when it is
public function isInfinite(float x) returns boolean = external;

# Tells whether a value is NaN.
#
# + x - the value
# + return - true when it is
public function isNaN(float x) returns boolean = external;

# Adds numbers.
#
# + xs - the numbers
# + return - their sum, 0.0 for none
public function sum(float... xs) returns float = external;

# The greatest number.
#
# + xs - the numbers
# + return - the greatest, -Infinity for none, NaN when one is NaN
public function max(float... xs) returns float = external;

# The least number.
#
# + xs - the numbers
# + return - the least, Infinity for none, NaN when one is NaN
public function min(float... xs) returns float = external;

# The absolute value.
#
# + x - a number
# + return - its absolute value
public function abs(float x) returns float = external;

# The nearest whole number, the even one of two.
#
# + x - a number
# + return - the whole number
public function round(float x) returns float = external;

# The greatest whole number that is not greater.
#
# + x - a number
# + return - the whole number
public function floor(float x) returns float = external;

# The least whole number that is not less.
#
# + x - a number
# + return - the whole number
public function ceiling(float x) returns float = external;

# The square root.
#
# + x - a number
# + return - its root, NaN for a negative one
public function sqrt(float x) returns float = external;

# The cube root.
#
# + x - a number
# + return - its root
public function cbrt(float x) returns float = external;

# Raises a number to a power.
#
# + x - the base
# + y - the exponent
# + return - the power
public function pow(float x, float y) returns float = external;

# The natural logarithm.
#
# + x - a number
# + return - its logarithm
public function log(float x) returns float = external;

# The logarithm to the base 10.
#
# + x - a number
# + return - its logarithm
public function log10(float x) returns float = external;

# Raises `E` to a power.
#
# + x - the exponent
# + return - the power
public function exp(float x) returns float = external;

# The sine.
#
# + x - an angle in radians
# + return - its sine
public function sin(float x) returns float = external;

# The cosine.
#
# + x - an angle in radians
# + return - its cosine
public function cos(float x) returns float = external;

# The tangent.
#
# + x - an angle in radians
# + return - its tangent
public function tan(float x) returns float = external;

# The angle with a sine.
#
# + x - the sine
# + return - the angle in radians
public function asin(float x) returns float = external;

# The angle with a cosine.
#
# + x - the cosine
# + return - the angle in radians
public function acos(float x) returns float = external;

# The angle with a tangent.
#
# + x - the tangent
# + return - the angle in radians
public function atan(float x) returns float = external;

# The angle of a point seen from the origin.
#
# + y - its ordinate
# + x - its abscissa
# + return - the angle in radians
public function atan2(float y, float x) returns float = external;

# The hyperbolic sine.
#
# + x - a number
# + return - its hyperbolic sine
public function sinh(float x) returns float = external;

# The hyperbolic cosine.
#
# + x - a number
# + return - its hyperbolic cosine
public function cosh(float x) returns float = external;

# The hyperbolic tangent.
#
# + x - a number
# + return - its hyperbolic tangent
public function tanh(float x) returns float = external;

# Reads a number.
#
# + s - the text
# + return - the number, or an error when the text is none
public function fromString(string s) returns float|error = external;

# Writes a number with hexadecimal digits, as in `0x1.8p1`.
#
# + x - the number
# + return - the text
public function toHexString(float x) returns string = external;

# Reads a number with hexadecimal digits.
#
# + s - the text
# + return - the number, or an error when the text is none
public function fromHexString(string s) returns float|error = external;

# The IEEE 754 bit pattern.
#
# + x - a number
# + return - its 64 bits
public function toBitsInt(float x) returns int = external;

# The number with an IEEE 754 bit pattern.
#
# + x - 64 bits
# + return - the number
public function fromBitsInt(int x) returns float = external;
