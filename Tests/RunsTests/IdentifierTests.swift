import Runs
import Testing

@Suite("Identifiers and moments")
struct IdentifierTests {
    private static let text = "019b7ca9-8c88-7d73-9496-0ba91663b176"

    @Test func forms() throws {
        let id = try #require(RunID(Self.text))
        let digits = Self.text.split(separator: "-").joined()
        #expect(id.text == Self.text && id.hexadecimal == digits && id.description == Self.text)
        #expect(RunID(Self.text.uppercased()) == id && RunID(bytes: id.bytes) == id)
        #expect(RunID(hexadecimal: Array(digits.utf8)) == id)
        #expect(id.prefix24 == String(digits.prefix(24)))
        let range = try #require(RunID.range(prefix: id.prefix24))
        #expect(range.contains(id) && range.lowerBound.hexadecimal.hasSuffix("00000000"))
        #expect(range.upperBound.hexadecimal == id.prefix24 + "ffffffff")
        #expect(RunID(high: 1, low: 9) < RunID(high: 2, low: 0))
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "019b7ca9", text + "0", String(text.dropLast()), " " + text.dropFirst(),
            "019b7ca9-8c88-7d73-9496-0ba91663b17g", "019b7ca98-c88-7d73-9496-0ba91663b176",
            "019b7ca9-8c88-7d73-9496-0ba91663b1é", "{19b7ca9-8c88-7d73-9496-0ba91663b17}",
        ])
    func strangers(_ text: String) {
        #expect(RunID(text) == nil && RunID.range(prefix: text) == nil)
    }

    @Test("A new identifier is a UUIDv7 of its moment")
    func version7() {
        let environment = Environment(
            now: { Timestamp(milliseconds: 0x0123_4567_89ab) }, monotonicMilliseconds: { 0 },
            random: { Array(repeating: 0xff, count: $0) })
        let id: RunID = environment.newIdentifier()
        #expect(id.text == "01234567-89ab-7fff-bfff-ffffffffffff")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func moments(_ row: (milliseconds: Int64, text: String)) {
        let moment = Timestamp(milliseconds: row.milliseconds)
        #expect(moment.rfc3339 == row.text && Timestamp(rfc3339: row.text) == moment)
    }

    @Test(
        "Other ways to write a moment",
        arguments: [
            ("2026-01-02t03:04:05z", 1_767_323_045_000),
            ("2026-01-02 03:04:05.6789Z", 1_767_323_045_678),
            ("2026-01-02T05:04:05+02:00", 1_767_323_045_000),
            ("2026-01-01T22:34:05-04:30", 1_767_323_045_000),
        ] as [(String, Int64)])
    func spellings(_ row: (text: String, milliseconds: Int64)) {
        #expect(Timestamp(rfc3339: row.text)?.milliseconds == row.milliseconds)
    }

    @Test(
        "No moments",
        arguments: [
            "", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05Zx",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+24:00", "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00+0200", "２026-01-01T00:00:00Z",
        ])
    func noMoments(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func arithmetic() {
        let late = Timestamp(milliseconds: .max)
        #expect(late.adding(milliseconds: 1) == late)
        #expect(Timestamp(milliseconds: .min).adding(milliseconds: -1).milliseconds == .min)
        #expect(Timestamp(milliseconds: 1_745_220_609_001).decimalSeconds == "1745220609.001")
        #expect(Timestamp(milliseconds: -1).seconds == -1)
    }

    @Test("What vendors show of a stopped run")
    func shown() {
        let moment = Timestamp(milliseconds: 5)
        var run = Run(
            number: 1, id: RunID(high: 0, low: 1), workspace: 1, workflowVersion: 1,
            state: .running, origin: .native, createdAt: moment, steps: [])
        let (running, done) = (Step(state: .running), Step(state: .succeeded))
        #expect(run.shownEnd == nil && run.shownState(of: running) == .running)
        run.endedAt = Timestamp(milliseconds: 9)
        #expect(run.shownEnd == run.endedAt)
        run.stop = Stop(
            fromState: .running, mode: .cancel, reason: nil,
            author: Author(actor: "k", style: .wexa, requestID: "r"), requestedAt: moment,
            graceMilliseconds: 0)
        #expect(run.shownEnd == moment && run.shownState(of: running) == .cancelled)
        #expect(run.shownState(of: done) == .succeeded)
    }
}
