// Listeners: from a port to the resources of the services attached to it.

import ballerina/mime;
import ballerina/runtime;

# Listens on a port for the requests of services.
public type Listener object {
    private int port;
    private ListenerConfiguration config;
    private boolean isProtected = false;

    handle server;
    RequestFilter[] requestFilters = [];
    ResponseFilter[] responseFilters = [];

    # Makes a listener; the port is opened when the program has started.
    #
    # + port - the port
    # + config - the settings
    public function __init(int port, ListenerConfiguration? config = ()) {
        ListenerConfiguration settings = {};
        if (config is ListenerConfiguration) {
            settings = config;
        }
        self.port = port;
        self.config = settings;
        self.server = createServer(port, settings);
        self.arrangeFilters(settings);
    }

    private function arrangeFilters(ListenerConfiguration settings) {
        (RequestFilter|ResponseFilter)[] filters = settings.filters;
        int position = 0;
        ListenerAuth? auth = settings?.auth;
        if (auth is ListenerAuth) {
            if (auth.mandateSecureSocket && settings.secureSocket is ()) {
                panic error("Secure sockets have not been cofigured in order to enable auth providers.");
            }
            position = auth.position;
            if (position < 0 || position > filters.length()) {
                panic error("Position of the auth filters should be beteween 0 and length of the filter array.");
            }
            self.isProtected = true;
            // Bad lists end the program here, not at the first request.
            _ = handlerGroups(auth.authHandlers);
            _ = scopeGroups(auth?.scopes);
        }
        int index = 0;
        while (index <= filters.length()) {
            if (index == position && auth is ListenerAuth) {
                self.requestFilters.push(new AuthnFilter());
                self.requestFilters.push(new AuthzFilter(auth.positiveAuthzCache, auth.negativeAuthzCache));
            }
            if (index < filters.length()) {
                RequestFilter|ResponseFilter filter = filters[index];
                if (filter is RequestFilter) {
                    self.requestFilters.push(filter);
                }
                if (filter is ResponseFilter) {
                    self.responseFilters.push(filter);
                }
            }
            index += 1;
        }
    }

    # Attaches a service.
    #
    # + s - the service
    # + name - the name it goes by; its own when not given
    # + return - an error when its settings are wrong
    public function __attach(service s, string? name = ()) returns error? {
        HttpServiceConfig? config = serviceAnnotation(s);
        AuthSettings serviceAuth = serviceAuthSettings(config);
        string serviceName = name ?: nameOf(s);
        check self.checkProtection(serviceAuth, "service '" + serviceName + "'");
        check addService(self.server, s, serviceName, config);
        foreach string resourceName in namesOfResources(s) {
            HttpResourceConfig? resourceConfig = resourceAnnotation(s, resourceName);
            AuthSettings resourceAuth = resourceAuthSettings(resourceConfig);
            string what = "resource '" + resourceName + "' of service '" + serviceName + "'";
            check self.checkProtection(resourceAuth, what);
            Route route = { target: s, serviceName: serviceName, resourceName: resourceName };
            ListenerAuth? auth = self.config?.auth;
            if (auth is ListenerAuth) {
                route.authPlan = planAuth(auth, serviceAuth, resourceAuth, what);
            }
            check addResource(self.server, s, resourceName, resourceConfig, addRoute(self.server, route));
        }
    }

    private function checkProtection(AuthSettings settings, string what) returns error? {
        if (!self.isProtected && asksForProtection(settings)) {
            return error("The " + what + " asks for protection by 'auth', and the listener on port "
                + self.port.toString() + " has no 'auth' to give it.");
        }
    }

    # Detaches a service; requests for it are no longer found.
    #
    # + s - the service
    # + return - an error when it is not attached
    public function __detach(service s) returns error? {
        return removeService(self.server, s);
    }

    # Opens the port.
    #
    # + return - an error when that is not possible
    public function __start() returns error? {
        return startServer(self.server, self, serveRequest);
    }

    # Closes the port and waits for the requests that are being answered.
    #
    # + return - nil
    public function __gracefulStop() returns error? {
        return stopServer(self.server);
    }

    # Would close the port at once.
    #
    # + return - an error: this is not implemented
    public function __immediateStop() returns error? {
        return error("not implemented");
    }
};

