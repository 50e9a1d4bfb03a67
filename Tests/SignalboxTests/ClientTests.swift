import Digest
import JSON
import Testing

@testable import signalbox

@Test(arguments: [
    ("http://127.0.0.1:8080", ServerURL(host: "127.0.0.1", port: 8080)),
    ("http://127.0.0.1:8080/", ServerURL(host: "127.0.0.1", port: 8080)),
    ("HTTP://box.example", ServerURL(host: "box.example", port: 80)),
    ("http://[::1]:81/signals/", ServerURL(host: "::1", port: 81, prefix: "/signals")),
    ("http://[::1]", ServerURL(host: "::1", port: 80)),
    ("http://box:1/a/b", ServerURL(host: "box", port: 1, prefix: "/a/b")),
])
func urlIsRead(_ text: String, _ expected: ServerURL) throws {
    #expect(try ServerURL(text) == expected)
}

@Test func unixURLIsRead() throws {
    let url = try ServerURL("unix:/run/signalbox.sock")
    #expect(url.unixPath == "/run/signalbox.sock" && url.place == "unix:/run/signalbox.sock")
    #expect(url.authority == "localhost" && url.prefix.isEmpty)
}

@Test(arguments: [
    "", "unix:", "unix:/run/", "box:8080", "https://box", "http://", "http://:80", "http://box:0",
    "http://box:99999",
    "http://box:80x", "http://::1", "http://user@box", "http://box/?x=1", "http://box/a b",
])
func urlIsRefused(_ text: String) {
    #expect(throws: Malformed.self) { try ServerURL(text) }
}

/// A command line of a client command, and the request it makes.
struct RequestCase: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let method: String
    let target: String
    var body: JSONValue?

    var testDescription: String { arguments.joined(separator: " ") }
}

@Test(arguments: [
    RequestCase(
        arguments: [
            "run start", "demo", "--input", "{\"a\": 1.0}", "--label", "team=x=y", "--grace", "5",
        ], method: "POST", target: "/v1/runs",
        body: [
            "input": ["a": .number(JSONNumber(1.0) ?? JSONNumber(0))], "grace_s": 5,
            "workflow": "demo", "labels": ["team": "x=y"],
        ]),
    RequestCase(
        arguments: ["run start", "demo", "--start-at", "2026-01-02T03:04:05Z"], method: "POST",
        target: "/v1/runs", body: ["start_at": "2026-01-02T03:04:05Z", "workflow": "demo"]),
    RequestCase(
        arguments: ["run list", "--state", "running", "--label", "a=b&c", "--limit", "5"],
        method: "GET", target: "/v1/runs?state=running&label=a%3Db%26c&limit=5"),
    RequestCase(arguments: ["run show", "a/b"], method: "GET", target: "/v1/runs/a%2Fb"),
    RequestCase(
        arguments: ["run cancel", "r", "--reason", "too \"slow\"", "--wait", "3"], method: "POST",
        target: "/v1/runs/r/cancel?wait_s=3", body: ["reason": "too \"slow\""]),
    RequestCase(
        arguments: ["run pause", "r"], method: "POST", target: "/v1/runs/r/pause", body: [:]),
    RequestCase(
        arguments: ["run approve", "r", "step one"], method: "POST", target: "/v1/runs/r/approve",
        body: ["step": "step one"]),
    RequestCase(
        arguments: ["run reject", "r", "s"], method: "POST", target: "/v1/runs/r/reject",
        body: ["step": "s"]),
    RequestCase(
        arguments: ["run events", "r", "--limit", "5", "--cursor", "7"], method: "GET",
        target: "/v1/runs/r/events?limit=5&cursor=7"),
    RequestCase(
        arguments: ["run output", "r", "--step", "a/b"], method: "GET",
        target: "/v1/runs/r/output?step=a%2Fb"),
    RequestCase(
        arguments: [
            "key create", "--role", "viewer", "--workspace", "w", "--kind", "organization",
        ],
        method: "POST", target: "/v1/keys", body: ["role": "viewer", "kind": "organization"]),
    RequestCase(arguments: ["run delete", "r"], method: "DELETE", target: "/v1/runs/r"),
    RequestCase(arguments: ["run receipt", "é"], method: "GET", target: "/v1/runs/%C3%A9/receipt"),
    RequestCase(
        arguments: ["run events", "r", "--cursor", "7"], method: "GET",
        target: "/v1/runs/r/events?cursor=7"),
    RequestCase(
        arguments: ["events", "--limit", "3"], method: "GET", target: "/v1/events?limit=3"),
    RequestCase(arguments: ["run watch", "r"], method: "GET", target: "/v1/runs/r"),
    RequestCase(
        arguments: ["key create", "--role", "viewer", "--workspace", "w"], method: "POST",
        target: "/v1/keys", body: ["role": "viewer", "workspace": "w"]),
    RequestCase(arguments: ["key revoke", "k"], method: "DELETE", target: "/v1/keys/k"),
])
func commandMakesRequest(_ row: RequestCase) throws {
    let command = try #require(ClientCommand.all.first { $0.name == row.arguments[0] })
    let parser = FlagParser(
        flags: ClientFlags.common + ClientFlags.own.filter { command.flags.contains($0.name) })
    var options = ClientOptions()
    let words = try parser.parse(Array(row.arguments.dropFirst()), into: &options)
    var expected = ClientRequest(row.method, row.target)
    expected.body = row.body
    #expect(try command.request(options, words) == expected)
}

