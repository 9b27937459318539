// Functions of xml values. They are methods of every xml: `x.getName()`.

# What `getItemType` answers for an element.
public const XML_ELEMENT = "element";

# What `getItemType` answers for a sequence.
public const XML_SEQUENCE = "sequence";

# What `getItemType` answers for text.
public const XML_TEXT = "text";

# What `getItemType` answers for a comment.
public const XML_COMMENT = "comment";

# What `getItemType` answers for a processing instruction.
public const XML_PI = "pi";

# The number of items.
#
# + x - the sequence
# + return - its length
@flow { ret: ["shape(0)"] }
public function length(xml x) returns int = external;

# Walks the items.
#
# + x - the sequence
# + return - an object whose `next` gives one item after the other, then nil
public function iterator(xml x) returns abstract object {
    public function next() returns record {| xml|string value; |}?;
} {
    XmlIterator walk = new(x);
    return walk;
}

type XmlIterator object {
    private xml x;
    private int index = 0;

    function __init(xml x) {
        self.x = x;
    }

    public function next() returns record {| xml|string value; |}? {
        int index = self.index;
        if (index < self.x.length()) {
            self.index = index + 1;
            return { value: self.x[index] };
        }
        return ();
    }
};

# Tells whether there is exactly one item.
#
# + x - the sequence
# + return - true when there is
@flow { ret: ["shape(0)"] }
public function isSingleton(xml x) returns boolean = external;

# Tells whether there is no item.
#
# + x - the sequence
# + return - true when there is none
@flow { ret: ["shape(0)"] }
public function isEmpty(xml x) returns boolean = external;

# Tells whether a value is one element.
#
# + x - the value
# + return - true when it is
public function isElement(xml x) returns boolean = external;

# Tells whether a value is one processing instruction.
#
# + x - the value
# + return - true when it is
public function isProcessingInstruction(xml x) returns boolean = external;

# Tells whether a value is one comment.
#
# + x - the value
# + return - true when it is
public function isComment(xml x) returns boolean = external;

# Tells whether a value is one text.
#
# + x - the value
# + return - true when it is
public function isText(xml x) returns boolean = external;

# The kind of an item.
#
# + x - the item
# + return - one of the constants of this module; for a sequence that has not one item, an empty string
public function getItemType(xml x) returns string = external;

# The name of an element, as `{uri}local`.
#
# + x - the element
# + return - its name
public function getName(xml x) returns string = external;

# Renames an element.
#
# + x - the element
# + xName - its new name, as `{uri}local`
@flow { out: ["0.[*] <- 1"] }
public function setName(xml x, string xName) = external;

# The name of an element.
#
# + x - the value
# + return - its name, empty when it is not one element
public function getElementName(xml x) returns string = external;

# The text in an element and all that is beneath it.
#
# + x - the value
# + return - the text
public function getTextValue(xml x) returns string = external;

# The children of an element.
#
# + x - the element
# + return - the children in one sequence
public function getChildren(xml x) returns xml = external;

# Replaces the children of an element.
#
# + x - the element
# + children - the new children
@flow { out: ["0.[*] <- all(1)"] }
public function setChildren(xml x, xml|string children) = external;

# Adds children to an element.
#
# + x - the element
# + children - the children to add
@flow { out: ["0.[*] <- all(1)"] }
public function appendChildren(xml x, xml children) = external;

# Removes the child elements with a name.
#
# + x - the element
# + qname - the name
public function removeChildren(xml x, string qname) = external;

# The attributes of an element.
#
# + x - the element
# + return - a map by expanded name; changing it does not change the element
public function getAttributes(xml x) returns map<string> = external;

# Sets attributes of an element.
#
# + x - the element
# + attributes - the values by expanded name
@flow { out: ["0.[*] <- all(1)"] }
public function setAttributes(xml x, map<any> attributes) = external;

# Removes an attribute of an element.
#
# + x - the element
# + qname - its expanded name
public function removeAttribute(xml x, string qname) = external;

# The elements of a sequence that have a name.
#
# + x - the sequence
# + qname - the name
# + return - the elements
public function select(xml x, string qname) returns xml = external;

# The elements beneath a sequence that have a name, at any depth.
#
# + x - the sequence
# + qname - the name
# + return - the elements
public function selectDescendants(xml x, string qname) returns xml = external;

# The elements of a sequence.
#
# + x - the sequence
# + return - the elements
public function elements(xml x) returns xml = external;

# The target of a processing instruction.
#
# + x - the processing instruction
# + return - its target
public function getTarget(xml x) returns string = external;

# The content of a text, comment or processing instruction.
#
# + x - the item
# + return - its content
public function getContent(xml x) returns string = external;

# Makes an element.
#
# + name - its name, as `{uri}local`
# + children - its children
# + return - the element
public function createElement(string name, xml children = concat()) returns xml = external;

# Makes a processing instruction.
#
# + target - its target
# + content - its content
# + return - the processing instruction
public function createProcessingInstruction(string target, string content) returns xml = external;

# Makes a comment.
#
# + content - its text
# + return - the comment
public function createComment(string content) returns xml = external;

# Copies a part of a sequence.
#
# + x - the sequence
# + startIndex - index of the first item to take
# + endIndex - index behind the last item to take
# + return - a new sequence
public function slice(xml x, int startIndex, int endIndex = x.length()) returns xml = external;

# Drops comments, processing instructions and white space.
#
# + x - the sequence
# + return - a new sequence
public function strip(xml x) returns xml = external;

# Joins sequences.
#
# + xs - the sequences; a string is a text
# + return - a new sequence
public function concat((xml|string)... xs) returns xml = external;

# Copies a value with all that is beneath it.
#
# + x - the value
# + return - the copy
public function copy(xml x) returns xml = external;

# Applies a function to every item.
#
# + x - the sequence
# + func - the function
# + return - a new sequence of its results
@flow { applies: ["1(0.[*])"], ret: ["new(result(1))"] }
public function 'map(xml x, function (xml|string item) returns xml|string func) returns xml = external;

# Calls a function with every item.
#
# + x - the sequence
# + func - the function
@flow { applies: ["1(0.[*])"] }
public function forEach(xml x, function (xml|string item) returns () func) = external;

# Keeps the items for which a function returns true.
#
# + x - the sequence
# + func - the test
# + return - a new sequence of the items kept
@flow { applies: ["1(0.[*])"], ret: ["new(0.[*])"] }
public function filter(xml x, function (xml|string item) returns boolean func) returns xml = external;

# Reads one item.
#
# + s - the text of the item
# + return - the value, or an error when the text is no xml or more than one item
public function fromString(string s) returns xml|error = external;
