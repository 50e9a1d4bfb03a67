/// The members of an object in the order they came, each name once, names compared byte for byte.
package struct JSONObject: Sendable, Equatable {
    /// A name and its value.
    package struct Member: Sendable {
        package let name: String
        package var value: JSONValue
    }

    package private(set) var members: [Member]

    package init() { members = [] }

    /// - Parameter members: names differ; the parser has seen to that.
    init(distinct members: [Member]) { self.members = members }

    package var isEmpty: Bool { members.isEmpty }

    package var count: Int { members.count }

    package var names: [String] { members.map(\.name) }

    /// The value of a member; nil when there is none, which is not the same as null. Setting keeps
    /// the place of a member that is there and appends one that is not; setting nil removes it.
    /// The look-up goes through the members in order.
    package subscript(name: String) -> JSONValue? {
        get { index(of: name).map { members[$0].value } }
        set {
            switch (index(of: name), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member without looking for one of that name: for names that are known to differ.
    package mutating func append(_ name: String, _ value: JSONValue) {
        members.append(Member(name: name, value: value))
    }

    /// - Returns: the value it had; nil when there was no such member.
    @discardableResult
    package mutating func remove(_ name: String) -> JSONValue? {
        index(of: name).map { members.remove(at: $0).value }
    }

    private func index(of name: String) -> Int? {
        members.firstIndex { $0.name.hasSameBytes(as: name) }
    }
}

extension JSONObject.Member: Equatable {
    package static func == (one: Self, other: Self) -> Bool {
        one.name.hasSameBytes(as: other.name) && one.value == other.value
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members in the order they are written; a name given twice keeps its last value.
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self.init()
        for (name, value) in members { self[name] = value }
    }
}
