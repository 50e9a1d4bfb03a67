/// What the fields of a head say about its body and its connection.
struct Framing {
    var bodyLength = Head.BodyLength.none
    var keepsAlive = true
    var expectsContinue = false
}

extension Framing {
    /// Reads and checks the fields that decide where the message ends and who it is for.
    /// - Source: RFC 9112, sections 3.2, 6.3 and 9.3.
    init(of fields: Fields, versionMinor: UInt8) throws(Fault) {
        let special = try Special(fields)
        let isOld = versionMinor == 0
        if let host = special.host {
            guard isHost(host) else { throw Fault(400, "Host is not valid") }
        } else if !isOld {
            throw Fault(400, "Host is missing")
        }
        bodyLength = try bodyLength(special, isOld: isOld)
        let isClosed = special.connection.contains { $0.equalsIgnoringCase("close") }
        let isKept = special.connection.contains { $0.equalsIgnoringCase("keep-alive") }
        keepsAlive = !isClosed && (!isOld || isKept)
        if !isOld, !special.expect.isEmpty {
            guard special.expect.allSatisfy({ $0.equalsIgnoringCase("100-continue") }) else {
                throw Fault(417, "unknown expectation")
            }
            expectsContinue = bodyLength != .none
        }
    }

    private func bodyLength(_ special: Special, isOld: Bool) throws(Fault) -> Head.BodyLength {
        if let codings = special.transferEncoding {
            guard !isOld, special.contentLength == nil else {
                throw Fault(400, "Transfer-Encoding does not go with this message")
            }
            try checkCodings(codings)
            return .chunked
        }
        guard let digits = special.contentLength else { return .none }
        let length = try decimal(digits)
        return length == 0 ? .none : .length(length)
    }

    /// Exactly `chunked`; other codings in front of it are ones we do not have.
    private func checkCodings(_ codings: [ArraySlice<UInt8>]) throws(Fault) {
        guard let last = codings.last, last.equalsIgnoringCase("chunked"),
            codings.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isToken) }),
            codings.dropLast().allSatisfy({ !$0.equalsIgnoringCase("chunked") })
        else { throw Fault(400, "Transfer-Encoding does not end in chunked") }
        if codings.count > 1 { throw Fault(501, "unknown transfer coding") }
    }

    /// Digits only, leading zeros allowed; what does not fit in 63 bits is too large.
    private func decimal(_ digits: ArraySlice<UInt8>) throws(Fault) -> Int {
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else {
            throw Fault(400, "Content-Length is not a number")
        }
        var value = 0
        for digit in digits {
            let (tens, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            if isOver || isOverToo { throw Fault(413, "the body is too large") }
            value = sum
        }
        return value
    }
}

/// The fields the server itself looks at, found in one pass.
private struct Special {
    var host: ArraySlice<UInt8>?
    var contentLength: ArraySlice<UInt8>?
    /// The members of all Transfer-Encoding lines; nil without one.
    var transferEncoding: [ArraySlice<UInt8>]?
    /// The members of all Connection lines.
    var connection: [ArraySlice<UInt8>] = []
    /// The members of all Expect lines, without empty ones.
    var expect: [ArraySlice<UInt8>] = []

    /// Fields that may come once only: merged or picked from, they would mean something new.
    private static let singletons = [
        "host", "content-length", "authorization", "content-type", "idempotency-key", "x-api-key",
    ]

    init(_ fields: Fields) throws(Fault) {
        var seen: UInt8 = 0
        for line in fields.lines {
            let name = fields.bytes[line.name]
            let value = fields.bytes[line.value]
            if let place = Special.singletons.firstIndex(where: { name.equalsIgnoringCase($0) }) {
                guard seen & (1 << place) == 0 else {
                    throw Fault(400, "a field that may come once came twice")
                }
                seen |= 1 << place
                take(place, value)
            } else if name.equalsIgnoringCase("transfer-encoding") {
                transferEncoding = (transferEncoding ?? []) + Special.members(of: value)
            } else if name.equalsIgnoringCase("connection") {
                connection += Special.members(of: value)
            } else if name.equalsIgnoringCase("expect") {
                expect += Special.members(of: value).filter { !$0.isEmpty }
            }
        }
    }

    private mutating func take(_ place: Int, _ value: ArraySlice<UInt8>) {
        switch Special.singletons[place] {
        case "host": host = value
        case "content-length": contentLength = value
        default: break
        }
    }

    private static func members(of value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map(\.trimmed)
    }
}
