/// Reads a `multipart/form-data` body that is whole in memory, once from front to back. It takes
/// what RFC 7578 says and no more: CRLF line ends, a disposition with a name in every part, nothing
/// before the first boundary, and the closing boundary.
/// - Source: RFC 7578; RFC 2046, section 5.1.
struct MultipartParser {
    private let body: ArraySlice<UInt8>
    /// Line end, two dashes, boundary: what ends the content of a part.
    private let delimiter: [UInt8]
    private var position: Int

    /// Lines of fields in front of one part.
    static let partFieldsMax = 16
    /// Bytes of one such line.
    static let partFieldBytesMax = 4096

    init(_ body: ArraySlice<UInt8>, boundary: [UInt8]) {
        self.body = body
        delimiter = [0x0d, 0x0a, 0x2d, 0x2d] + boundary
        position = body.startIndex
    }

    /// Every part in order; a part with a file name is there without its content.
    mutating func fields() throws(Form.Fault) -> [Form.Field] {
        var fields: [Form.Field] = []
        // The first boundary has no line before it.
        guard skip(Array(delimiter.dropFirst(2))) else { throw .malformed }
        while try !isAtEnd() {
            guard fields.count < Form.fieldsMax else { throw .tooManyFields }
            fields.append(try part())
        }
        return fields
    }

    /// Stands behind a boundary: two dashes end the form, a line end starts a part. What follows
    /// the closing boundary is not looked at, as RFC 2046 wants it.
    private mutating func isAtEnd() throws(Form.Fault) -> Bool {
        if skip([0x2d, 0x2d]) { return true }
        // Blanks that a gateway added behind the boundary (RFC 2046, section 5.1.1).
        position = body[position...].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? body.endIndex
        guard skip([0x0d, 0x0a]) else { throw .malformed }
        return false
    }

    private mutating func part() throws(Form.Fault) -> Form.Field {
        let disposition = try disposition()
        guard disposition.isFormData, !disposition.isMalformed,
            let name = disposition["name"]?[...].strictText
        else { throw .malformed }
        // Content that starts with the delimiter is empty: its line end is the blank line's.
        let start = position
        guard let end = body.firstIndex(of: delimiter, from: max(body.startIndex, start - 2)) else {
            throw .malformed
        }
        position = end + delimiter.count
        if disposition["filename"] != nil || disposition["filename*"] != nil {
            return Form.Field(name: name, value: "", isFile: true)
        }
        let content = end < start ? [] : body[start..<end]
        guard content.count <= Form.valueBytesMax else { throw .partTooLong }
        guard let value = content.strictText else { throw .malformed }
        return Form.Field(name: name, value: value)
    }

    /// Reads the lines in front of a part and the empty line behind them.
    private mutating func disposition() throws(Form.Fault) -> MediaType {
        var found: MediaType?
        for _ in 0...Self.partFieldsMax {
            let line = try line()
            if line.isEmpty {
                if let found { return found }
                throw .malformed
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(isToken)
            else { throw .malformed }
            if line[..<colon].isText("content-disposition") {
                if found != nil { throw .malformed }
                found = MediaType(line[(colon + 1)...])
            } else if line[..<colon].isText("content-transfer-encoding") {
                let encoding = line[(colon + 1)...].withoutBlanks
                // Deprecated by RFC 7578, section 4.7; the others would need decoding.
                guard ["7bit", "8bit", "binary"].contains(where: encoding.isText) else {
                    throw .malformed
                }
            }
        }
        throw .malformed
    }

    /// One line without its end. A lone CR or LF, and NUL, stand in no line.
    private mutating func line() throws(Form.Fault) -> ArraySlice<UInt8> {
        let window = body[position...].prefix(Self.partFieldBytesMax + 2)
        guard let end = window.firstIndex(where: { $0 == 0x0d || $0 == 0x0a || $0 == 0 }),
            body[end...].starts(with: [0x0d, 0x0a])
        else { throw .malformed }
        let line = body[position..<end]
        position = end + 2
        return line
    }

    private mutating func skip(_ bytes: [UInt8]) -> Bool {
        guard body[position...].starts(with: bytes) else { return false }
        position += bytes.count
        return true
    }
}
