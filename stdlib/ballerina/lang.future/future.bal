// Functions of futures.

# Asks a strand to stop at its next yield; waiting for it gives an error from then on.
#
# + f - the strand's future
public function cancel(future<any|error> f) = external;
