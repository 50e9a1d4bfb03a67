import JSON
import Testing

/// A document that is refused, why, and at which byte.
struct Refused: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let kind: JSONError.Kind
    let offset: Int

    init(_ text: String, _ kind: JSONError.Kind, at offset: Int) {
        self.init(bytes: Array(text.utf8), kind, at: offset)
    }

    init(bytes: [UInt8], _ kind: JSONError.Kind, at offset: Int) {
        (self.bytes, self.kind, self.offset) = (bytes, kind, offset)
    }

    var testDescription: String { String(String(decoding: bytes, as: UTF8.self).prefix(40)) }

    func check() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.kind == kind)
        #expect(error?.offset == offset)
    }
}

@Suite("Documents that are refused (RFC 8259; reliability N4, N6)")
struct ParsingTests {
    /// Messages and places as CPython's `json.loads` gives them, where it refuses as well.
    @Test(arguments: [
        Refused("", .syntax(.value), at: 0),
        Refused("  ", .syntax(.value), at: 2),
        Refused("tru", .syntax(.value), at: 0),
        Refused("True", .syntax(.value), at: 0),
        Refused("NaN", .syntax(.value), at: 0),
        Refused("-Infinity", .syntax(.value), at: 0),
        Refused("+1", .syntax(.value), at: 0),
        Refused(".5", .syntax(.value), at: 0),
        Refused("-", .syntax(.value), at: 0),
        Refused("[1,]", .syntax(.value), at: 3),
        Refused("[,1]", .syntax(.value), at: 1),
        Refused("[", .syntax(.value), at: 1),
        Refused("[1,", .syntax(.value), at: 3),
        Refused("{\"a\":", .syntax(.value), at: 5),
        Refused("{\"a\":}", .syntax(.value), at: 5),
        Refused("'a'", .syntax(.value), at: 0),
        Refused("{'a':1}", .syntax(.propertyName), at: 1),
        Refused("{a:1}", .syntax(.propertyName), at: 1),
        Refused("{", .syntax(.propertyName), at: 1),
        Refused("{\"a\":1,}", .syntax(.propertyName), at: 7),
        Refused("{1:1}", .syntax(.propertyName), at: 1),
        Refused("{\"a\" 1}", .syntax(.colon), at: 5),
        Refused("{\"a\"", .syntax(.colon), at: 4),
        Refused("{\"a\":1 \"b\":2}", .syntax(.comma), at: 7),
        Refused("{\"a\":1", .syntax(.comma), at: 6),
        Refused("[1 2]", .syntax(.comma), at: 3),
        Refused("[1", .syntax(.comma), at: 2),
        Refused("[1}", .syntax(.comma), at: 2),
        Refused("[01]", .syntax(.comma), at: 2),
        Refused("[1.]", .syntax(.comma), at: 2),
        Refused("[1e]", .syntax(.comma), at: 2),
        Refused("[1.5e+]", .syntax(.comma), at: 4),
        Refused("[1.e5]", .syntax(.comma), at: 2),
        Refused("[0x1]", .syntax(.comma), at: 2),
        Refused("01", .syntax(.extraData), at: 1),
        Refused("1 2", .syntax(.extraData), at: 2),
        Refused("{}}", .syntax(.extraData), at: 2),
        Refused("[]\u{0}", .syntax(.extraData), at: 2),
        Refused("[1]//", .syntax(.extraData), at: 3),
        Refused("\u{c}1", .syntax(.value), at: 0),
        Refused("[\"a", .syntax(.unterminatedString), at: 1),
        Refused("\"a\\", .syntax(.unterminatedString), at: 0),
        Refused("\"a\\\"", .syntax(.unterminatedString), at: 0),
        Refused("\"a\nb\"", .syntax(.controlCharacter), at: 2),
        Refused("\"\\t\tb\"", .syntax(.controlCharacter), at: 3),
        Refused("\"\u{0}\"", .syntax(.controlCharacter), at: 1),
        Refused("\"a\\x\"", .syntax(.escape), at: 2),
        Refused("\"\\u12g4\"", .syntax(.unicodeEscape), at: 2),
        Refused("\"\\u12\"", .syntax(.unicodeEscape), at: 2),
        Refused("\"\\u", .syntax(.unicodeEscape), at: 2),
        Refused("\"\\u+123\"", .syntax(.unicodeEscape), at: 2),
        Refused("\u{feff}1", .syntax(.byteOrderMark), at: 0),
    ])
    func syntax(_ row: Refused) { row.check() }

