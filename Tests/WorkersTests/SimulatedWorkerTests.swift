import Runs
import Testing

@testable import RunEngine
@testable import Workers

struct SimulatedWorkerTests {
    @Test func goesThroughAWholeLife() {
        let script = ScriptedBoard()
        let worker = SimulatedWorker(board: script.board, milliseconds: 2_000)
        worker.start()
        let task = ClaimedTask.sample("", kind: .queue("llm"), heartbeatMilliseconds: 50)
        script.offer([task])
        #expect(script.wait { !script.results(of: task.task).isEmpty })
        worker.drain()
        let said = script.reports.map(\.report)
        // How far it says it is depends on how soon the machine lets its thread run.
        #expect(said.first?.hasPrefix(#"heartbeat {"percent":"#) == true)
        #expect(said.last == #"complete {"simulated":true,"step":"work","attempt":1}"#)
    }

    @Test(arguments: [true, false])
    func acknowledgesAStop(isSilent: Bool) {
        let script = ScriptedBoard()
        let worker = SimulatedWorker(board: script.board, milliseconds: 600_000)
        worker.start()
        let pause: Int64 = isSilent ? 50 : 600_000
        let task = ClaimedTask.sample("", kind: .queue("llm"), heartbeatMilliseconds: pause)
        let revoked = ClaimedTask.sample("", kind: .queue("llm"), heartbeatMilliseconds: pause)
        script.offer([task, revoked])
        #expect(script.wait { script.reports.count >= 2 })
        script.revoke(revoked.task, isSilent: isSilent)
        script.tell(task.task, graceMilliseconds: 600_000, isSilent: isSilent)
        #expect(script.wait { !script.results(of: task.task).isEmpty })
        worker.drain()
        #expect(script.results(of: task.task) == ["stopped"])
        #expect(script.results(of: revoked.task) == [])
    }

    @Test func holdsSoManyAndHandsThemBack() {
        let script = ScriptedBoard(held: ["old"])
        let worker = SimulatedWorker(board: script.board, milliseconds: 600_000)
        #expect(worker.recover() == 1)
        #expect(script.lost == ["old"])
        worker.start()
        let count = SimulatedWorker.tasksMax
        let tasks = (0...count).map { _ in ClaimedTask.sample("", kind: .queue("q")) }
        script.offer(tasks)
        #expect(script.wait { script.reports.count == count })
        #expect(!script.reports.contains { $0.task == tasks[count].task })
        worker.drain()
        #expect(tasks[..<count].allSatisfy { script.results(of: $0.task) == ["release"] })
        #expect(script.results(of: tasks[count].task) == [])
    }
}
