// Functions of type descriptors: `Person.constructFrom(v)`.

@typeParam
type AnydataType anydata;

# Builds a value of a type from data of another shape: a deep copy, numbers converted, defaults of
# records filled in.
#
# + t - the type
# + v - the data
# + return - the new value, or an error when the data does not fit
@flow { ret: ["shape(1)", "new(1.[*])"] }
public function constructFrom(typedesc<AnydataType> t, anydata v) returns AnydataType|error = external;
