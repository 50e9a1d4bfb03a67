import JSON
import RunEngine
import Runs

extension JSONWriter {
    /// A run: one object.
    /// - Parameters:
    ///   - isWhole: false leaves out input, output and steps, as lists do.
    ///   - changed: whether the signal that is answered changed it; nil when none is.
    mutating func run(_ details: RunDetails, isWhole: Bool = true, changed: Bool? = nil) {
        let run = details.run
        object {
            $0.member("id", run.id.text)
            $0.member("alias", details.alias)
            $0.member("workflow_id", details.workflow.id.text)
            $0.member("workflow", details.workflow.name)
            $0.member("version", details.workflow.version)
            $0.member("state", run.state.word)
            $0.member("how", run.how?.word)
            $0.member("dialect", run.origin.word)
            $0.labels(details.data.labels)
            $0.times(of: run)
            $0.seconds("grace_s", run.graceMilliseconds)
            $0.member("error", details.data.error)
            $0.key("stop")
            $0.stop(run.stop)
            if isWhole { $0.contents(of: details) }
            if let changed { $0.member("changed", changed) }
        }
    }

    /// The one stop of a run, or null.
    mutating func stop(_ stop: Stop?) {
        guard let stop else { return null() }
        object {
            $0.member("mode", stop.mode.word)
            $0.member("reason", stop.reason)
            $0.member("actor", stop.author.actor)
            $0.member("dialect", stop.author.style.word)
            $0.member("request_id", stop.author.requestID)
            $0.member("from_state", stop.fromState.word)
            $0.time("requested_at", stop.requestedAt)
            $0.seconds("grace_s", stop.graceMilliseconds)
            $0.time("escalated_at", stop.escalatedAt)
            $0.member("escalated_by", stop.escalatedBy)
            $0.member("repeats", stop.repeats)
        }
    }

    /// A moment: RFC 3339 in UTC with milliseconds, or null.
    mutating func time(_ name: StaticString, _ moment: Timestamp?) {
        member(name, moment?.rfc3339)
    }

    /// Seconds, with a fraction only where there is one; nil is null.
    mutating func seconds(_ name: StaticString, _ milliseconds: Int64?) {
        guard let milliseconds else { return member(name, nil as Int64?) }
        guard milliseconds % 1000 != 0 else { return member(name, milliseconds / 1000) }
        member(name, json: Timestamp(milliseconds: milliseconds).decimalSeconds)
    }

    /// A member whose value is JSON already.
    mutating func member(_ name: StaticString, json text: String) {
        key(name)
        raw(text: text)
    }

    private mutating func labels(_ labels: [Label]) {
        key("labels")
        object { writer in
            for label in labels {
                writer.key(text: label.name)
                writer.string(label.value)
            }
        }
    }

    private mutating func times(of run: Run) {
        time("created_at", run.createdAt)
        time("start_at", run.startAt)
        time("started_at", run.startedAt)
        time("ended_at", run.endedAt)
        time("updated_at", run.updatedAt)
    }

    private mutating func contents(of details: RunDetails) {
        member("input", json: details.shownInput)
        if let output = details.data.output {
            member("output", json: output)
        } else {
            member("output", nil as String?)
        }
        key("steps")
        array { writer in
            for (step, definition) in zip(details.run.steps, details.workflow.definition.steps) {
                writer.step(step, definition)
            }
        }
    }

    private mutating func step(_ step: Step, _ definition: StepDefinition) {
        object {
            $0.member("name", definition.name)
            $0.member("state", step.state.word)
            $0.member("attempt", step.attempt)
            $0.member("how", step.how?.word)
            $0.time("started_at", step.startedAt)
            $0.time("ended_at", step.endedAt)
            $0.member("error", step.error)
            $0.member("cleanup", definition.isCleanup)
        }
    }
}

extension Receipt {
    /// What a stop did, or what is left of a deleted run.
    func write(into writer: inout JSONWriter) {
        writer.object {
            $0.member("run", run.text)
            $0.member("state", state.word)
            $0.member("how", how?.word)
            $0.time("ended_at", endedAt)
            $0.key("stop")
            $0.stop(stop)
            $0.key("steps")
            $0.array { writer in
                for record in steps { record.write(into: &writer) }
            }
            $0.key("counts")
            $0.object { writer in
                for how in How.allCases {
                    writer.key(text: how.word)
                    writer.int(Int64(counts[how] ?? 0))
                }
            }
            $0.member("deleted", deletion != nil)
            $0.key("deletion")
            write(deletion, into: &$0)
        }
    }

    private func write(_ deletion: Deletion?, into writer: inout JSONWriter) {
        guard let deletion else { return writer.null() }
        writer.object {
            $0.time("at", deletion.at)
            $0.member("actor", deletion.author.actor)
            $0.member("dialect", deletion.author.style.word)
            $0.member("request_id", deletion.author.requestID)
            $0.member("reason", deletion.reason)
        }
    }
}

extension Receipt.StepRecord {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.object {
            $0.member("name", name)
            $0.member("state", step.state.word)
            $0.member("how", step.how?.word)
            $0.member("worker", step.worker)
            $0.time("told_at", step.toldAt)
            $0.time("acknowledged_at", step.acknowledgedAt)
            $0.time("ended_at", step.endedAt)
            $0.member("late", step.isLate)
        }
    }
}
