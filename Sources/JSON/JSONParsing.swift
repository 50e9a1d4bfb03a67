extension JSONValue {
    /// Reads one document and nothing behind it but whitespace: strict RFC 8259 in UTF-8, without a
    /// byte order mark, without a name twice in an object (reliability N4, N6).
    package init(
        parsing bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            try JSONValue(parsing: buffer, limits: limits)
        }
    }

    /// The same for a part of a larger buffer; offsets of errors count from the part's start.
    package init(
        parsing bytes: ArraySlice<UInt8>, limits: JSONLimits = .standard
    ) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            try JSONValue(parsing: buffer, limits: limits)
        }
    }

    /// The same for text.
    package init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The same for bytes at an address; nothing of them is kept.
    package init(
        parsing bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .standard
    ) throws(JSONError) {
        var parser = JSONParser(bytes, limits: limits)
        self = try parser.document()
    }
}

/// Reads values from bytes, left to right, never looking back.
struct JSONParser {
    private var scanner: JSONScanner
    private let limits: JSONLimits
    private var depth = 0

    init(_ input: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        scanner = JSONScanner(input)
        self.limits = limits
    }

    mutating func document() throws(JSONError) -> JSONValue {
        if scanner.startsWithByteOrderMark { throw scanner.error(.byteOrderMark, at: 0) }
        scanner.skipWhitespace()
        let value = try value()
        scanner.skipWhitespace()
        guard scanner.next == nil else { throw scanner.error(.extraData) }
        return value
    }

    /// Stands on the first byte of a value; afterwards behind its last.
    private mutating func value() throws(JSONError) -> JSONValue {
        guard let first = scanner.next else { throw scanner.error(.value) }
        switch first {
        case UInt8(ascii: "\""): return .string(try scanner.string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try scanner.number())
        case UInt8(ascii: "t") where scanner.skip("true"): return .bool(true)
        case UInt8(ascii: "f") where scanner.skip("false"): return .bool(false)
        case UInt8(ascii: "n") where scanner.skip("null"): return .null
        default: throw scanner.error(.value)
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try enter()
        var items: [JSONValue] = []
        if scanner.skip(UInt8(ascii: "]")) { return leave(items) }
        while true {
            guard items.count < limits.membersMax else { throw scanner.error(.tooMany) }
            items.append(try value())
            scanner.skipWhitespace()
            if scanner.skip(UInt8(ascii: "]")) { return leave(items) }
            guard scanner.skip(UInt8(ascii: ",")) else { throw scanner.error(.comma) }
            scanner.skipWhitespace()
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        var members = DistinctMembers()
        if scanner.skip(UInt8(ascii: "}")) { return leave(members.object) }
        while true {
            guard scanner.next == UInt8(ascii: "\"") else { throw scanner.error(.propertyName) }
            guard members.count < limits.membersMax else { throw scanner.error(.tooMany) }
            let start = scanner.offset
            let name = try scanner.string()
            guard members.isNew(name) else { throw scanner.error(.duplicateName, at: start) }
            scanner.skipWhitespace()
            guard scanner.skip(UInt8(ascii: ":")) else { throw scanner.error(.colon) }
            scanner.skipWhitespace()
            members.append(name, try value())
            scanner.skipWhitespace()
            if scanner.skip(UInt8(ascii: "}")) { return leave(members.object) }
            guard scanner.skip(UInt8(ascii: ",")) else { throw scanner.error(.comma) }
            scanner.skipWhitespace()
        }
    }

    /// Past an opening bracket and the whitespace behind it.
    private mutating func enter() throws(JSONError) {
        guard depth < limits.depthMax else { throw scanner.error(.tooDeep) }
        depth += 1
        scanner.skipByte()
        scanner.skipWhitespace()
    }

    private mutating func leave<T>(_ value: T) -> T {
        depth -= 1
        return value
    }
}