/// The field `x-signalbox-workspace`, by the kind of the key and what the body says.
@Test(
    arguments: [
        (nil, false, "lab"), (KeyToken.Kind.instance, false, "lab"), (.instance, true, nil),
        (.workspace, true, nil), (.organization, true, "lab"), (.organization, false, "lab"),
    ] as [(KeyToken.Kind?, Bool, String?)])
func workspaceIsNamed(_ kind: KeyToken.Kind?, _ isInBody: Bool, _ expected: String?) {
    let key = kind.map { KeyToken.make($0) { Array(repeating: 7, count: $0) }.text }
    var options = ClientOptions()
    options.workspace = "lab"
    let named = options.workspace(for: key, saidInBody: isInBody ? "lab" : nil)
    #expect(named == expected)
    var request = ClientRequest("GET", "/v1/runs")
    request.workspace = named
    let text = String(decoding: request.serialized(to: .standard, key: key), as: UTF8.self)
    #expect(text.contains("x-signalbox-workspace: lab\r\n") == (expected != nil))
}

@Test func requestIsSerialized() throws {
    let url = try ServerURL("http://box:81/prefix")
    let request = ClientRequest("POST", "/v1/runs", body: ["workflow": "demo"])
    let text = String(decoding: request.serialized(to: url, key: "k"), as: UTF8.self)
    #expect(
        text == """
            POST /prefix/v1/runs HTTP/1.1\r
            Host: box:81\r
            Connection: close\r
            Accept: application/json\r
            Authorization: Bearer k\r
            Content-Type: application/json\r
            Content-Length: 19\r
            \r
            {"workflow":"demo"}
            """)
}

@Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}"),
    ("HTTP/1.1 404 \r\ncontent-length:2\r\n\r\n[]", 404, "[]"),
    ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n",
        200, "ab0123456789"
    ),
])
func responseIsRead(_ text: String, _ status: Int, _ body: String) throws {
    let response = try #require(ClientResponse(Array(text.utf8)))
    #expect(response.status == status)
    #expect(response.body == Array(body.utf8))
}

@Test(arguments: [
    "", "HTTP/1.1 200 OK\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 2 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nab\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nab\r\n0\r\n\r\n",
])
func brokenResponseIsRefused(_ text: String) {
    #expect(ClientResponse(Array(text.utf8)) == nil)
}

@Test func refusalIsOneSentence() throws {
    let problem = try JSONValue(
        parsing: """
            {"title":"Bad","detail":"it is wrong","code":"invalid",
            "errors":[{"pointer":"/reason","detail":"too long"},{"pointer":"/id","detail":"no id"}]}
            """)
    #expect(
        ClientCommand.refusal(400, problem)
            == "the server refused (400 invalid): it is wrong\n  /reason too long\n  /id no id")
    #expect(ClientCommand.refusal(502, nil) == "the server refused (502): no reason given")
}

@Test func jsonIsPretty() throws {
    let value = try JSONValue(parsing: #"{"a":[1,{"b":"x\n"}],"c":{},"d":[],"e":null}"#)
    #expect(
        PrettyJSON.text(value) == """
            {
              "a": [
                1,
                {
                  "b": "x\\n"
                }
              ],
              "c": {},
              "d": [],
              "e": null
            }
            """)
}

@Test func eventsAreRead() {
    let text =
        ":\n\nid: 1\nevent: run.created\ndata: {}\n\ndata: a\ndata:b\n\nevent: x\n\ndata: cut"
    let expected = [
        EventParser.Event(id: "1", kind: "run.created", data: Array("{}".utf8)),
        EventParser.Event(data: Array("a\nb".utf8)),
    ]
    var whole = EventParser()
    #expect(whole.take(text.utf8) == expected)
    var split = EventParser()
    #expect(text.utf8.flatMap { split.take([$0]) } == expected)
}
