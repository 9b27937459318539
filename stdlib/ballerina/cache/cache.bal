// A cache of values under text keys: entries expire when they have not been used for a while, and the
// least recently used ones make room when it is full.

# Reason of this module's errors.
public const CACHE_ERROR = "{ballerina/cache}Error";

# What went wrong.
#
# + message - in words
# + cause - the error below it
public type Detail record {
    string message;
    error cause?;
};

# An error of this module.
public type Error error<CACHE_ERROR, Detail>;

type CacheEntry record {|
    any value;
    int lastAccessedTime;
|};

# A cache. The map keeps its entries in the order of their last use.
public type Cache object {
    map<CacheEntry> entries = {};
    int expiryTimeInMillis;
    private int capacity;
    private float evictionFactor;

    # Makes an empty cache.
    #
    # + expiryTimeInMillis - how long an entry lives without being used
    # + capacity - how many entries there may be
    # + evictionFactor - which part of them goes when it is full
    public function __init(public int expiryTimeInMillis = 900000, public int capacity = 100,
            public float evictionFactor = 0.25) {
        if (expiryTimeInMillis <= 0) {
            panic Error(message = "Expiry time must be greater than 0.");
        }
        if (capacity <= 0) {
            panic Error(message = "Capacity must be greater than 0.");
        }
        if (!(evictionFactor > 0.0 && evictionFactor <= 1.0)) {
            panic Error(message = "Cache eviction factor must be between 0.0 (exclusive) and 1.0 (inclusive).");
        }
        self.expiryTimeInMillis = expiryTimeInMillis;
        self.capacity = capacity;
        self.evictionFactor = evictionFactor;
    }

    # Tells whether a key has an entry, expired or not.
    #
    # + key - the key
    # + return - whether it has one
    public function hasKey(string key) returns boolean {
        return self.entries.hasKey(key);
    }

    # Counts the entries.
    #
    # + return - how many there are
    public function size() returns int {
        return self.entries.length();
    }

    # Stores a value.
    #
    # + key - its key
    # + value - the value
    public function put(string key, any value) {
        if (self.entries.hasKey(key)) {
            _ = self.entries.remove(key);
        } else if (self.entries.length() >= self.capacity) {
            self.evict();
        }
        CacheEntry entry = { value: value, lastAccessedTime: currentTime() };
        self.entries[key] = entry;
    }

    # Removes the least recently used part of the entries.
    function evict() {
        int count = <int> (<float> self.capacity * self.evictionFactor);
        foreach string key in self.getLRUCacheKeys(count < 1 ? 1 : count) {
            _ = self.entries.remove(key);
        }
    }

    # Reads a value and renews its life.
    #
    # + key - its key
    # + return - the value, nil when there is none or it has expired
    public function get(string key) returns any? {
        if (!self.entries.hasKey(key)) {
            return ();
        }
        CacheEntry entry = self.entries.remove(key);
        int now = currentTime();
        if (now - entry.lastAccessedTime >= self.expiryTimeInMillis) {
            return ();
        }
        entry.lastAccessedTime = now;
        self.entries[key] = entry;
        return entry.value;
    }

    # Removes a value.
    #
    # + key - its key
    public function remove(string key) {
        if (self.entries.hasKey(key)) {
            _ = self.entries.remove(key);
        }
    }

    # Lists the keys.
    #
    # + return - all keys, the least recently used first
    public function keys() returns string[] {
        return self.entries.keys();
    }

    # Lists the keys that would go first.
    #
    # + numberOfKeysToEvict - how many are asked for
    # + return - the least recently used keys
    function getLRUCacheKeys(int numberOfKeysToEvict) returns string[] {
        string[] entries = self.entries.keys();
        return entries.slice(0, numberOfKeysToEvict < entries.length() ? numberOfKeysToEvict : entries.length());
    }
};

// Milliseconds since some fixed moment; never goes back.
function currentTime() returns @untainted int = external;
