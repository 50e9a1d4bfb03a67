import Glibc
import Runs
import Synchronization
import Testing

@testable import RunEngine
@testable import Workers

/// Real processes under a scripted board.
@Suite(.serialized) struct CommandWorkerTests {
    @Test(arguments: [
        ("exit 0", "complete -"),
        ("echo ' {\"a\": 1} '", "complete {\"a\": 1}"),
        ("echo hello", "complete \"hello\\n\""),
        ("printf 'a\\377\\000b'", "complete \"a\u{fffd}\u{fffd}b\""),
        ("cat", "complete {\"input\":true}"),
        ("exec <&-; echo 1", "complete 1"),
        ("echo oops >&2; exit 7", "fail true exit status 7: oops"),
        ("exit 3", "fail true exit status 3"),
        ("kill -9 $$", "fail true ended by SIGKILL"),
        ("printf %s $SIGNALBOX_STEP-$SIGNALBOX_ATTEMPT$UNKNOWN", "complete \"work-1\""),
        // Nothing of ours is inherited: neither descriptors nor what is done with signals.
        ("exec ls /proc/self/fd", "complete \"0\\n1\\n2\\n3\\n\""),
        ("grep SigBlk /proc/$$/status | tail -c 17", "complete \"0000000000000000\\n\""),
        ("grep SigIgn /proc/$$/status | tail -c 8", "complete \"0000000\\n\""),
        // A grandchild that holds the pipes must not hold up the step, nor live on.
        ("sleep 600 & echo 1", "complete 1"),
    ])
    func ends(_ script: String, _ expected: String) {
        let task = ClaimedTask.sample(script, input: #"{"input":true}"#)
        let board = Bench([task])
        #expect(board.result(of: task) == [expected])
        #expect(board.script.wait { board.processes(of: task).isEmpty })
        board.end()
    }

    @Test("A command begins in the worker's folder, and its program is looked for from there")
    func folder() {
        let place = ClaimedTask.sample("pwd")
        let program = ClaimedTask.sample("", kind: .command(["./true"]))
        let board = Bench([place, program], folder: "/usr/bin")
        #expect(board.result(of: place) == ["complete \"/usr/bin\\n\""])
        #expect(board.result(of: program) == ["complete -"])
        board.end()
    }

    @Test func inputLargerThanAPipeThatNobodyReads() {
        let input = "\"" + String(repeating: "x", count: 1_000_000) + "\""
        let reader = ClaimedTask.sample("wc -c", input: input)
        let ignorer = ClaimedTask.sample("echo 1", input: input)
        let closer = ClaimedTask.sample("head -c 10; exec <&-; echo done >&2", input: input)
        let board = Bench([reader, ignorer, closer])
        #expect(board.result(of: reader) == ["complete 1000002"])
        #expect(board.result(of: ignorer) == ["complete 1"])
        #expect(board.result(of: closer) == ["complete \"\\\"xxxxxxxxx\""])
        board.end()
    }

    @Test func outputBeyondTheLimitIsDropped() throws {
        let long = "head -c 3000000 /dev/zero | tr '\\0'"
        let writer = ClaimedTask.sample("\(long) x; \(long) y >&2")
        let failing = ClaimedTask.sample("\(long) y >&2; echo END >&2; exit 1")
        let board = Bench([writer, failing])
        let output = try #require(board.result(of: writer).first)
        let missing = 3_000_000 - OutputHead.bytesMax + 64
        let ending = output.suffix(40)
        #expect(ending.hasSuffix("xx\\n[\(missing) bytes more were dropped]\""))
        #expect(output.utf8.count <= OutputHead.bytesMax + "complete ".utf8.count)
        let error = try #require(board.result(of: failing).first)
        let (start, end) = (error.prefix(40), error.suffix(10))
        #expect(start.hasPrefix("fail true exit status 1: yyyy"))
        #expect(end == "yyyyyyyEND")
        #expect(error.utf8.count > OutputTail.bytesMax && error.utf8.count <= 65_536)
        board.end()
    }

    @Test(arguments: [
        (
            StepKind.command(["/no/such/program"]),
            "fail false cannot start /no/such/program: No such file or directory"
        ),
        (.command(["/etc/passwd"]), "fail false cannot start /etc/passwd: Permission denied"),
        (.command([]), "fail false the step names no program"),
    ])
    func cannotStart(_ kind: StepKind, _ expected: String) {
        let task = ClaimedTask.sample("", kind: kind)
        let board = Bench([task])
        #expect(board.result(of: task) == [expected])
        board.end()
    }
}

/// Stops: what the processes and the board see of them.
@Suite(.serialized) struct CommandStopTests {
    /// Says that it has begun, on standard error, by a file in /proc: its own command line.
    static let honours = "trap 'exit 0' TERM; while :; do sleep 0.05; done"
    static let ignores = "trap '' TERM; while :; do sleep 0.05; done"
    /// A grace in milliseconds longer than anything here is waited for: what ends in time was not
    /// killed for it.
    static let endless = 10 * ScriptedBoard.patienceMilliseconds
    /// The leader goes at once, its child only when it has cleaned up.
    static let lingers =
        "sh -c 'trap \"sleep 0.2; exit\" TERM; while :; do sleep 0.05; done' & exec sleep 600"

