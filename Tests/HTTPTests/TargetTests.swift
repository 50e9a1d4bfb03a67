import HTTP
import Testing

@Suite struct TargetTests {
    @Test(
        "17, 18: paths are split, then decoded once",
        arguments: [
            ("/", [""]), ("/a", ["a"]), ("/a/", ["a", ""]),
            ("/execute_flow//pause", ["execute_flow", "", "pause"]),
            ("/v1/%6Aobs", ["v1", "jobs"]), ("/a%2525", ["a%25"]), ("/%C3%A9", ["é"]),
            ("/%252F", ["%2F"]), ("/%76%31/%6a%6F%62%73", ["v1", "jobs"]), ("/a%20b+c", ["a b+c"]),
        ])
    func segments(_ target: String, _ expected: [String]) throws {
        #expect(try #require(Target(target)).segments.map(\.text) == expected)
    }

    @Test(
        "16, 17, 19, 20: segments that match nothing",
        arguments: [
            "%00", "a%2Fb", "a%5cb", ".", "..", "%2e", "%2E%2e", "%ff", "%C0%AF", "%ED%A0%80",
        ])
    func noText(_ segment: String) throws {
        let target = try #require(Target("/" + segment))
        #expect(target.segments.map(\.text) == [nil])
        #expect(Pattern("/{x}").match(target.segments) == nil)
    }

    @Test(arguments: [
        ("/a?x=1&y=2", "x", ["1"]), ("/a?x=a+b%2B", "x", ["a b+"]), ("/a?x", "x", [""]),
        ("/a?x=1&x=2", "x", ["1", "2"]), ("/a", "x", []), ("/a?%78=1", "x", ["1"]),
        ("/a?x=%ff&x=2", "x", ["2"]), ("/a?&&x=1=2", "x", ["1=2"]),
    ])
    func query(_ target: String, _ name: String, _ values: [String]) throws {
        let query = try #require(Target(target)).query
        #expect(query.all(name) == values)
        #expect(query.first(name) == values.first)
        #expect(query.isWellFormed == !target.contains("%ff"))
    }

    @Test(arguments: [
        ("/a/{id}/c", "/a/b/c", false, "b"), ("/a/{id}/c", "/a/%62/%63", false, "b"),
        ("/a/{id}/c", "/a/b/d", false, nil), ("/a/{id}/c", "/a/b", false, nil),
        ("/a/{id}/c", "/a/b/c/", false, nil), ("/a/{id}/c", "/a/b/c/", true, "b"),
        ("/a/{id}/c", "/a/b/c//", true, nil), ("/a/{id}/c", "/a//c", false, nil),
        ("/a/{id?}/c", "/a//c", false, ""), ("/a/{id}/c", "/A/b/c", false, nil),
    ])
    func patterns(_ pattern: String, _ path: String, _ slash: Bool, _ id: String?) throws {
        let segments = try #require(Target(path)).segments
        let match = Pattern(pattern).match(segments, slashOptional: slash)
        #expect((match != nil) == (id != nil))
        #expect(match?["id"] == id)
        #expect(match?["other"] == nil)
    }

    @Test func rootMatchesWhatIsLeftOfAPrefix() throws {
        let segments = try #require(Target("/agno")).segments
        #expect(Pattern("/").match(segments.dropFirst()) != nil)
        #expect(Pattern("/").match(segments) == nil)
        #expect(Pattern("/").match(try #require(Target("/")).segments) != nil)
    }
}
