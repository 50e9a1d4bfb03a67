/// The fields of a form in the order they came.
package struct Form: Sendable, Equatable {
    /// One field, decoded.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
        /// Whether it came with a file name; its value is empty then.
        package let isFile: Bool

        init(name: String, value: String, isFile: Bool = false) {
            self.name = name
            self.value = value
            self.isFile = isFile
        }
    }

    package var fields: [Field] = []

    /// Bytes of one field's value.
    package static let valueBytesMax = 1 << 20
    /// Fields of one form.
    package static let fieldsMax = 1000

    /// Why bytes are no form. All of these are 400.
    package enum Fault: Error, Sendable, Equatable {
        case malformed
        case tooManyFields
        /// A value of a urlencoded form is longer than `valueBytesMax`.
        case fieldTooLong
        /// The same in a multipart form.
        case partTooLong

        /// In the words of the vendor's server.
        package var sentence: String {
            switch self {
            case .malformed: "There was an error parsing the body"
            case .tooManyFields:
                "Too many fields. Maximum number of fields is \(fieldsMax)."
            case .fieldTooLong: "Field exceeded maximum size of 1024KB."
            case .partTooLong: "Part exceeded maximum size of 1024KB."
            }
        }
    }

    /// Reads a body by its media type. A body that is no form at all has no fields, as on the
    /// vendor's server: what is required is then missing.
    package init(_ body: [UInt8], contentType: String?) throws(Fault) {
        let type = MediaType(contentType ?? "")
        if type.isURLEncoded {
            fields = try Form.urlencodedFields(body[...])
        } else if type.isMultipart {
            guard let boundary = type.boundary else { throw .malformed }
            var parser = MultipartParser(body[...], boundary: boundary)
            fields = try parser.fields()
        }
    }

    /// - Source: WHATWG URL, section 5.1; broken escapes and bytes that are no text are refused
    ///   instead of replaced.
    private static func urlencodedFields(_ body: ArraySlice<UInt8>) throws(Fault) -> [Field] {
        var fields: [Field] = []
        for part in body.split(separator: UInt8(ascii: "&")) {
            guard fields.count < fieldsMax else { throw .tooManyFields }
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try decoded(part[..<equals])
            let value = try decoded(part[equals...].dropFirst())
            fields.append(Field(name: name, value: value))
        }
        return fields
    }

    private static func decoded(_ raw: ArraySlice<UInt8>) throws(Fault) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            switch raw[index] {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard raw.endIndex - index > 2, let high = digit(raw[index + 1]),
                    let low = digit(raw[index + 2])
                else { throw .malformed }
                bytes.append(high << 4 | low)
                index += 2
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        guard bytes.count <= valueBytesMax else { throw .fieldTooLong }
        guard let text = bytes[...].strictText else { throw .malformed }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
