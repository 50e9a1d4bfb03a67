extension JSONValue {
    /// The document as compact UTF-8: members in their order, numbers as they were written, nothing
    /// escaped that need not be.
    package func serialized() -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.value(self)
        return writer.bytes
    }

    /// Appends what `serialized` gives.
    package func append(into bytes: inout [UInt8]) {
        var writer = JSONWriter(appendingTo: bytes)
        // Gives up this reference first, or appending would copy what is there.
        bytes = []
        writer.value(self)
        bytes = writer.bytes
    }
}

extension JSONWriter {
    /// Writes a tree of values.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let number): raw(text: number.literal)
        case .string(let text): string(text)
        case .array(let items):
            array { writer in
                for item in items { writer.value(item) }
            }
        case .object(let object):
            self.object { writer in
                for member in object.members {
                    writer.key(text: member.name)
                    writer.value(member.value)
                }
            }
        }
    }

    /// A string member; nil is null.
    package mutating func member(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    /// An integer member; nil is null.
    package mutating func member(_ name: StaticString, _ number: Int64?) {
        key(name)
        if let number { int(number) } else { null() }
    }

    /// The same for the everyday integer type.
    package mutating func member(_ name: StaticString, _ number: Int) {
        key(name)
        int(Int64(number))
    }

    /// A member that is `true` or `false`.
    package mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        bool(flag)
    }

    /// A member with a tree of values.
    package mutating func member(_ name: StaticString, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    /// A member whose value is JSON already.
    package mutating func member(_ name: StaticString, raw json: [UInt8]) {
        key(name)
        raw(json)
    }
}
