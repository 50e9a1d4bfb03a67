import Checklist
import Foundation
import HTTP
import HTTPServer
import Testing

/// The rows of the checklist over a socket.
@Suite struct ChecklistTests {
    /// One server for all rows. Its handler tells what it saw.
    private static let port = Result { () throws(ServerError) in
        var configuration = Server.Configuration()
        configuration.port = 0
        let server = Server(
            configuration,
            Application(
                admit: { head, _ in
                    guard head.target.form != .asterisk else {
                        return .answer(Response(status: 204))
                    }
                    return .accept(Acceptance(bodyBytesMax: 1 << 20, handle: tell))
                },
                refuse: { error, _ in Response(status: error.status, body: Array("no".utf8)) }))
        let port = try server.start()
        // It ends with the tests.
        _ = Unmanaged.passRetained(server)
        return port
    }

    @Sendable private static func tell(_ request: Request) async -> Response {
        let words = "\(request.method.rawValue) \(request.target.rawPath)"
        return Response(
            status: 200,
            body: Array((words + (request.body.isEmpty ? "" : " ")).utf8) + request.body)
    }

    @Test("91, 92, 94, 98: rows of the checklist, whole, a request behind", arguments: WireRow.all)
    func whole(_ row: WireRow) throws {
        let behind = row.end == .needsMore ? "" : "GET /behind HTTP/1.1\r\nHost: h\r\n\r\n"
        try check(row, sent: [row.bytes + Array(behind.utf8)])
    }

    @Test("76, 78: rows of the checklist, in pieces", arguments: WireRow.all)
    func pieces(_ row: WireRow) throws {
        let size = 1 + row.bytes.count / 300
        try check(
            row,
            sent: stride(from: 0, to: row.bytes.count, by: size).map {
                Array(row.bytes[$0..<min(row.bytes.count, $0 + size)])
            })
    }

    private func check(_ row: WireRow, sent pieces: [[UInt8]]) throws {
        let client = try Client(Self.port.get())
        for piece in pieces { client.send(piece) }
        for (index, words) in row.seen.enumerated() {
            let answer = try client.answer(hasBody: !words.hasPrefix("HEAD "))
            answer.checkForm()
            let isAsterisk = words == "OPTIONS "
            #expect(answer.status == (isAsterisk ? 204 : 200), "\(row)")
            if words.hasPrefix("HEAD ") {
                #expect(answer.length == words.utf8.count, "\(row)")
            } else {
                #expect(answer.body == (isAsterisk ? "" : words), "\(row)")
            }
            let isLast = index == row.seen.count - 1 && row.end == .closed
            #expect(answer.closes == isLast, "\(row)")
        }
        try checkEnd(of: row, client)
    }

    private func checkEnd(of row: WireRow, _ client: Client) throws {
        switch row.end {
        case .clean:
            client.send("GET /behind HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.answer().body == "GET /behind", "\(row)")
            return
        case .refused(let status):
            let answer = try client.answer(hasBody: !row.isHead)
            answer.checkForm()
            #expect(answer.status == status && answer.closes, "\(row)")
        case .closed, .needsMore: break
        }
        client.halfClose()
        #expect(client.isClosedInOrder(), "\(row)")
    }
}

extension Answer {
    /// What holds for every answer: the line, one framing, the date.
    func checkForm() {
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        #expect(words[0] == "HTTP/1.1" && words[1].utf8.count == 3 && words.count > 2, "\(head)")
        #expect(!head.contains("\n\n") && !head.contains(" \r\n"), "\(head)")
        #expect(lines.dropFirst().dropLast(2).allSatisfy { $0.contains(": ") }, "\(head)")
        #expect(!head.contains("Status\r\n"), "a status without a phrase: \(head)")
        let isBodyless = status == 204 || status == 304
        #expect(count(of: "Content-Length") == (isBodyless ? 0 : 1), "\(head)")
        #expect(count(of: "Transfer-Encoding") == 0, "\(head)")
        #expect(count(of: "Date") == 1 && isDate(field("Date") ?? ""), "\(head)")
        #expect(count(of: "Connection") == (closes ? 1 : count(of: "Connection")), "\(head)")
    }

    private func count(of name: String) -> Int {
        head.lowercased().components(separatedBy: "\r\n\(name.lowercased()):").count - 1
    }

    /// Whether a text has the shape of `Sun, 06 Nov 1994 08:49:37 GMT`.
    private func isDate(_ text: String) -> Bool {
        let shape = "Aaa, 00 Aaa 0000 00:00:00 GMT"
        return text.utf8.count == shape.utf8.count
            && zip(text, shape).allSatisfy { character, place in
                switch place {
                case "0": character.isASCII && character.isNumber
                case "A": character.isUppercase
                case "a": character.isLowercase
                default: character == place
                }
            }
    }
}
