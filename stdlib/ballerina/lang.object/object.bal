// Types of objects that the language itself knows.

# What a service is attached to.
public type Listener abstract object {
    # Attaches a service.
    #
    # + s - the service
    # + name - its name
    # + return - an error when it cannot be attached
    public function __attach(service s, string? name = ()) returns error?;

    # Detaches a service.
    #
    # + s - the service
    # + return - an error when it cannot be detached
    public function __detach(service s) returns error?;

    # Starts listening.
    #
    # + return - an error when that fails
    public function __start() returns error?;

    # Stops when what was begun has ended.
    #
    # + return - an error when that fails
    public function __gracefulStop() returns error?;

    # Stops at once.
    #
    # + return - an error when that fails
    public function __immediateStop() returns error?;
};

# What `a ... b` and `a ..< b` are: the numbers from `a` on, one after the other.
public type Range abstract object {
    # Begins anew.
    #
    # + return - what gives the numbers of the range
    public function __iterator() returns abstract object {
        public function next() returns record {| int value; |}?;
    };

    # The next number.
    #
    # + return - the number, nil behind the last one
    public function next() returns record {| int value; |}?;
};

type IntRange object {
    private int first;
    private int last;
    private int at;
    private boolean ended;

    function __init(int first, int last) {
        self.first = first;
        self.last = last;
        self.at = first;
        self.ended = first > last;
    }

    public function __iterator() returns abstract object {
        public function next() returns record {| int value; |}?;
    } {
        return new IntRange(self.first, self.last);
    }

    public function next() returns record {| int value; |}? {
        if (self.ended) {
            return ();
        }
        int value = self.at;
        if (value < self.last) {
            self.at = value + 1;
        } else {
            self.ended = true;
        }
        return { value: value };
    }
};

function rangeOf(int first, int end, boolean inclusive) returns Range {
    if (inclusive) {
        return new IntRange(first, end);
    }
    if (first >= end) {
        return new IntRange(1, 0);
    }
    return new IntRange(first, end - 1);
}
