/// A request method this server knows; any other token is refused with 501 by the parser.
package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case connect = "CONNECT"
    case trace = "TRACE"

    /// The method with these bytes, compared with case as RFC 9110, section 9.1 wants it.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let method = Method.allCases.first(where: { bytes.elementsEqual($0.rawValue.utf8) })
        else { return nil }
        self = method
    }
}
