import Checklist
import Foundation
import HTTP
import Testing

@Suite(.enabled(if: Corpus.isThere, "../shared/http-corpus is not there"))
struct CorpusTests {
    /// Every case agrees with its authors or is an exception, and every exception is needed.
    @Test(arguments: ["llhttp-requests.jsonl", "parser-cases.jsonl"])
    func agrees(_ file: String) throws {
        let excepted = Set(Corpus.exceptions.values.joined())
        for row in try Corpus.cases(file) {
            let bytes = withHost(Array(row.bytes))
            let transcript = Transcript(of: [bytes])
            #expect(isAgreement(transcript, row) != excepted.contains(row.name), "\(row.name)")
        }
    }

    @Test(arguments: ["llhttp-requests.jsonl", "parser-cases.jsonl"])
    func cutsMakeNoDifference(_ file: String) throws {
        for row in try Corpus.cases(file) {
            let bytes = withHost(Array(row.bytes))
            let transcript = Transcript(of: [bytes])
            for pieces in cuts(of: bytes) where Transcript(of: pieces) != transcript {
                Issue.record("\(row.name) in \(pieces.count) pieces")
            }
        }
    }

    /// Bytes that a fuzzer found; what they mean does not matter here. In two at every position
    /// where they are few, else at some that stand evenly.
    @Test func cutsMakeNoDifferenceToFuzzedBytes() throws {
        let cutsMax = 16
        let files = try Corpus.files(of: "h2o-http1-fuzz.tar.gz")
        #expect(files.count == 1972)
        for (name, bytes) in files {
            let transcript = Transcript(of: [bytes])
            let step = max(1, bytes.count / cutsMax)
            let halves = stride(from: step, to: bytes.count, by: step).map {
                [Array(bytes[..<$0]), Array(bytes[$0...])]
            }
            for pieces in halves + [bytes.map { [$0] }]
            where Transcript(of: pieces) != transcript {
                Issue.record("\(name) in \(pieces.count) pieces")
            }
        }
    }
}

/// Most cases have no Host; they get one behind each request line.
private func withHost(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    guard !text.contains("host:") else { return bytes }
    let line = Array(" HTTP/1.1\r\n".utf8)
    var result: [UInt8] = []
    for byte in bytes {
        result.append(byte)
        if result.suffix(line.count).elementsEqual(line) { result += Array("Host: h\r\n".utf8) }
    }
    return result
}

/// Whether what we make of a case is what its authors do.
private func isAgreement(_ transcript: Transcript, _ row: Corpus.Case) -> Bool {
    guard transcript.messages.count == row.messages else { return false }
    return switch (row.outcome, transcript.end) {
    case ("accept", .clean), ("accept", .closed), ("reject", .refused), ("reject", .closed),
        ("incomplete", .needsMore):
        true
    default: false
    }
}
