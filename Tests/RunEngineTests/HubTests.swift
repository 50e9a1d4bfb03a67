import Synchronization
import Testing

@testable import RunEngine

@Suite("Turns of those who wait")
struct HubTests {
    /// What somebody does in the room, and who is let go on by it.
    enum Act: Sendable {
        case enter(String, [Hub.Topic])
        case wait(String, until: Int64 = .max, [String] = [])
        case wake(Hub.Topic, [String])
        /// Takes something, is cancelled, fails: the room does not tell them apart.
        case leave(String, [String])
        case time(Int64, [String])
        case close([String])
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let acts: [Act]

        init(_ name: String, _ acts: [Act]) {
            testDescription = name
            self.acts = acts
        }
    }

    static let q = Hub.Topic.queue(workspace: 1, name: "q")
    static let r = Hub.Topic.queue(workspace: 1, name: "r")
    static let two: [Act] = [.enter("a", [q]), .wait("a"), .enter("b", [q]), .wait("b")]
    static let three = two + [.enter("c", [q]), .wait("c")]

    static let rows = [
        Row("a task is for who waits longest", three + [.wake(q, ["a"])]),
        Row(
            "who found nothing ends the turn",
            two + [.wake(q, ["a"]), .wait("a"), .leave("a", [])]),
        Row("and goes behind", two + [.wake(q, ["a"]), .wait("a"), .wake(q, ["b"])]),
        Row(
            "who took something passes the turn on",
            three + [.wake(q, ["a"]), .leave("a", ["b"]), .leave("b", ["c"]), .leave("c", [])]),
        Row("who has no turn passes none on", two + [.leave("a", []), .wake(q, ["b"])]),
        Row(
            "several tasks in one commit",
            three + [.wake(q, ["a"]), .wake(q, ["b"]), .leave("a", ["c"]), .wait("c")]),
        Row(
            "more tasks than who wait",
            two + [.wake(q, ["a"]), .wake(q, ["b"]), .wake(q, []), .wait("a", ["a"]), .wait("a")]),
        Row(
            "and who was woken twice leaves",
            two + [
                .wake(q, ["a"]), .wake(q, ["b"]), .wake(q, []), .wait("b"), .leave("a", ["b"]),
            ]),
        Row(
            "woken between look and wait",
            [.enter("a", [q]), .wake(q, []), .wait("a", ["a"]), .wait("a"), .leave("a", [])]),
        Row(
            "woken between look and wait, and then gone",
            [.enter("a", [q]), .enter("b", [q]), .wait("b"), .wake(q, []), .leave("a", ["b"])]),
        Row(
            "woken once more while it looks",
            [.enter("a", [q]), .wait("a"), .wake(q, ["a"]), .wake(q, []), .wait("a", ["a"])]),
        Row(
            "its time is up before its turn comes",
            [
                .enter("a", [q]), .wait("a", until: 9), .enter("b", [q]), .wait("b"),
                .time(9, ["a"]), .wake(q, []), .leave("a", ["b"]),
            ]),
        Row(
            "who waits on several queues passes on each turn it has",
            [
                .enter("a", [q, r]), .wait("a"), .enter("b", [q]), .wait("b"),
                .enter("c", [r]), .wait("c"), .wake(q, ["a"]), .wake(r, []),
                .leave("a", ["b", "c"]),
            ]),
        Row(
            "and only those",
            [
                .enter("a", [q, r]), .wait("a"), .enter("b", [q]), .wait("b"),
                .enter("c", [r]), .wait("c"), .wake(q, ["a"]), .leave("a", ["b"]),
                .wake(r, ["c"]),
            ]),
        Row(
            "a queue named twice",
            [
                .enter("a", [q, q]), .wait("a"), .enter("b", [q]), .wait("b"),
                .wake(q, ["a"]), .wake(q, []), .leave("a", ["b"]), .leave("b", []),
            ]),
        Row(
            "built-in workers are all woken, each looks for other tasks",
            two + [
                .enter("x", [.anyQueue]), .wait("x"), .enter("y", [.anyQueue]), .wait("y"),
                .wake(q, ["x", "y", "a"]), .leave("x", []), .wait("y"), .wake(r, ["y"]),
            ]),
        Row(
            "a run's end is for all",
            [
                .enter("a", [.run(1)]), .wait("a"), .enter("b", [.run(1)]), .wait("b"),
                .enter("c", [.run(2)]), .wait("c"), .wake(.run(1), ["a", "b"]), .leave("a", []),
            ]),
        Row(
            "the room closes",
            two + [.wake(q, ["a"]), .close(["b"]), .leave("a", []), .wait("b", ["b"])]),
        Row("nobody waits", [.wake(q, [])]),
    ]

    @Test(arguments: rows)
    func turns(_ row: Row) throws {
        let room = try Room()
        for (index, act) in row.acts.enumerated() {
            let (expected, woken) = try room.does(act)
            #expect(woken.sorted() == expected.sorted(), "act \(index): \(act)")
        }
    }

    @Test("A line keeps few of those who went, and its order")
    func staleInLine() {
        var line = Line()
        let stay: [UInt64: Bool] = [0: true, 1: true]
        for number in stay.keys.sorted() { line.join(number) }
        for number in 2..<UInt64(10 * Line.staleMax) {
            line.join(number)
            line.go(stay)
            #expect(line.all.count <= Line.staleMax + 2 * stay.count)
        }
        for turn in 0..<UInt64(10 * Line.staleMax) {
            #expect(line.next(stay) == turn % 2)
        }
        #expect(line.count == 2)
    }

    /// A hub, and who is in it by name.
    private final class Room {
        private let stage: Stage
        private var tickets: [String: Hub.Ticket] = [:]
        private let woken = Names()

        init() throws {
            stage = try Stage()
        }

        func does(_ act: Act) throws -> (expected: [String], woken: [String]) {
            let hub = stage.engine.hub
            let expected: [String]
            switch act {
            case .enter(let name, let topics):
                let ticket: Hub.Ticket = try #require(hub.enter(topics))
                tickets[name] = ticket
                expected = []
            case .wait(let name, let deadline, let names):
                let ticket = try #require(tickets[name])
                hub.wait(ticket, until: deadline) { [woken] in woken.add(name) }
                expected = names
            case .wake(let topic, let names):
                hub.wake(topic)
                expected = names
            case .leave(let name, let names):
                hub.leave(try #require(tickets[name]))
                expected = names
            case .time(let moment, let names):
                _ = hub.wakeDue(by: moment)
                expected = names
            case .close(let names):
                hub.close()
                expected = names
            }
            return (expected, woken.take())
        }
    }

    private final class Names: Sendable {
        private let names = Mutex<[String]>([])
        func add(_ name: String) { names.withLock { $0.append(name) } }
        func take() -> [String] {
            names.withLock { names in
                defer { names = [] }
                return names
            }
        }
    }
}
