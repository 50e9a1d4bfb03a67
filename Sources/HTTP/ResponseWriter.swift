/// Writes answers as bytes: status line, fields, framing, body. Source: RFC 9112, sections 4 and 6.
package enum ResponseWriter {
    /// What the connection adds to an answer.
    package struct Context: Sendable {
        /// To HEAD: the fields of GET, and no body.
        package var isHead: Bool
        /// The value of Date.
        package var date: [UInt8]
        /// The value of Connection; nil writes none.
        package var connection: Connection?
        /// Whether the client knows chunks; a stream to one of HTTP/1.0 ends with the connection.
        package var takesChunks: Bool

        /// What an answer says of the connection's future.
        package enum Connection: Sendable {
            case close
            /// Said to a client of HTTP/1.0 that asked for it.
            case keepAlive
        }

        package init(
            isHead: Bool, date: [UInt8], connection: Connection?, takesChunks: Bool = true
        ) {
            self.isHead = isHead
            self.date = date
            self.connection = connection
            self.takesChunks = takesChunks
        }
    }

    /// What is sent to a client that waits before it sends its body.
    package static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// What ends a chunked body.
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// A piece of a chunked body, which must not be empty. Source: RFC 9112, section 7.1.
    package static func chunk(_ piece: [UInt8]) -> [UInt8] {
        var chunk = Array(String(piece.count, radix: 16).utf8)
        chunk.reserveCapacity(chunk.count + piece.count + 4)
        append("\r\n", to: &chunk)
        chunk.append(contentsOf: piece)
        append("\r\n", to: &chunk)
        return chunk
    }

    /// Appends a whole answer to `output`.
    package static func append(
        _ response: Response, to output: inout [UInt8], _ context: Context
    ) {
        appendHead(response, to: &output, context)
        if !hasNoBody(response), !context.isHead { output.append(contentsOf: response.body) }
    }

    /// Appends an answer without its body. The version is always 1.1 (RFC 9110, section 6.2).
    package static func appendHead(
        _ response: Response, to output: inout [UInt8], _ context: Context
    ) {
        appendStatusLine(response.status, to: &output)
        output.append(contentsOf: response.lines)
        append("Date: ", to: &output)
        output.append(contentsOf: context.date)
        append("\r\n", to: &output)
        switch context.connection {
        case .close: append("Connection: close\r\n", to: &output)
        case .keepAlive: append("Connection: keep-alive\r\n", to: &output)
        case nil: break
        }
        if response.stream != nil {
            // Not where nothing is transferred.
            if context.takesChunks, !context.isHead {
                append("Transfer-Encoding: chunked\r\n", to: &output)
            }
        } else if !hasNoBody(response) {
            append("Content-Length: ", to: &output)
            appendDecimal(response.body.count, to: &output)
            append("\r\n", to: &output)
        }
        append("\r\n", to: &output)
    }

    /// 1xx, 204 and 304 have no body, and 1xx and 204 no length (RFC 9110, section 8.6).
    private static func hasNoBody(_ response: Response) -> Bool {
        response.status < 200 || response.status == 204 || response.status == 304
    }

    private static func appendStatusLine(_ status: Int, to output: inout [UInt8]) {
        if status == 200 { return append("HTTP/1.1 200 OK\r\n", to: &output) }
        append("HTTP/1.1 ", to: &output)
        appendDecimal(status, to: &output)
        output.append(.space)
        output.append(contentsOf: reason(status).utf8)
        append("\r\n", to: &output)
    }

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        text.withUTF8Buffer { output.append(contentsOf: $0) }
    }

    private static func appendDecimal(_ value: Int, to output: inout [UInt8]) {
        if value >= 10 { appendDecimal(value / 10, to: &output) }
        output.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// The phrase behind a status; clients ignore it (RFC 9112, section 4).
    private static func reason(_ status: Int) -> String {
        reasons[status] ?? "Status"
    }

    private static let reasons: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 304: "Not Modified",
        307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout",
        409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large",
        414: "URI Too Long", 415: "Unsupported Media Type", 417: "Expectation Failed",
        421: "Misdirected Request", 422: "Unprocessable Content", 426: "Upgrade Required",
        428: "Precondition Required", 429: "Too Many Requests",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
        507: "Insufficient Storage",
    ]
}
