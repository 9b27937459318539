// What requests and responses go through on their way.

# Sees requests before the resource does.
public type RequestFilter abstract object {

    # Looks at a request.
    #
    # + caller - to answer the client
    # + request - the request
    # + context - what is called
    # + return - whether the request goes on; false when the filter has answered
    public function filterRequest(Caller caller, Request request, FilterContext context) returns boolean;
};

# Sees responses before the client does.
public type ResponseFilter abstract object {

    # Looks at a response.
    #
    # + response - the response
    # + context - what was called
    # + return - whether the response goes on; false makes it an internal error
    public function filterResponse(Response response, FilterContext context) returns boolean;
};

# What a request calls, and what filters note about it.
#
# + attributes - whatever filters tell each other
public type FilterContext object {
    private service serviceRef;
    private string serviceName;
    private string resourceName;
    public map<any> attributes = {};

    AuthPlan? authPlan = ();

    # Makes a context.
    #
    # + serviceRef - the service
    # + serviceName - its name
    # + resourceName - the resource's name
    public function __init(service serviceRef, string serviceName, string resourceName) {
        self.serviceRef = serviceRef;
        self.serviceName = serviceName;
        self.resourceName = resourceName;
    }

    # The service that is called.
    #
    # + return - the service
    public function getService() returns service {
        return self.serviceRef;
    }

    # The name of the service.
    #
    # + return - the name
    public function getServiceName() returns string {
        return self.serviceName;
    }

    # The name of the resource.
    #
    # + return - the name
    public function getResourceName() returns string {
        return self.resourceName;
    }
};
