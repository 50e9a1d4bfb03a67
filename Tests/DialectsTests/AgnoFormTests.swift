import Testing

@testable import Agno

/// Bodies of forms, hostile ones among them.
@Suite struct AgnoFormTests {
    struct Row: CustomTestStringConvertible {
        let type: String?
        let body: String
        var fields: [Form.Field] = []
        var fault: Form.Fault?

        init(_ type: String?, _ body: String, _ fields: (String, String)...) {
            self.type = type
            self.body = body
            self.fields = fields.map { Form.Field(name: $0.0, value: $0.1) }
        }

        init(_ type: String?, _ body: String, throws fault: Form.Fault) {
            self.type = type
            self.body = body
            self.fault = fault
        }

        var testDescription: String { "\(type ?? "-") \(body.prefix(60).debugDescription)" }

        func check() {
            do throws(Form.Fault) {
                let form = try Form(Array(body.utf8), contentType: type)
                #expect(fault == nil)
                #expect(form.fields == fields)
            } catch {
                #expect(error == fault)
            }
        }
    }

    private static let url = "application/x-www-form-urlencoded"
    private static let long = String(repeating: "a", count: Form.valueBytesMax)

    private static let urlencodedRows = [
        Row(url, ""),
        Row(url, "message=hello", ("message", "hello")),
        Row(url, "a=1&b=2&a=3", ("a", "1"), ("b", "2"), ("a", "3")),
        Row(url, "m=a+b%20c%2B%26%3D", ("m", "a b c+&=")),
        Row(url, "m=%C3%A9&%6d=", ("m", "é"), ("m", "")),
        Row(url, "&&a&=b&", ("a", ""), ("", "b")),
        Row(url, "a=b=c", ("a", "b=c")),
        Row("Application/X-WWW-Form-URLEncoded; charset=utf-8", "a=b", ("a", "b")),
        Row(url, "a=\(long)", ("a", long)),
        Row(url, "a=\(long)a", throws: .fieldTooLong),
        Row(url, "a=%", throws: .malformed),
        Row(url, "a=%4", throws: .malformed),
        Row(url, "a=%zz", throws: .malformed),
        Row(url, "a=%ff", throws: .malformed),
        Row(url, "a=%C3", throws: .malformed),
        Row(url, "a=%ED%A0%80", throws: .malformed),
        Row(url, "a=%00", throws: .malformed),
        Row(url, "%00=a", throws: .malformed),
        Row(url, "a=\u{0}", throws: .malformed),
        Row(
            url, String(repeating: "a=b&", count: Form.fieldsMax + 1), throws: .tooManyFields),
        // Anything else is a form without fields.
        Row("application/json", #"{"message":"x"}"#),
        Row("text/plain", "message=x"),
        Row(nil, "message=x"),
    ]

    private static let type = "multipart/form-data; boundary=X"

    private static func part(_ name: String, _ value: String, _ more: String = "") -> String {
        "--X\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\(more)\r\n\(value)\r\n"
    }

    private static let multipartRows = [
        Row(type, "--X--"),
        Row(type, "--X--\r\n"),
        Row(type, part("a", "1") + "--X--\r\n", ("a", "1")),
        Row(type, part("a", "1") + part("b", "") + "--X--", ("a", "1"), ("b", "")),
        Row(type, part("a", "1\r\n--Y\r\n2") + "--X--", ("a", "1\r\n--Y\r\n2")),
        Row(type, part("a", "\r\n-\r\n--\r\n--") + "--X--", ("a", "\r\n-\r\n--\r\n--")),
        Row(type, part("é \\\" q", "ü") + "--X--", ("é \" q", "ü")),
        Row(type, part("a", "1", "Content-Type: text/plain\r\n") + "--X--", ("a", "1")),
        Row(
            type, part("a", "1", "content-transfer-encoding: 8BIT \r\n") + "--X--", ("a", "1")),
        Row(type, part("a", "1") + "--X-- anything\r\nat all", ("a", "1")),
        Row(type, part("a", "1") + "--X \t\r\n--X--", throws: .malformed),
        Row(
            "multipart/form-data; charset=utf-8; boundary=\"X\"", part("a", "1") + "--X--",
            ("a", "1")),
        Row("MULTIPART/Form-Data;BOUNDARY=X;", part("a", "1") + "--X--", ("a", "1")),
        Row(type, "--X\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--X--", ("a", "1")),
        Row(type, part("a", long) + "--X--", ("a", long)),
        Row(type, part("a", long + "a") + "--X--", throws: .partTooLong),
    ]

    private static let hostileRows = [
        Row("multipart/form-data", "--X--", throws: .malformed),
        Row("multipart/form-data; boundary=", "--X--", throws: .malformed),
        Row("multipart/form-data; boundary=\"X", "--X--", throws: .malformed),
        Row("multipart/form-data; boundary=X; boundary=Y", "--X--", throws: .malformed),
        Row("multipart/form-data; boundary=\"a{b\"", "--a{b--", throws: .malformed),
        Row(
            "multipart/form-data; boundary=" + String(repeating: "b", count: 71), "--X--",
            throws: .malformed),
        Row(type, "", throws: .malformed),
        Row(type, "--", throws: .malformed),
        Row(type, "--X", throws: .malformed),
        Row(type, "--X\r\n", throws: .malformed),
        Row(type, "preamble\r\n" + part("a", "1") + "--X--", throws: .malformed),
        Row(type, part("a", "1"), throws: .malformed),
        Row(type, part("a", "1") + "--XY", throws: .malformed),
        Row(type, part("a", "1").replacing("\r\n", with: "\n") + "--X--", throws: .malformed),
        Row(type, "--X\r\n\r\n1\r\n--X--", throws: .malformed),
        Row(type, "--X\r\nContent-Type: text/plain\r\n\r\n1\r\n--X--", throws: .malformed),
        Row(type, "--X\r\nContent-Disposition: form-data\r\n\r\n1\r\n--X--", throws: .malformed),
        Row(
            type, "--X\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--X--",
            throws: .malformed),
        Row(
            type, "--X\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n--X--",
            throws: .malformed),
        Row(
            type, part("a", "1", "Content-Disposition: form-data; name=b\r\n") + "--X--",
            throws: .malformed),
        Row(
            type, part("a", "1", "Content-Transfer-Encoding: base64\r\n") + "--X--",
            throws: .malformed),
        Row(type, part("a", "1", " folded: x\r\n") + "--X--", throws: .malformed),
        Row(type, part("a", "1", "no colon\r\n") + "--X--", throws: .malformed),
        Row(type, part("a", "1", "bare\rreturn: x\r\n") + "--X--", throws: .malformed),
        Row(
            type, part("a", "1", "x: " + String(repeating: "y", count: 4096) + "\r\n") + "--X--",
            throws: .malformed),
        Row(
            type, part("a", "1", String(repeating: "x: y\r\n", count: 17)) + "--X--",
            throws: .malformed),
        Row(type, part("a", "1\u{0}") + "--X--", throws: .malformed),
        Row(type, part("a\u{0}", "1") + "--X--", throws: .malformed),
        Row(
            type, String(repeating: part("a", ""), count: Form.fieldsMax + 1) + "--X--",
            throws: .tooManyFields),
    ]

    @Test(arguments: urlencodedRows + multipartRows + hostileRows)
    func form(_ row: Row) { row.check() }

    @Test func aFileIsThereWithoutItsContent() throws {
        let body = Self.part("a", "1").replacing("name=\"a\"", with: "name=a; filename=\"x\"")
        let form = try Form(Array((body + "--X--").utf8), contentType: Self.type)
        #expect(form.fields == [Form.Field(name: "a", value: "", isFile: true)])
    }

    /// Content that is no text.
    @Test func bytesThatAreNoText() {
        let body = Array(Self.part("a", "1").utf8) + Array("--X--".utf8)
        let broken = body.map { $0 == UInt8(ascii: "1") ? 0xff : $0 }
        #expect(throws: Form.Fault.malformed) { try Form(broken, contentType: Self.type) }
    }

    /// Cut anywhere, a body is refused and never trapped on.
    @Test func everyPrefixIsRefused() {
        let body = Array((Self.part("a", "1") + Self.part("b", "2") + "--X--").utf8)
        for count in 0..<body.count {
            #expect(throws: Form.Fault.malformed, "\(count) bytes") {
                try Form(Array(body.prefix(count)), contentType: Self.type)
            }
        }
    }
}