    @Test(
        arguments: [
            (honours, endless, 0), ("sleep 600", endless, 0),
            ("sleep 600 & kill -STOP $$", endless, 0), (lingers, endless, 150), (ignores, 300, 300),
        ] as [(String, Int64, Int64)])
    func toldToStop(_ script: String, _ grace: Int64, _ takesAtLeast: Int64) {
        let task = ClaimedTask.sample(script)
        let board = Bench([task])
        // The leader sleeps at once; its child only when it has said what it does with SIGTERM.
        board.waitForProcesses(of: task, sleeping: script == Self.lingers ? 2 : 1)
        let began = Environment.live.monotonicMilliseconds()
        board.script.tell(task.task, graceMilliseconds: grace)
        #expect(board.result(of: task) == ["stopped"])
        // Every process was gone when it was said.
        #expect(board.processes(of: task).isEmpty)
        #expect(Environment.live.monotonicMilliseconds() - began + 1 >= takesAtLeast)
        board.end()
    }

    @Test func toldOnlyByAHeartbeat() {
        let task = ClaimedTask.sample("sleep 600", heartbeatMilliseconds: 50)
        let board = Bench([task])
        board.waitForProcesses(of: task)
        board.script.tell(task.task, graceMilliseconds: Self.endless, isSilent: true)
        #expect(board.result(of: task) == ["stopped"])
        board.end()
    }

    @Test(arguments: [false, true])
    func takenAway(isSilent: Bool) {
        let task = ClaimedTask.sample(Self.ignores, heartbeatMilliseconds: isSilent ? 50 : 3_000)
        let board = Bench([task])
        board.waitForProcesses(of: task)
        board.script.revoke(task.task, isSilent: isSilent)
        #expect(board.script.wait { board.processes(of: task).isEmpty })
        board.end()
        #expect(board.script.results(of: task.task) == [])
    }

    @Test func stoppedBeforeItBegan() {
        let told = ClaimedTask.sample("echo 1")
        let revoked = ClaimedTask.sample("echo 1")
        let board = Bench([])
        board.script.tell(told.task, graceMilliseconds: 1_000)
        board.script.revoke(revoked.task)
        board.script.offer([revoked, told])
        #expect(board.result(of: told) == ["stopped"])
        board.end()
        #expect(board.script.results(of: revoked.task) == [])
    }

    @Test func refusedForNowIsOfferedAgain() {
        let task = ClaimedTask.sample("echo 1")
        let board = Bench([])
        board.script.refuse([.overloaded, .storageFull, .unavailable])
        board.script.offer([task])
        #expect(board.result(of: task) == ["complete 1"])
        board.end()
    }

    @Test func serverEnds() {
        let tasks = [Self.honours, Self.ignores].map { ClaimedTask.sample($0) }
        let board = Bench(tasks, drainMilliseconds: 200)
        for task in tasks { board.waitForProcesses(of: task) }
        board.end()
        for task in tasks {
            #expect(board.result(of: task) == ["release"])
            #expect(board.processes(of: task).isEmpty)
        }
    }

