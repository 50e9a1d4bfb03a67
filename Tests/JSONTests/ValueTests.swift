import JSON
import Testing

@Suite("What is read is written again")
struct ValueTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1.0", "1e5", "1E-07", "12345678901234567890123",
        "1e400",
        "\"\"", "\"é 😀 \u{7f} \u{2028} /\"", "[]", "{}", "[1,[2,{\"b\":1,\"a\":[]}],\"x\"]",
        "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f\"",
    ])
    func echo(_ text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(String(decoding: value.serialized(), as: UTF8.self) == text)
        var bytes = Array("data: ".utf8)
        value.append(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "data: " + text)
    }

    @Test(
        "Whitespace and escapes that need not be go away",
        arguments: [
            (" \t\r\n{ \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2]}"),
            ("\"\\u0041\\/\\u00e9\\ud83d\\ude00\\u000A\"", "\"A/é😀\\n\""),
            ("[ ]", "[]"), ("{ }", "{}"),
        ])
    func compact(_ text: String, compact: String) throws {
        let bytes = try JSONValue(parsing: text).serialized()
        #expect(String(decoding: bytes, as: UTF8.self) == compact)
    }

    @Test(
        "Integers are literals without fraction within 64 bits",
        arguments: [
            ("0", 0, 0), ("-0", 0, 0), ("9223372036854775807", .max, 0x1p63),
            ("-9223372036854775808", .min, -0x1p63), ("9223372036854775808", nil, 0x1p63),
            ("1.0", nil, 1), ("1e3", nil, 1000), ("-2.5", nil, -2.5), ("1e400", nil, nil),
        ] as [(String, Int64?, Double?)])
    func numbers(_ text: String, integer: Int64?, double: Double?) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.asInteger == integer)
        #expect(value.asDouble == double)
    }

    @Test func numbersWeMake() {
        #expect(JSONValue.number(JSONNumber(Int64.min)).serialized() == Array("\(Int64.min)".utf8))
        #expect(JSONNumber(0.5)?.literal == "0.5")
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(-Double.infinity) == nil)
    }

    @Test func accessors() throws {
        let value = try JSONValue(parsing: "{\"s\":\"x\",\"i\":5,\"b\":true,\"n\":null,\"a\":[1]}")
        #expect(value["s"]?.asString == "x")
        #expect(value["i"]?.asInteger == 5)
        #expect(value["b"]?.asBool == true)
        #expect(value["n"]?.isNull == true)
        #expect(value["a"]?.asArray == [1])
        #expect(value["missing"] == nil)
        #expect(value["s"]?["s"] == nil)
        #expect(value["s"]?.asInteger == nil && value["i"]?.asString == nil && value.asArray == nil)
        #expect(value.asObject?.names == ["s", "i", "b", "n", "a"])
    }

    @Test("Literals keep their order, the last of two names wins")
    func literals() {
        let value: JSONValue = ["b": 1, "a": [true, nil, "x", -2], "b": ["c": .text(nil)]]
        let text = "{\"b\":{\"c\":null},\"a\":[true,null,\"x\",-2]}"
        #expect(String(decoding: value.serialized(), as: UTF8.self) == text)
        #expect(JSONValue.text("x") == "x" && JSONValue.int(nil as Int64?) == nil)
    }

    @Test("Equal means the same bytes")
    func equality() {
        #expect(JSONValue.string("\u{e9}") != .string("e\u{301}"))
        #expect((["a": 1, "b": 2] as JSONValue) != ["b": 2, "a": 1])
        #expect((["\u{e9}": 1] as JSONValue) != ["e\u{301}": 1])
    }

    @Test func editing() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["c"] = 3
        object["a"] = 4
        object["b"] = nil
        object["missing"] = nil
        object.append("d", 5)
        #expect(object.remove("d") == 5)
        #expect(object.remove("d") == nil)
        #expect(object == ["a": 4, "c": 3])
    }
}

@Suite("Streaming writer")
struct WriterTests {
    @Test func everything() {
        var writer = JSONWriter()
        writer.object {
            $0.member("text", "a\"b")
            $0.member("none", nil as String?)
            $0.member("small", 7)
            $0.member("least", Int64.min as Int64?)
            $0.member("flag", false)
            $0.member("tree", ["x": [1, 2]] as JSONValue)
            $0.member("stored", raw: Array("{\"y\":1}".utf8))
            $0.key(text: "a\nb")
            $0.array {
                $0.int(0)
                $0.int(-105)
                $0.null()
                $0.object { _ in }
                $0.raw("[]")
                $0.array { $0.bool(true) }
                $0.string("")
            }
        }
        let expected = """
            {"text":"a\\"b","none":null,"small":7,"least":-9223372036854775808,"flag":false,\
            "tree":{"x":[1,2]},"stored":{"y":1},"a\\nb":[0,-105,null,{},[],[true],""]}
            """
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test("What was there before gets no comma")
    func appending() {
        var writer = JSONWriter(appendingTo: Array("x".utf8))
        writer.array { $0.int(1) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "x[1]")
    }
}
