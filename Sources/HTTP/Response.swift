/// An answer. Length, date and connection fields are the writer's and cannot be set here.
package struct Response: Sendable {
    /// One field of an answer, known to be safe to write.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// 200 to 599.
    package var status: Int
    /// The fields as they are sent, each a line with its end.
    private(set) var lines: [UInt8] = []
    package var body: [UInt8]
    /// A body made while it is sent, in the place of `body`.
    package internal(set) var stream: ResponseStream?
    /// Whether the connection closes after this answer.
    package var close = false

    /// An answer without fields yet.
    package init(status: Int, body: [UInt8] = []) {
        self.status = status
        self.body = body
        lines.reserveCapacity(Response.usualBytes)
    }

    /// An answer whose body is JSON already written.
    package static func json(_ status: Int, _ body: [UInt8]) -> Response {
        var response = Response(status: status, body: body)
        response.add(contentTypeJSON)
        return response
    }

    private static let contentTypeJSON = ResponseFields(["Content-Type": "application/json"])

    /// Adds a field behind those that are there.
    /// - Returns: false, and nothing is added, when the name is not a token or belongs to the
    ///   writer, or the value holds CR, LF, NUL or another control. Source: RFC 9110, section 5.5.
    @discardableResult
    package mutating func add(_ name: String, _ value: String) -> Bool {
        guard !name.isEmpty, name.consists(of: \.isToken), !Response.isReserved(name),
            value.consists(of: \.isFieldValue)
        else { return false }
        append(name)
        append(": ")
        append(value)
        append("\r\n")
        return true
    }

    private mutating func append(_ text: String) {
        text.utf8.span.withUnsafeBufferPointer { lines.append(contentsOf: $0) }
    }

    /// Adds fields that were checked before.
    package mutating func add(_ fields: ResponseFields) {
        lines.append(contentsOf: fields.lines)
    }

    /// Puts one field in the place of all that have its name; refused as `add` refuses.
    @discardableResult
    package mutating func set(_ name: String, _ value: String) -> Bool {
        var changed = self
        changed.lines = []
        for field in fields where !Response.isSame(field.name, name) {
            changed.add(field.name, field.value)
        }
        guard changed.add(name, value) else { return false }
        self = changed
        return true
    }

    /// The fields in their order.
    package var fields: [Field] {
        lines.split(separator: .lineFeed).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                let name = line[..<colon].text,
                let value = line[(colon + 2)...].dropLast().text
            else { return nil }
            return Field(name: name, value: value)
        }
    }

    /// Whether there is a field of this name; it makes no text.
    package func has(_ name: String) -> Bool {
        var start = 0
        while start < lines.count,
            let nameEnd = lines[start...].firstIndex(of: UInt8(ascii: ":")),
            let lineEnd = lines[nameEnd...].firstIndex(of: .lineFeed)
        {
            if lines[start..<nameEnd].equalsIgnoringCase(name) { return true }
            start = lineEnd + 1
        }
        return false
    }

    /// The value of the first field of this name.
    package func first(_ name: String) -> String? {
        fields.first { Response.isSame($0.name, name) }?.value
    }

    /// Room for what most answers have.
    private static let usualBytes = 192

    private static func isReserved(_ name: String) -> Bool {
        ["content-length", "transfer-encoding", "connection", "date"].contains {
            isSame($0, name)
        }
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }
}

/// Fields that are the same in many answers, checked once.
package struct ResponseFields: Sendable {
    fileprivate let lines: [UInt8]

    /// Names and values written in our own sources.
    package init(_ pairs: KeyValuePairs<String, String>) {
        var response = Response(status: 200)
        for (name, value) in pairs {
            let isAdded = response.add(name, value)
            precondition(isAdded, "a field of ours is not one that may be sent")
        }
        lines = response.lines
    }
}
