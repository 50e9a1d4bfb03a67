import JSON
import Runs
import SQLite

/// The states of a run's steps, in one column beside the run, so that a stop touches one row.
///
/// A JSON array of one array a step, in the order of the definition: state, attempt, failures,
/// losses, due, started, ended, how, told, acknowledged (all milliseconds or null), late, worker,
/// error.
enum StepsColumn {
    static func text(_ steps: [Step]) -> String {
        var writer = JSONWriter(reserving: 16 + 96 * steps.count)
        writer.array { writer in
            for step in steps { write(step, to: &writer) }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    static func steps(_ text: borrowing Row, _ column: Int32) throws(SQLiteError) -> [Step] {
        let value = text.withBytes(column) { bytes in
            try? JSONValue(
                parsing: bytes.bindMemory(to: UInt8.self),
                limits: JSONLimits(depthMax: 3, membersMax: 10_000))
        }
        guard let rows = value?.asArray else { throw .unreadable("steps") }
        var steps: [Step] = []
        steps.reserveCapacity(rows.count)
        for row in rows {
            guard let fields = row.asArray, let step = step(fields) else {
                throw .unreadable("step")
            }
            steps.append(step)
        }
        return steps
    }

    private static func write(_ step: Step, to writer: inout JSONWriter) {
        func moment(_ timestamp: Timestamp?, _ writer: inout JSONWriter) {
            if let timestamp {
                writer.int(timestamp.milliseconds)
            } else {
                writer.null()
            }
        }
        func text(_ text: String?, _ writer: inout JSONWriter) {
            if let text {
                writer.string(text)
            } else {
                writer.null()
            }
        }
        writer.array { writer in
            writer.string(step.state.rawValue)
            writer.int(Int64(step.attempt))
            writer.int(Int64(step.failures))
            writer.int(Int64(step.losses))
            moment(step.dueAt, &writer)
            moment(step.startedAt, &writer)
            moment(step.endedAt, &writer)
            text(step.how?.rawValue, &writer)
            moment(step.toldAt, &writer)
            moment(step.acknowledgedAt, &writer)
            writer.bool(step.isLate)
            text(step.worker, &writer)
            text(step.error, &writer)
        }
    }

    private static func step(_ fields: [JSONValue]) -> Step? {
        guard fields.count == 13, let word = fields[0].asString,
            let state = StepState(rawValue: word),
            let attempt = fields[1].asInteger, let failures = fields[2].asInteger,
            let losses = fields[3].asInteger
        else { return nil }
        func moment(_ index: Int) -> Timestamp? {
            fields[index].asInteger.map(Timestamp.init)
        }
        var step = Step(state: state)
        step.attempt = Int(attempt)
        step.failures = Int(failures)
        step.losses = Int(losses)
        step.dueAt = moment(4)
        step.startedAt = moment(5)
        step.endedAt = moment(6)
        step.how = fields[7].asString.flatMap(How.init)
        step.toldAt = moment(8)
        step.acknowledgedAt = moment(9)
        step.isLate = fields[10].asBool ?? false
        step.worker = fields[11].asString
        step.error = fields[12].asString
        return step
    }
}
