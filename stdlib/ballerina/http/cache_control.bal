// What caches may do.

# What a client asks of caches.
#
# + noCache - ask the server first
# + noStore - keep nothing
# + noTransform - change nothing
# + onlyIfCached - answer from the cache or not at all
# + maxAge - seconds an answer may be old, -1 for any age
# + maxStale - seconds an answer may be out of date, -1 for none
# + minFresh - seconds an answer must still be good, -1 for none
public type RequestCacheControl object {
    public boolean noCache = false;
    public boolean noStore = false;
    public boolean noTransform = true;
    public boolean onlyIfCached = false;
    public int maxAge = -1;
    public int maxStale = -1;
    public int minFresh = -1;

    # The header's text.
    #
    # + return - the directives
    public function buildCacheControlDirectives() returns string {
        string text = "";
        text = directive(text, self.noCache, "no-cache");
        text = directive(text, self.noStore, "no-store");
        text = directive(text, self.noTransform, "no-transform");
        text = directive(text, self.onlyIfCached, "only-if-cached");
        text = directive(text, self.maxAge >= 0, "max-age=" + self.maxAge.toString());
        text = directive(text, self.maxStale >= 0, "max-stale=" + self.maxStale.toString());
        return directive(text, self.minFresh >= 0, "min-fresh=" + self.minFresh.toString());
    }
};

# What a server allows caches.
#
# + mustRevalidate - ask again when out of date
# + noCache - ask every time
# + noStore - keep nothing
# + noTransform - change nothing
# + isPrivate - only the client itself may keep it
# + proxyRevalidate - shared caches ask again when out of date
# + noCacheFields - headers that are asked for every time
# + privateFields - headers that only the client itself may keep
# + maxAge - seconds it is good, -1 for not said
# + sMaxAge - the same for shared caches
public type ResponseCacheControl object {
    public boolean mustRevalidate = false;
    public boolean noCache = false;
    public boolean noStore = false;
    public boolean noTransform = true;
    public boolean isPrivate = false;
    public boolean proxyRevalidate = false;
    public string[] noCacheFields = [];
    public string[] privateFields = [];
    public int maxAge = -1;
    public int sMaxAge = -1;

    # The header's text.
    #
    # + return - the directives
    public function buildCacheControlDirectives() returns string {
        string text = "";
        text = directive(text, self.mustRevalidate, "must-revalidate");
        text = directive(text, self.noCache, "no-cache" + fieldNames(self.noCacheFields));
        text = directive(text, self.noStore, "no-store");
        text = directive(text, self.noTransform, "no-transform");
        text = directive(text, self.isPrivate, "private" + fieldNames(self.privateFields));
        text = directive(text, !self.isPrivate, "public");
        text = directive(text, self.proxyRevalidate, "proxy-revalidate");
        text = directive(text, self.maxAge >= 0, "max-age=" + self.maxAge.toString());
        return directive(text, self.sMaxAge >= 0, "s-maxage=" + self.sMaxAge.toString());
    }
};

function directive(string before, boolean wanted, string text) returns string {
    if (!wanted) {
        return before;
    }
    return before == "" ? text : before + ", " + text;
}

function fieldNames(string[] names) returns string {
    if (names.length() == 0) {
        return "";
    }
    string text = "";
    foreach string name in names {
        text = text == "" ? name : text + ", " + name;
    }
    return "=\"" + text + "\"";
}
