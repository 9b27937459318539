// Functions of strings. They are methods of every string: `text.trim()`. Lengths and indexes count
// code points.

# The number of code points.
#
# + str - the string
# + return - its length
public function length(string str) returns int = external;

# Walks the string by one-character strings.
#
# + str - the string
# + return - an object whose `next` gives one character after the other, then nil
public function iterator(string str) returns abstract object {
    public function next() returns record {| string value; |}?;
} {
    StringIterator walk = new(str);
    return walk;
}

type StringIterator object {
    private string str;
    private int index = 0;

    function __init(string str) {
        self.str = str;
    }

    public function next() returns record {| string value; |}? {
        int index = self.index;
        if (index < self.str.length()) {
            self.index = index + 1;
            return { value: self.str[index] };
        }
        return ();
    }
};

# Joins strings without a separator.
#
# + strs - the strings
# + return - all of them in one
public function concat(string... strs) returns string = external;

# The code point at an index.
#
# + str - the string
# + index - the index
# + return - the code point's number
public function getCodePoint(string str, int index) returns int = external;

# A part of a string.
#
# + str - the string
# + startIndex - index of the first character to take
# + endIndex - index behind the last character to take
# + return - the part
public function substring(string str, int startIndex, int endIndex = str.length()) returns string = external;

# Compares by code points.
#
# + str1 - a string
# + str2 - another string
# + return - -1, 0 or 1 when the first is before, equal to or behind the second
public function codePointCompare(string str1, string str2) returns int = external;

# Joins strings with a separator between them.
#
# + separator - the separator
# + strs - the strings
# + return - all of them in one
public function 'join(string separator, string... strs) returns string = external;

# Finds a string in another.
#
# + str - where to search
# + substr - what to find
# + startIndex - where the search starts
# + return - the first index, nil when it is not there
public function indexOf(string str, string substr, int startIndex = 0) returns int? = external;

# Tells whether a string starts with another.
#
# + str - the string
# + substr - its possible start
# + return - true when it does
public function startsWith(string str, string substr) returns boolean = external;

# Tells whether a string ends with another.
#
# + str - the string
# + substr - its possible end
# + return - true when it does
public function endsWith(string str, string substr) returns boolean = external;

# Turns `A` to `Z` into lower case.
#
# + str - the string
# + return - the changed string
public function toLowerAscii(string str) returns string = external;

# Turns `a` to `z` into upper case.
#
# + str - the string
# + return - the changed string
public function toUpperAscii(string str) returns string = external;

# Drops blanks and control characters at both ends.
#
# + str - the string
# + return - what is between them
public function trim(string str) returns string = external;

# Encodes in UTF-8.
#
# + str - the string
# + return - its bytes
public function toBytes(string str) returns byte[] = external;

# Decodes UTF-8.
#
# + bytes - the bytes
# + return - the string, or an error when they are no UTF-8
public function fromBytes(byte[] bytes) returns string|error = external;

# The numbers of the code points.
#
# + str - the string
# + return - the numbers in order
public function toCodePointInts(string str) returns int[] = external;

# Builds a string of code points.
#
# + codePoints - their numbers
# + return - the string, or an error when a number is no code point
public function fromCodePointInts(int[] codePoints) returns string|error = external;