    @Test(arguments: [
        Refused("{\"a\":1,\"a\":1}", .duplicateName, at: 7),
        Refused("{\"a\":1,\"\\u0061\":1}", .duplicateName, at: 7),
        Refused("[{\"\":1,\"\":1}]", .duplicateName, at: 7),
        Refused("\"a\\u0000\"", .nulCharacter, at: 2),
        Refused("{\"\\u0000\":1}", .nulCharacter, at: 2),
        Refused("\"\\ud800\"", .loneSurrogate, at: 1),
        Refused("\"\\udc00\\ud800\"", .loneSurrogate, at: 1),
        Refused("\"\\ud800\\ud800\"", .loneSurrogate, at: 1),
        Refused("\"\\ud800a\"", .loneSurrogate, at: 1),
        Refused("\"\\ud800\\n\"", .loneSurrogate, at: 1),
        Refused(bytes: [0x22, 0x80, 0x22], .notUTF8, at: 1),
        Refused(bytes: [0x22, 0xC0, 0xAF, 0x22], .notUTF8, at: 1),
        Refused(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], .notUTF8, at: 1),
        Refused(bytes: [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], .notUTF8, at: 1),
        Refused(bytes: [0x22, 0x61, 0x5C, 0x6E, 0xE2, 0x82, 0x22], .notUTF8, at: 4),
        Refused(bytes: [0xFF, 0xFE, 0x31, 0x00], .notUTF8, at: 0),
        Refused(bytes: [0x7B, 0x22, 0xE9, 0x22, 0x3A, 0x31, 0x7D], .notUTF8, at: 2),
        Refused(bytes: [0x5B, 0x00, 0x31, 0x00], .syntax(.value), at: 1),
    ])
    func content(_ row: Refused) { row.check() }

    @Test("A composed and a decomposed letter are two names")
    func namesByByte() throws {
        let value = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{e9}"]?.asInteger == 1)
        #expect(value["e\u{301}"]?.asInteger == 2)
    }

    @Test("Offsets in characters count as CPython does")
    func characterOffset() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[\"é😀\",x]") }
        #expect(error?.offset == 10)
        #expect(error?.characterOffset == 6)
        #expect(error?.message == "Expecting value")
    }

    @Test("121: levels of JSON", arguments: [("[", "]"), ("{\"a\":", "}")])
    func depth(open: String, close: String) throws {
        func nested(_ levels: Int) -> String {
            String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
        }
        _ = try JSONValue(parsing: nested(64))
        Refused(nested(65), .tooDeep, at: 64 * open.utf8.count).check()
        Refused(String(repeating: open, count: 100_000), .tooDeep, at: 64 * open.utf8.count).check()
        _ = try JSONValue(
            parsing: "[" + [String](repeating: "[]", count: 100).joined(separator: ",") + "]")
    }

    @Test("121: members of JSON") func width() throws {
        func array(_ count: Int) -> String {
            "[" + [String](repeating: "1", count: count).joined(separator: ",") + "]"
        }
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"m\($0)\":1" }.joined(separator: ",") + "}"
        }
        _ = try JSONValue(parsing: array(10_000))
        _ = try JSONValue(parsing: object(10_000))
        Refused(array(10_001), .tooMany, at: 20_001).check()
        let wide = object(10_001)
        Refused(wide, .tooMany, at: wide.utf8.count - "\"m10000\":1}".utf8.count).check()
    }

    @Test("The last of many names is found to be a repeat", arguments: [15, 16, 17, 9_999])
    func lateDuplicate(_ count: Int) {
        let members = (0..<count).map { "\"m\($0)\":1" } + ["\"m0\":2"]
        let text = "{" + members.joined(separator: ",") + "}"
        Refused(text, .duplicateName, at: text.utf8.count - "\"m0\":2}".utf8.count).check()
    }
}