    @Test func theServersEndIsToldWithoutWaiting() {
        let file = "/tmp/signalbox-test-\(Environment.live.newIdentifier() as RunID)"
        let task = ClaimedTask.sample(
            "trap '' TERM; while ! test -e \(file); do sleep 0.05; done")
        let board = Bench([task], drainMilliseconds: Self.endless)
        board.waitForProcesses(of: task)
        board.worker.beginDrain()
        #expect(board.script.results(of: task.task) == [])
        close(open(file, O_CREAT | O_WRONLY, 0o600))
        defer { unlink(file) }
        board.worker.finishDrain()
        #expect(board.script.results(of: task.task) == ["release"])
    }

    @Test func onlySoManyAtOnce() {
        let count = CommandWorker.commandsMax
        let tasks = (0...count).map { _ in ClaimedTask.sample("exec sleep 600") }
        let board = Bench(tasks)
        for task in tasks[..<count] { board.waitForProcesses(of: task) }
        // A busy machine lets some of them say twice that they live.
        #expect(Set(board.script.reports.map(\.task)).count == count)
        board.script.tell(tasks[0].task, graceMilliseconds: Self.endless)
        board.waitForProcesses(of: tasks[count])
        board.end()
    }
}

/// What a restart finds.
@Suite(.serialized) struct LeftoverTests {
    @Test func earlierServersCommandsAreKilledAndLost() throws {
        let store = "/test/\(Environment.live.newIdentifier() as RunID)"
        let mine = try command("setsid sleep 600 & sleep 600; :", store: store)
        let foreign = try command("exec sleep 600", store: store + "/other")
        let script = ScriptedBoard(held: ["a", "b"])
        _ = script.wait { marked(store).count == 3 }
        let worker = CommandWorker(board: script.board, store: store)
        let found = worker.recover()
        #expect(found == Leftovers(killed: 3, lost: 2))
        #expect(script.lost == ["a", "b"])
        #expect(mine.leaderHasEnded)
        #expect(marked(store).isEmpty)
        #expect(!foreign.leaderHasEnded)
        foreign.send(SIGKILL)
        #expect(foreign.reap() == .signal(SIGKILL))
        #expect(mine.reap() == .signal(SIGKILL))
    }

    private func command(_ script: String, store: String) throws -> ProcessGroup {
        let process = try CommandProcess(
            starting: ["/bin/sh", "-c", script],
            variables: ["PATH=/usr/bin:/bin", "SIGNALBOX_TASK=t", "SIGNALBOX_STORE=\(store)"])
        return process.group
    }

    private func marked(_ store: String) -> [pid_t] {
        ProcessTable.numbers().filter { number in
            ProcessTable.variables(of: number)?.contains {
                $0.elementsEqual("SIGNALBOX_STORE=\(store)".utf8)
            } ?? false
        }
    }
}

/// A worker on a scripted board.
final class Bench {
    let script = ScriptedBoard()
    let worker: CommandWorker

    init(_ tasks: [ClaimedTask], folder: String? = nil, drainMilliseconds: Int64 = 10_000) {
        worker = CommandWorker(
            board: script.board, store: "/test/bench", folder: folder,
            drainMilliseconds: drainMilliseconds)
        worker.start()
        script.offer(tasks)
    }

    func end() { worker.drain() }

    /// The reports of a task, once there is one; none when there was none in time.
    func result(of task: ClaimedTask) -> [String] {
        _ = script.wait { !script.results(of: task.task).isEmpty }
        return script.results(of: task.task)
    }

    func waitForProcesses(of task: ClaimedTask, sleeping count: Int = 1) {
        // Its shell is past its first lines when it has a child, or has become its last program.
        let began = script.wait {
            processes(of: task).count { number in name(of: number) == "sleep" } >= count
        }
        #expect(began)
    }

    func processes(of task: ClaimedTask) -> [pid_t] {
        let mark = Array("SIGNALBOX_TASK=\(task.task)".utf8)
        return ProcessTable.numbers().filter { number in
            guard let status = ProcessTable.status(of: number), !status.hasEnded else {
                return false
            }
            return ProcessTable.variables(of: number)?.contains { $0.elementsEqual(mark) } ?? false
        }
    }

    private func name(of number: pid_t) -> String {
        guard let file = fopen("/proc/\(number)/comm", "r") else { return "" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        guard fgets(&line, 64, file) != nil else { return "" }
        let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
