// Functions of arrays and tuples. They are methods of every list: `arr.push(1)`.

@typeParam
type Type any|error;

@typeParam
type Type1 any|error;

@typeParam
type PureType anydata|error;

# The number of members.
#
# + arr - the list
# + return - its length
@flow { ret: ["shape(0)"] }
public function length((any|error)[] arr) returns int = external;

# Walks the members from the first to the last.
#
# + arr - the list
# + return - an object whose `next` gives one member after the other, then nil
public function iterator(Type[] arr) returns abstract object {
    public function next() returns record {| Type value; |}?;
} {
    ArrayIterator walk = new(arr);
    return walk;
}

type ArrayIterator object {
    private Type[] arr;
    private int index = 0;

    function __init(Type[] arr) {
        self.arr = arr;
    }

    public function next() returns record {| Type value; |}? {
        int index = self.index;
        if (index < self.arr.length()) {
            self.index = index + 1;
            return { value: self.arr[index] };
        }
        return ();
    }
};

# Pairs every member with its index.
#
# + arr - the list
# + return - the tuples `[index, member]`
@flow { ret: ["new(new(shape(0), 0.[*]))"] }
public function enumerate(Type[] arr) returns [int, Type][] = external;

# Applies a function to every member.
#
# + arr - the list
# + func - the function
# + return - a new list of its results
@flow { applies: ["1(0.[*])"], ret: ["new(result(1))"] }
public function 'map(Type[] arr, function (Type val) returns Type1 func) returns Type1[] = external;

# Calls a function with every member.
#
# + arr - the list
# + func - the function
@flow { applies: ["1(0.[*])"] }
public function forEach(Type[] arr, function (Type val) returns () func) = external;

# Keeps the members for which a function returns true.
#
# + arr - the list
# + func - the test
# + return - a new list of the members kept
@flow { applies: ["1(0.[*])"], ret: ["new(0.[*])"] }
public function filter(Type[] arr, function (Type val) returns boolean func) returns Type[] = external;

# Combines the members from the first to the last.
#
# + arr - the list
# + func - combines what was accumulated so far with the next member
# + initial - what is combined with the first member
# + return - the last result of `func`, or `initial` for an empty list
@flow { applies: ["1(2, 0.[*])", "1(result(1), 0.[*])"], ret: ["2", "result(1)"] }
public function reduce(Type[] arr, function (Type1 accum, Type val) returns Type1 func, Type1 initial)
    returns Type1 = external;

# Copies a part of a list.
#
# + arr - the list
# + startIndex - index of the first member to take
# + endIndex - index behind the last member to take
# + return - a new list
@flow { ret: ["new(0.[*])"] }
public function slice(Type[] arr, int startIndex, int endIndex = arr.length()) returns Type[] = external;

# Takes one member out; those behind it move one index down.
#
# + arr - the list
# + index - index of the member
# + return - the member
@flow { ret: ["member(0, 1)"], out: ["0.[*] <- 0.[*]"] }
public function remove(Type[] arr, int index) returns Type = external;

# Takes all members out.
#
# + arr - the list
public function removeAll((any|error)[] arr) = external;

# Cuts a list or fills it up with the filler value of its member type.
#
# + arr - the list
# + newLength - its new length
@flow { out: ["0.[*] <- 0.[*]"] }
public function setLength((any|error)[] arr, int newLength) = external;

# Finds a member that equals a value.
#
# + arr - the list
# + val - the value
# + startIndex - where the search starts
# + return - the first index, nil when there is none
public function indexOf(PureType[] arr, PureType val, int startIndex = 0) returns int? = external;

# Turns the order around.
#
# + arr - the list
# + return - a new list, last member first
@flow { ret: ["new(0.[*])"] }
public function reverse(Type[] arr) returns Type[] = external;

# Sorts a list in place; members that compare equal keep their order.
#
# + arr - the list
# + func - negative, zero or positive when its first argument is less than, equal to or greater than the second
# + return - the same list
@flow { ret: ["0"], out: ["0.[*] <- 0.[*]"], applies: ["1(0.[*], 0.[*])"] }
public function sort(Type[] arr, function (Type val1, Type val2) returns int func) returns Type[] = external;

# Takes the last member out.
#
# + arr - the list
# + return - the member
@flow { ret: ["0.[*]"] }
public function pop(Type[] arr) returns Type = external;

# Appends members.
#
# + arr - the list
# + vals - the members
@flow { out: ["0.[*] <- 1.[*]"] }
public function push(Type[] arr, Type... vals) = external;

# Takes the first member out; the others move one index down.
#
# + arr - the list
# + return - the member
@flow { ret: ["0.[*]"], out: ["0.[*] <- 0.[*]"] }
public function shift(Type[] arr) returns Type = external;

# Puts members in front of the first one.
#
# + arr - the list
# + vals - the members, in their new order
@flow { out: ["0.[*] <- 0.[*]", "0.[*] <- 1.[*]"] }
public function unshift(Type[] arr, Type... vals) = external;

# Writes bytes as Base64 text with padding.
#
# + arr - the bytes
# + return - the text
public function toBase64(byte[] arr) returns string = external;

# Reads Base64 text.
#
# + str - the text
# + return - the bytes, or an error when it is no Base64
public function fromBase64(string str) returns byte[]|error = external;

# Writes bytes as lower-case hexadecimal digits.
#
# + arr - the bytes
# + return - the text
public function toBase16(byte[] arr) returns string = external;

# Reads hexadecimal digits.
#
# + str - the text
# + return - the bytes, or an error when it is no Base16
public function fromBase16(string str) returns byte[]|error = external;
