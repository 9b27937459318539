// Structured header values: media types and content dispositions.

# A media type, as `text/html; charset=utf-8`.
#
# + primaryType - what stands before the slash
# + subType - what stands behind it
# + suffix - what stands behind a plus sign in the sub type
# + parameters - the parameters by name
public type MediaType object {
    public string primaryType = "";
    public string subType = "";
    public string suffix = "";
    public map<string> parameters = {};

    # The type without its parameters.
    #
    # + return - primary type, slash, sub type
    public function getBaseType() returns string {
        return self.primaryType + "/" + self.subType;
    }

    # The type as it stands in a header.
    #
    # + return - the base type and the parameters
    public function toString() returns string {
        return self.getBaseType() + parametersToString(self.parameters);
    }
};

# A content disposition, as `form-data; name="file"; filename="a.txt"`.
#
# + fileName - name of the file
# + disposition - how the content is meant
# + name - name of the form field
# + parameters - the other parameters by name
public type ContentDisposition object {
    public string fileName = "";
    public string disposition = "";
    public string name = "";
    public map<string> parameters = {};

    # The disposition as it stands in a header.
    #
    # + return - the disposition and all parameters
    public function toString() returns string {
        string text = self.disposition;
        if (self.name != "") {
            text = text + "; name=" + quote(self.name);
        }
        if (self.fileName != "") {
            text = text + "; filename=" + quote(self.fileName);
        }
        return text + parametersToString(self.parameters);
    }
};

# Takes a media type apart.
#
# + contentType - as it stands in a header
# + return - its parts, or an error when it is none
public function getMediaType(string contentType) returns MediaType|InvalidContentTypeError {
    var [base, parameters] = splitHeaderValue(contentType);
    int? slash = base.indexOf("/");
    if (!(slash is int) || slash == base.length() - 1) {
        return InvalidContentTypeError(message = "Unable to find a sub type.");
    } else if (slash == 0 || !isMediaType(base)) {
        return InvalidContentTypeError(message = "Invalid media type.");
    } else {
        MediaType mediaType = new;
        mediaType.primaryType = base.substring(0, slash);
        mediaType.subType = base.substring(slash + 1);
        int? plus = mediaType.subType.indexOf("+");
        if (plus is int) {
            mediaType.suffix = mediaType.subType.substring(plus + 1);
        }
        mediaType.parameters = parameters;
        return mediaType;
    }
}

# Takes a content disposition apart.
#
# + contentDisposition - as it stands in a header
# + return - its parts
public function getContentDispositionObject(string contentDisposition) returns ContentDisposition {
    var [disposition, parameters] = splitHeaderValue(contentDisposition);
    ContentDisposition result = new;
    result.disposition = disposition;
    foreach var [name, value] in parameters.entries() {
        if (name == "name") {
            result.name = value;
        } else if (name == "filename") {
            result.fileName = value;
        } else {
            result.parameters[name] = value;
        }
    }
    return result;
}

function parametersToString(map<string> parameters) returns string {
    string text = "";
    foreach var [name, value] in parameters.entries() {
        text = text + "; " + name + "=" + (isMediaType("x/" + value) ? value : quote(value));
    }
    return text;
}

// The value before the first semicolon, and the parameters behind it with their quotes taken off.
function splitHeaderValue(string value) returns [string, map<string>] = external;

// Whether a text is two tokens with a slash between them.
function isMediaType(string text) returns boolean = external;

function quote(string text) returns string = external;
