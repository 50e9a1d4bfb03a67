import JSON
import Testing

@testable import signalbox

/// Words that name no command, and what is said of them.
@Test(arguments: [
    (
        "run",
        "run wants a command: start, list, show, cancel, terminate, pause, resume, approve, "
            + "reject, delete, receipt, output, events, watch; see signalbox run --help"
    ),
    (
        "workflow",
        "workflow wants a command: create, update, list, show; see signalbox workflow --help"
    ),
    ("key", "key wants a command: reset, create, list, revoke; see signalbox key --help"),
    ("run strat", "run has no command strat: did you mean start? See signalbox run --help"),
    ("run cancle", "run has no command cancle: did you mean cancel? See signalbox run --help"),
    ("run lst", "run has no command lst: did you mean list? See signalbox run --help"),
    (
        "workflow destroy",
        "workflow has no command destroy, but create, update, list, show; "
            + "see signalbox workflow --help"
    ),
    ("rnu list", "unknown command rnu: did you mean run? See signalbox --help"),
    ("server", "unknown command server: did you mean serve? See signalbox --help"),
    ("nonsense", "unknown command nonsense; see signalbox --help"),
    ("", "unknown command ; see signalbox --help"),
])
func wordsThatAreNoCommand(_ words: String, _ message: String) {
    let refusal = CommandNames.refusal(of: words.split(separator: " ").map(String.init))
    #expect(refusal.status == .usage)
    #expect(refusal.message == message)
}

/// Answers that are none to who asked, and what is said of them.
@Test(
    arguments: [
        ("run output", [], #"{"step":null,"state":"succeeded","output":null}"#, nil),
        ("run output", [], #"{"step":"a","state":"succeeded","output":null}"#, nil),
        (
            "run output", [], #"{"step":null,"state":"running","output":null}"#,
            "there is no output: the run is running"
        ),
        (
            "run output", [], #"{"step":"a","state":"failed","output":null}"#,
            "there is no output: step a is failed"
        ),
        ("run watch", [], #"{"state":"failed"}"#, nil),
        ("run watch", ["--exit-status"], #"{"state":"succeeded"}"#, nil),
        ("run watch", ["--exit-status"], #"{"state":"failed"}"#, "the run is failed"),
        ("run watch", ["--exit-status"], #"{"state":"cancelled"}"#, "the run is cancelled"),
        ("run show", [], #"{"state":"failed"}"#, nil),
    ] as [(String, [String], String, String?)])
func answerIsNone(
    _ name: String, _ flags: [String], _ answer: String, _ expected: String?
) throws {
    let command = try #require(ClientCommand.all.first { $0.name == name })
    var options = ClientOptions()
    _ = try FlagParser(flags: command.allFlags, command: name).parse(flags, into: &options)
    #expect(command.lack(options, try JSONValue(parsing: answer)) == expected)
}
