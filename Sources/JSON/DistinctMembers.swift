/// Members as they are parsed, with the question whether a name is new.
struct DistinctMembers {
    /// Up to here comparing with each name is faster than hashing them.
    private static let comparedMax = 16

    private var members: [JSONObject.Member] = []
    private var names: Set<ByteName> = []

    var count: Int { members.count }

    var object: JSONObject { JSONObject(distinct: members) }

    /// Remembers the name for the next question; `append` follows.
    mutating func isNew(_ name: String) -> Bool {
        guard members.count >= Self.comparedMax else {
            return !members.contains { $0.name.hasSameBytes(as: name) }
        }
        if names.isEmpty { names = Set(members.map { ByteName(text: $0.name) }) }
        return names.insert(ByteName(text: name)).inserted
    }

    mutating func append(_ name: String, _ value: JSONValue) {
        members.append(JSONObject.Member(name: name, value: value))
    }
}

/// A name that is hashed and compared by its bytes. The hash is seeded per process, so names cannot
/// be chosen to collide.
private struct ByteName: Hashable {
    let text: String

    static func == (one: ByteName, other: ByteName) -> Bool {
        one.text.hasSameBytes(as: other.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
