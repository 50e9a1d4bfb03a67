/// An answer. Length, date and connection fields are the writer's and cannot be set here.
package struct Response: Sendable {
    /// One field of an answer, known to be safe to write.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// 200 to 599.
    package var status: Int
    package private(set) var fields: [Field] = []
    package var body: [UInt8]
    /// A body made while it is sent, in the place of `body`.
    package internal(set) var stream: ResponseStream?
    /// Whether the connection closes after this answer.
    package var close = false

    /// An answer without fields yet.
    package init(status: Int, body: [UInt8] = []) {
        self.status = status
        self.body = body
        fields.reserveCapacity(Response.usualFields)
    }

    /// An answer whose body is JSON already written.
    package static func json(_ status: Int, _ body: [UInt8]) -> Response {
        var response = Response(status: status, body: body)
        response.fields.append(Field(name: "Content-Type", value: "application/json"))
        return response
    }

    /// Adds a field behind those that are there.
    /// - Returns: false, and nothing is added, when the name is not a token or belongs to the
    ///   writer, or the value holds CR, LF, NUL or another control. Source: RFC 9110, section 5.5.
    @discardableResult
    package mutating func add(_ name: String, _ value: String) -> Bool {
        guard !name.isEmpty, name.consists(of: \.isToken), !Response.isReserved(name),
            value.consists(of: \.isFieldValue)
        else { return false }
        fields.append(Field(name: name, value: value))
        return true
    }

    /// Puts one field in the place of all that have its name; refused as `add` refuses.
    @discardableResult
    package mutating func set(_ name: String, _ value: String) -> Bool {
        let others = fields.filter { !Response.isSame($0.name, name) }
        guard add(name, value), let last = fields.last else { return false }
        fields = others + [last]
        return true
    }

    /// The value of the first field of this name.
    package func first(_ name: String) -> String? {
        fields.first { Response.isSame($0.name, name) }?.value
    }

    /// Room for what most answers have.
    private static let usualFields = 6

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
