import JSON

/// What is wrong with a document, and where.
package struct DocumentFault: Error, Hashable, Sendable {
    /// A JSON pointer (RFC 6901), such as `/steps/0/needs/1`.
    package let pointer: String
    package let reason: String
}

/// The limits of a workflow's document.
package enum WorkflowLimits {
    /// Steps and cleanup steps together (reliability, section 7).
    package static let stepsMax = 2_000
    /// Bytes of a name.
    package static let nameBytesMax = 255
    /// Entries of a command and bytes of all of them.
    package static let commandPartsMax = 256
    package static let commandBytesMax = 65_536
    /// Seconds of a grace period.
    package static let graceSecondsMax: Double = 3_600
    /// Seconds of a timer, a time-out or a back-off: a year.
    package static let secondsMax: Double = 31_536_000
    package static let attemptsMax: Int64 = 100
}

extension WorkflowDefinition {
    /// Reads the native form of a workflow that somebody writes: it has to have steps. One that is
    /// stored already may be without.
    package static func parse(
        written document: JSONValue
    ) throws(DocumentFault) -> (name: String, definition: WorkflowDefinition) {
        let parsed = try parse(document)
        if document["steps"]?.asArray?.isEmpty ?? true {
            throw DocumentFault(
                pointer: "/steps",
                reason: "must have one step at least, such as "
                    + #"{"name": "work", "queue": "default"}"#)
        }
        return parsed
    }

    /// Reads the native form of a workflow.
    /// - Returns: its name and what it says; without steps, one task on the queue `default`.
    /// - Throws: the first fault: a member of the wrong type or out of range, an unknown member,
    ///   two steps of one name, a need that names no step, a circle.
    /// - Source: design.md, "Workflows and steps".
    package static func parse(
        _ document: JSONValue
    ) throws(DocumentFault) -> (name: String, definition: WorkflowDefinition) {
        let members = try Members(document, at: "")
        try members.allow(["name", "grace_s", "timeout_s", "steps", "cleanup"])
        let name = try members.name("name")
        if let reason = refusal(ofName: name) { throw members.fault("name", reason) }
        var definition = WorkflowDefinition(
            graceMilliseconds: try members.seconds("grace_s", max: WorkflowLimits.graceSecondsMax),
            timeoutMilliseconds: try members.seconds("timeout_s"), steps: [])
        definition.steps = try steps(members, "steps", isCleanup: false)
        if definition.steps.isEmpty { definition.steps = single().steps }
        let cleanup = try steps(members, "cleanup", isCleanup: true)
        let offset = definition.steps.count
        definition.steps += cleanup.map { step in
            var moved = step
            moved.needs = step.needs.map { $0 + offset }
            return moved
        }
        try definition.checkNames()
        return (name, definition)
    }

    private static func steps(
        _ members: Members, _ name: String, isCleanup: Bool
    ) throws(DocumentFault) -> [StepDefinition] {
        let items = try members.array(name)
        if items.count > WorkflowLimits.stepsMax {
            throw members.fault(name, "has more than \(WorkflowLimits.stepsMax) steps")
        }
        var steps: [StepDefinition] = []
        var positions: [[UInt8]: Int] = [:]
        var needs: [[JSONValue]] = []
        for (index, item) in items.enumerated() {
            let fields = try Members(item, at: "/\(name)/\(index)")
            steps.append(try step(fields, isCleanup: isCleanup))
            needs.append(try fields.array("needs"))
            positions[Array(steps[index].name.utf8)] = index
        }
        for (index, names) in needs.enumerated() {
            for (place, need) in names.enumerated() {
                guard let position = need.asString.flatMap({ positions[Array($0.utf8)] }) else {
                    throw DocumentFault(
                        pointer: "/\(name)/\(index)/needs/\(place)", reason: "names no step here")
                }
                if !steps[index].needs.contains(position) { steps[index].needs.append(position) }
            }
        }
        try refuseCircles(steps, at: "/\(name)")
        return steps
    }

    private static func step(
        _ fields: Members, isCleanup: Bool
    ) throws(DocumentFault) -> StepDefinition {
        try fields.allow([
            "name", "needs", "queue", "command", "sleep_s", "approval", "timeout_s", "retry",
        ])
        let kinds = ["queue", "command", "sleep_s", "approval"].filter { fields.has($0) }
        guard kinds.count == 1, let word = kinds.first else {
            throw fields.fault("", "needs one of queue, command, sleep_s, approval")
        }
        let kind: StepKind
        switch word {
        case "queue":
            let queue = try fields.name("queue")
            if queue.hasPrefix("$") { throw fields.fault("queue", "must not begin with $") }
            kind = .queue(queue)
        case "command": kind = .command(try fields.command("command"))
        case "sleep_s": kind = .sleep(milliseconds: try fields.seconds("sleep_s") ?? 0)
        default: kind = .approval(try fields.name("approval", bytesMax: 65_536))
        }
        return StepDefinition(
            name: try fields.name("name"), kind: kind,
            timeoutMilliseconds: try fields.seconds("timeout_s"),
            retry: try retry(fields), isCleanup: isCleanup)
    }

    private static func retry(_ fields: Members) throws(DocumentFault) -> Retry {
        guard fields.has("retry") else { return Retry() }
        let members = try fields.object("retry")
        try members.allow(["max_attempts", "backoff_s"])
        let attempts = try members.integer("max_attempts", 1...WorkflowLimits.attemptsMax) ?? 1
        return Retry(
            attemptsMax: Int(attempts),
            backoffMilliseconds: try members.seconds("backoff_s") ?? 0)
    }

    /// Takes away what needs nothing that is left, until nothing moves: what stays is a circle.
    private static func refuseCircles(
        _ steps: [StepDefinition], at pointer: String
    ) throws(DocumentFault) {
        var open = steps.map(\.needs.count)
        var followers = [[Int]](repeating: [], count: steps.count)
        for (index, step) in steps.enumerated() {
            for need in step.needs { followers[need].append(index) }
        }
        var ready = open.indices.filter { open[$0] == 0 }
        var done = 0
        while let next = ready.popLast() {
            done += 1
            for follower in followers[next] {
                open[follower] -= 1
                if open[follower] == 0 { ready.append(follower) }
            }
        }
        if done < steps.count {
            throw DocumentFault(pointer: pointer, reason: "the needs form a circle")
        }
    }

    /// Names are compared byte for byte: Swift's `==` takes other spellings of one letter as equal.
    private func checkNames() throws(DocumentFault) {
        if steps.count > WorkflowLimits.stepsMax {
            throw DocumentFault(
                pointer: "/cleanup", reason: "more than \(WorkflowLimits.stepsMax) steps in all")
        }
        var seen: Set<[UInt8]> = []
        let firstCleanup = steps.firstIndex(where: \.isCleanup) ?? steps.count
        for (index, step) in steps.enumerated() where !seen.insert(Array(step.name.utf8)).inserted {
            let pointer =
                step.isCleanup ? "/cleanup/\(index - firstCleanup)/name" : "/steps/\(index)/name"
            throw DocumentFault(pointer: pointer, reason: "another step has this name")
        }
    }
}

/// The members of one object of the document.
private struct Members {
    private let object: JSONObject
    private let pointer: String