// One resource of one service.
type Route record {|
    service target;
    string serviceName;
    string resourceName;
    AuthPlan? authPlan = ();
|};

// Runs on a strand of its own for every request that found its resource. What it returns, or its panic,
// is the outcome of the request when nobody has answered by then.
function serveRequest(handle exchange, Listener endpoint, int routeIndex) returns error? {
    Route route = routeAt(endpoint.server, routeIndex);
    FilterContext context = new(route.target, route.serviceName, route.resourceName);
    context.authPlan = route.authPlan;
    Caller caller = new(exchange, endpoint.responseFilters, context);
    var [remoteHost, remotePort, localHost, localPort, protocol] = connectionOf(exchange);
    caller.remoteAddress = { host: remoteHost, port: remotePort };
    caller.localAddress = { host: localHost, port: localPort };
    caller.protocol = protocol;
    Request request = receiveRequest(exchange);
    runtime:InvocationContext invocation = runtime:getInvocationContext();
    invocation.attributes[SERVICE_NAME] = route.serviceName;
    invocation.attributes[RESOURCE_NAME] = route.resourceName;
    invocation.attributes[REQUEST_METHOD] = request.method;
    foreach RequestFilter filter in endpoint.requestFilters {
        if (!filter.filterRequest(caller, request, context)) {
            return ();
        }
    }
    return callResource(exchange, route.target, route.resourceName, caller, request);
}

function receiveRequest(handle exchange) returns Request {
    Request request = new;
    var [rawPath, method, httpVersion, userAgent, extraPathInfo] = requestLine(exchange);
    request.rawPath = rawPath;
    request.method = method;
    request.httpVersion = httpVersion;
    request.userAgent = userAgent;
    request.extraPathInfo = extraPathInfo;
    var [handshake, certificate] = clientCertificate(exchange);
    if (handshake) {
        request.mutualSslHandshake = { status: PASSED, base64EncodedCert: certificate };
    }
    takeRequestMessage(exchange, request.entity);
    return request;
}

function createServer(int port, ListenerConfiguration config) returns @untainted handle = external;

function nameOf(service s) returns @untainted string = external;

function namesOfResources(service s) returns @untainted string[] = external;

// Annotations are constants of the program, made before anything untrusted comes in.

@flow { ret: ["clean"] }
function serviceAnnotation(service s) returns HttpServiceConfig? = external;

@flow { ret: ["clean"] }
function resourceAnnotation(service s, string resourceName) returns HttpResourceConfig? = external;

function addService(handle server, service s, string serviceName, HttpServiceConfig? config)
    returns @untainted error? = external;

function addResource(handle server, service s, string resourceName, HttpResourceConfig? config, int routeIndex)
    returns @untainted error? = external;

// Routes stand behind the handle: they are the program's own settings, in which nothing untrusted is, and
// what can be reached through them must not become a part of what the listener holds.

@flow { ret: ["clean"], out: [] }
function addRoute(handle server, Route route) returns int = external;

@flow { ret: ["clean"], out: [] }
function routeAt(handle server, int routeIndex) returns Route = external;

function removeService(handle server, service s) returns @untainted error? = external;

function startServer(handle server, Listener endpoint,
        function (handle exchange, Listener endpoint, int routeIndex) returns error? serve)
    returns @untainted error? = external;

function stopServer(handle server) returns @untainted error? = external;

// Remote host and port, local host and port, protocol.
function connectionOf(handle exchange) returns [string, int, string, int, string] = external;

// Path with query, method, version, user agent, extra path.
function requestLine(handle exchange) returns [string, string, string, string, string] = external;

// Whether the client showed a certificate, and which.
function clientCertificate(handle exchange) returns [boolean, string] = external;

// Moves headers and body of the request into an entity.
function takeRequestMessage(handle exchange, mime:Entity entity) = external;

// Binds path parameters and the body and calls the resource.
function callResource(handle exchange, service target, string resourceName, Caller caller, Request request)
    returns error? = external;
