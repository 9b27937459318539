// Functions of maps and records. They are methods of every mapping: `m.keys()`.

@typeParam
type Type any|error;

@typeParam
type Type1 any|error;

# The number of members.
#
# + m - the mapping
# + return - its size
@flow { ret: ["shape(0)"] }
public function length(map<any|error> m) returns int = external;

# Walks the members in the order in which they were put in.
#
# + m - the mapping
# + return - an object whose `next` gives one member after the other, then nil
public function iterator(map<Type> m) returns abstract object {
    public function next() returns record {| Type value; |}?;
} {
    MapIterator walk = new(m);
    return walk;
}

type MapIterator object {
    private map<Type> m;
    private string[] names;
    private int index = 0;

    function __init(map<Type> m) {
        self.m = m;
        self.names = m.keys();
    }

    public function next() returns record {| Type value; |}? {
        while (self.index < self.names.length()) {
            string name = self.names[self.index];
            self.index += 1;
            if (self.m.hasKey(name)) {
                return { value: self.m.get(name) };
            }
        }
        return ();
    }
};

# The member with a key that must be there.
#
# + m - the mapping
# + k - the key
# + return - the member
@flow { ret: ["member(0, 1)"] }
public function get(map<Type> m, string k) returns Type = external;

# Pairs every member with its key.
#
# + m - the mapping
# + return - a new map of the tuples `[key, member]`
@flow { ret: ["new(new(shape(0), 0.[*]))"] }
public function entries(map<Type> m) returns map<[string, Type]> = external;

# Applies a function to every member.
#
# + m - the mapping
# + func - the function
# + return - a new map of its results under the same keys
@flow { applies: ["1(0.[*])"], ret: ["new(result(1))"] }
public function 'map(map<Type> m, function (Type val) returns Type1 func) returns map<Type1> = external;

# Calls a function with every member.
#
# + m - the mapping
# + func - the function
@flow { applies: ["1(0.[*])"] }
public function forEach(map<Type> m, function (Type val) returns () func) = external;

# Keeps the members for which a function returns true.
#
# + m - the mapping
# + func - the test
# + return - a new map of the members kept
@flow { applies: ["1(0.[*])"], ret: ["new(0.[*])"] }
public function filter(map<Type> m, function (Type val) returns boolean func) returns map<Type> = external;

# Combines the members in their order.
#
# + m - the mapping
# + func - combines what was accumulated so far with the next member
# + initial - what is combined with the first member
# + return - the last result of `func`, or `initial` for an empty mapping
@flow { applies: ["1(2, 0.[*])", "1(result(1), 0.[*])"], ret: ["2", "result(1)"] }
public function reduce(map<Type> m, function (Type1 accum, Type val) returns Type1 func, Type1 initial)
    returns Type1 = external;

# Takes out the member with a key that must be there; not on records.
#
# + m - the mapping
# + k - the key
# + return - the member
@flow { ret: ["member(0, 1)"] }
public function remove(map<Type> m, string k) returns Type = external;

# Takes all members out; not on records.
#
# + m - the mapping
public function removeAll(map<any|error> m) = external;

# Tells whether there is a member with a key.
#
# + m - the mapping
# + k - the key
# + return - true when there is
@flow { ret: ["shape(0)", "1"] }
public function hasKey(map<Type> m, string k) returns boolean = external;

# The keys in the order in which they were put in.
#
# + m - the mapping
# + return - a new list of the keys
@flow { ret: ["new(shape(0))"] }
public function keys(map<any|error> m) returns string[] = external;
