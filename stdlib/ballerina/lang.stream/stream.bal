// Functions of streams.

@typeParam
type PureType anydata|error;

# Hands every subscriber its own copy of a value, without waiting for them.
#
# + strm - the stream
# + data - the value
@flow { out: ["0.[*] <- 1"] }
public function publish(stream<PureType> strm, PureType data) = external;

# Subscribes to a stream.
#
# + strm - the stream
# + func - called with every value that is published from now on
@flow { applies: ["1(0.[*])"] }
public function subscribe(stream<PureType> strm, function (PureType val) returns () func) = external;