    init(_ value: JSONValue, at pointer: String) throws(DocumentFault) {
        guard let object = value.asObject else {
            throw DocumentFault(pointer: pointer, reason: "must be an object")
        }
        self.object = object
        self.pointer = pointer
    }

    func fault(_ name: String, _ reason: String) -> DocumentFault {
        DocumentFault(pointer: name.isEmpty ? pointer : "\(pointer)/\(name)", reason: reason)
    }

    func has(_ name: String) -> Bool { object[name].map { !$0.isNull } ?? false }

    func allow(_ names: [String]) throws(DocumentFault) {
        for name in object.names where !names.contains(name) {
            let escaped = name.split(separator: "~", omittingEmptySubsequences: false)
                .joined(separator: "~0").split(separator: "/", omittingEmptySubsequences: false)
                .joined(separator: "~1")
            throw fault(escaped, "is not a member of a workflow document")
        }
    }

    func name(
        _ name: String, bytesMax: Int = WorkflowLimits.nameBytesMax
    ) throws(DocumentFault) -> String {
        guard let text = object[name]?.asString else { throw fault(name, "must be a string") }
        guard (1...bytesMax).contains(text.utf8.count) else {
            throw fault(name, "must have 1 to \(bytesMax) bytes")
        }
        return text
    }

    func array(_ name: String) throws(DocumentFault) -> [JSONValue] {
        guard has(name) else { return [] }
        guard let items = object[name]?.asArray else { throw fault(name, "must be an array") }
        return items
    }

    func object(_ name: String) throws(DocumentFault) -> Members {
        try Members(object[name] ?? .null, at: "\(pointer)/\(name)")
    }

    func integer(
        _ name: String, _ range: ClosedRange<Int64>
    ) throws(DocumentFault) -> Int64? {
        guard has(name) else { return nil }
        guard let number = object[name]?.asInteger, range.contains(number) else {
            throw fault(name, "must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// - Returns: milliseconds.
    func seconds(
        _ name: String, max: Double = WorkflowLimits.secondsMax
    ) throws(DocumentFault) -> Int64? {
        guard has(name) else { return nil }
        guard let number = object[name]?.asDouble, number >= 0, number <= max else {
            throw fault(name, "must be a number of seconds from 0 to \(Int64(max))")
        }
        return Int64((number * 1000).rounded())
    }

    func command(_ name: String) throws(DocumentFault) -> [String] {
        let parts = try array(name).compactMap(\.asString)
        let count = try array(name).count
        let bytes = parts.reduce(0) { $0 + $1.utf8.count }
        guard parts.count == count, (1...WorkflowLimits.commandPartsMax).contains(count),
            bytes <= WorkflowLimits.commandBytesMax, parts.first?.isEmpty == false
        else { throw fault(name, "must be an array of strings: a program and its arguments") }
        return parts
    }
}
