// Functions of numbers.

# The circumference of a circle divided by its diameter.
public const float PI = 3.141592653589793;

# The base of the natural logarithm.
public const float E = 2.718281828459045;

# Reason of this module's errors.
public const ARITHMETIC_ERROR = "{ballerina/math}Error";

# What went wrong.
#
# + message - in words
# + cause - the error below it
public type Detail record {
    string message;
    error cause?;
};

# An operation that has no result.
public type Error error<ARITHMETIC_ERROR, Detail>;

# The power of `E`.
#
# + val - a number
# + return - `E` to the power of the number
public function exp(float val) returns float {
    return val.exp();
}

# A power.
#
# + a - the base
# + b - the exponent
# + return - the base to the power of the exponent
public function pow(float a, float b) returns float {
    return a.pow(b);
}

# A random number.
#
# + return - at least 0.0 and less than 1.0, each of 2^53 values equally likely
public function random() returns @untainted float = external;

# A random whole number.
#
# + startRange - the least possible one
# + endRange - one more than the greatest possible one
# + return - the number, or an error when the range is empty
public function randomInRange(int startRange, int endRange) returns @untainted int|Error {
    if (startRange >= endRange) {
        return Error(message = "End range must be greater than the start range");
    }
    return startRange + randomBelow(endRange - startRange);
}

# The square root.
#
# + val - a number
# + return - the root, NaN of a negative number
public function sqrt(float val) returns float {
    return val.sqrt();
}

# The absolute value.
#
# + val - a number
# + return - its absolute value
public function absFloat(float val) returns float {
    return val.abs();
}

# The absolute value.
#
# + val - a number
# + return - its absolute value; the smallest int stays as it is
public function absInt(int val) returns int {
    return val < 0 ? -val : val;
}

# The arc cosine.
#
# + val - a number
# + return - the angle in radians
public function acos(float val) returns float {
    return val.acos();
}

# The arc sine.
#
# + val - a number
# + return - the angle in radians
public function asin(float val) returns float {
    return val.asin();
}

# The arc tangent.
#
# + val - a number
# + return - the angle in radians
public function atan(float val) returns float {
    return val.atan();
}

# The angle of a point.
#
# + a - its ordinate
# + b - its abscissa
# + return - the angle in radians
public function atan2(float a, float b) returns float {
    return a.atan2(b);
}

# The cube root.
#
# + val - a number
# + return - the root
public function cbrt(float val) returns float {
    return val.cbrt();
}

# The least whole number that is not less.
#
# + val - a number
# + return - the whole number
public function ceil(float val) returns float {
    return val.ceiling();
}

# A magnitude with the sign of another number.
#
# + a - gives the magnitude
# + b - gives the sign
# + return - the number
public function copySign(float a, float b) returns float = external;

# The cosine.
#
# + val - an angle in radians
# + return - its cosine
public function cos(float val) returns float {
    return val.cos();
}

# The hyperbolic cosine.
#
# + val - a number
# + return - its hyperbolic cosine
public function cosh(float val) returns float {
    return val.cosh();
}

# `E` to the power of a number, less one; exact near zero.
#
# + val - a number
# + return - the difference
public function expm1(float val) returns float = external;

# The greatest whole number that is not greater.
#
# + val - a number
# + return - the whole number
public function floor(float val) returns float {
    return val.floor();
}

# Division rounded towards negative infinity.
#
# + a - the dividend
# + b - the divisor
# + return - the quotient, or an error when the divisor is zero
public function floorDiv(int a, int b) returns int|Error {
    if (b == 0) {
        return Error(message = "Division by zero occurred");
    }
    if (b == -1) {
        return -a;
    }
    int quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

# The remainder of division rounded towards negative infinity.
#
# + a - the dividend
# + b - the divisor
# + return - the remainder, with the sign of the divisor, or an error when the divisor is zero
public function floorMod(int a, int b) returns int|Error {
    if (b == 0) {
        return Error(message = "Division by zero occurred");
    }
    if (b == -1) {
        return 0;
    }
    int rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

# The exponent of a number's binary form.
#
# + val - a number
# + return - the exponent; 1024 for infinities and NaN, -1023 for zero and subnormal numbers
public function getExponent(float val) returns int = external;

# The hypotenuse of a right triangle, without overflow on the way.
#
# + a - one leg
# + b - the other leg
# + return - the root of the sum of their squares
public function hypot(float a, float b) returns float = external;

# The remainder of division rounded to the nearest whole quotient, the even one of two.
#
# + a - the dividend
# + b - the divisor
# + return - the remainder
public function remainder(float a, float b) returns float = external;

# The natural logarithm.
#
# + val - a number
# + return - its logarithm
public function log(float val) returns float {
    return val.log();
}

# The logarithm to the base 10.
#
# + val - a number
# + return - its logarithm
public function log10(float val) returns float {
    return val.log10();
}

# The natural logarithm of a number and one; exact near zero.
#
# + val - a number
# + return - the logarithm
public function log1p(float val) returns float = external;

# The negative of a number.
#
# + val - a number
# + return - its negative, or an error when that does not fit
public function negateExact(int val) returns int|Error {
    int negative = -val;
    if (val != 0 && negative == val) {
        return Error(message = "Overflow occurred");
    }
    return negative;
}

# The neighbour of a number in a direction.
#
# + a - the number
# + b - the direction
# + return - the float next to `a` towards `b`
public function nextAfter(float a, float b) returns float = external;

# The neighbour below.
#
# + val - a number
# + return - the greatest float that is less
public function nextDown(float val) returns float = external;

# The neighbour above.
#
# + val - a number
# + return - the least float that is greater
public function nextUp(float val) returns float = external;

# The nearest whole number, the even one of two.
#
# + val - a number
# + return - the whole number
public function rint(float val) returns float {
    return val.round();
}

# The nearest whole number, the greater one of two.
#
# + val - a number
# + return - the whole number; the nearest int when it does not fit, 0 for NaN
public function round(float val) returns int = external;

# A number times a power of two, rounded once.
#
# + a - the number
# + b - the exponent of two
# + return - the product
public function scalb(float a, int b) returns float = external;

# The sign of a number.
#
# + val - a number
# + return - 1.0 or -1.0, the number itself when it is zero or NaN
public function signum(float val) returns float {
    if (val > 0.0) {
        return 1.0;
    }
    return val < 0.0 ? -1.0 : val;
}

# The sine.
#
# + val - an angle in radians
# + return - its sine
public function sin(float val) returns float {
    return val.sin();
}

# The hyperbolic sine.
#
# + val - a number
# + return - its hyperbolic sine
public function sinh(float val) returns float {
    return val.sinh();
}

# The tangent.
#
# + val - an angle in radians
# + return - its tangent
public function tan(float val) returns float {
    return val.tan();
}

# The hyperbolic tangent.
#
# + val - a number
# + return - its hyperbolic tangent
public function tanh(float val) returns float {
    return val.tanh();
}

# An angle in degrees.
#
# + val - an angle in radians
# + return - the angle in degrees
public function toDegrees(float val) returns float {
    return val * (180.0 / PI);
}

# An angle in radians.
#
# + val - an angle in degrees
# + return - the angle in radians
public function toRadians(float val) returns float {
    return val * (PI / 180.0);
}

# The distance of a number to its neighbour.
#
# + val - a number
# + return - the distance to the next greater magnitude
public function ulp(float val) returns float = external;

// A number from 0 on that is less than `limit`, read without sign.
function randomBelow(int 'limit) returns @untainted int = external;
