extension Corpus {
    /// Cases that end otherwise here than their authors want, by reason.
    static let exceptions: [String: [String]] = [
        "a registered name may have such labels (RFC 3986, 3.2.2); the allow-list of hosts decides":
            [
                "leading dot", "leading and trailing dot", "two dots", "leading dash", "dot only",
                "broken IPv4 address - non-digit", "broken IPv4 address - too short",
            ],
        "the case is about having no Host, and gets one by the test": ["Host missing"],
        "folded lines are refused (checklist 31)": [
            "#1232 - duplicate headers with line-wrapping",
            "#1232 - duplicate headers with line-wrapping - test 2",
            "#1232 - duplicate headers with line-wrapping - test 3",
            "line-folding", "parse multiline",
        ],
        "a policy of lighttpd: POST needs a length, GET and HEAD have no body, equal fields": [
            "POST request, no Content-Length", "GET with Content-Length",
            "HEAD with Content-Length", "Duplicate If-Modified-Since headers",
            "reject duplicated If-Modified-Since if not matching",
        ],
        "the host of the target wins (checklist 22)": [
            "absolute-uri in request-line (with Host mismatch)"
        ],
        "Upgrade is ignored (checklist 88), so what follows is read as a request": [
            "Multiple tokens with folding and LWS", "Setting a flag and pausing",
            "Emitting part of body and pausing", "Upgrade GET request", "Upgrade POST request",
        ],
        "CONNECT and the h2 preface make no tunnel (checklist 25, 29)": [
            "CONNECT request", "CONNECT request with CAPS", "CONNECT with body",
            "PRI request HTTP2", "Underscore in hostname",
        ],
        "what the head says is judged when it is whole, and here it is not": [
            "Error on `Content-Length` overflow", "Error on duplicate `Content-Length`",
            "Invalid HTTP version",
        ],
        "the target holds bytes that no URI has, or a fragment (checklist 14)": [
            "accept MSB chars", "test_request_simple_with_whatwg_query_params",
            "test_request_path_backslash", "Quotes in URI",
            "Query URL with vertical bar character", "Fragment in URI",
            "POST with `chunked` as last transfer-encoding",
            "POST with `chunked` as last transfer-encoding (multiple headers)",
        ],
        "one space in the request line (checklist 1)": ["accept multiple spaces between tokens"],
        "lines end in CRLF (checklist 41)": [
            "test_request_newlines", "test_request_empty_lines_prefix_lf_only",
        ],
        "the parser of the authors was told to skip the body": [
            "Content-Length reset when no body is received"
        ],
        "the case ends in the middle of a message, which its authors do not count": [
            "CRLF between requests, implicit `keep-alive`", "Should parse multiple events",
        ],
        "a method we do not have (checklist 5), or another protocol": [
            "REPORT request", "M-SEARCH request", "PURGE request", "SEARCH request",
            "LINK request", "SOURCE request", "SOURCE request with ICE",
            "OPTIONS request with RTSP", "ANNOUNCE request with RTSP", "QUERY request",
        ],
        "a version is needed (checklist 12)": ["No HTTP version"],
        "userinfo is refused (checklist 23)": ["`host:port` and basic auth"],
    ]
}
