import Dialect
import JSON
import RunEngine

/// What a create asks for.
/// - Source: Extend contract, section 4.1.
struct RunRequest {
    /// Bytes of metadata, written as compact JSON: the vendor's 10 KB.
    static let metadataBytesMax = 10_240
    /// The member of the metadata that holds usage tags.
    static let tagsName = "extend:usage_tags"

    let workflow: WorkflowName
    /// `draft`, or a number as text; nil for the newest.
    let version: String?

    /// - Throws: `.input` for members that are missing or wrong. Unknown ones are ignored.
    init(_ body: Body) throws(Refusal) {
        var body = body
        let named = readWorkflow(&body)
        readFiles(&body)
        _ = body.integer("priority", 1...100)
        readMetadata(&body)
        _ = body.object("secrets")
        try body.check()
        // It is there after the check; a missing one has thrown.
        workflow = ExtendID.workflow(named?.id ?? "")
        version = named?.version
    }
}

private func readWorkflow(_ body: inout Body) -> (id: String, version: String?)? {
    guard let object = body.requiredObject("workflow") else { return nil }
    var workflow = Body(object, at: ["body", "workflow"])
    let id = workflow.requiredString("id", 1...255)
    let version = workflow.string("version", 1...255)
    body.add(workflow.faults)
    return id.map { ($0, version) }
}

private func readMetadata(_ body: inout Body) {
    guard let metadata = body.object("metadata") else { return }
    if JSONValue.object(metadata).serialized().count > RunRequest.metadataBytesMax {
        body.fault("metadata", .value("is larger than 10 KB"))
    }
    if let tags = metadata[RunRequest.tagsName],
        tags.asArray?.allSatisfy({ $0.asString != nil }) != true
    {
        body.fault("metadata", .value("has \(RunRequest.tagsName) that is no array of strings"))
    }
}

/// `file` or `package`, and `outputs`, which go with a file only.
private func readFiles(_ body: inout Body) {
    let file = body.object("file")
    let package = body.object("package")
    let outputs = body.array("outputs", 0...10_000)
    switch (file, package) {
    case (let file?, nil):
        readFile(file, ["body", "file"], mayBeText: true, &body)
        readOutputs(outputs ?? [], &body)
    case (nil, let package?):
        readPackage(package, &body)
        if outputs != nil { body.fault("outputs", .value("does not go with package")) }
    case (.some, .some): body.fault("package", .value("does not go with file: send one"))
    // A member of the wrong type was noted already.
    case (nil, nil) where body.faults.contains { ["file", "package"].contains($0.name) }: break
    case (nil, nil): body.fault("file", .missing)
    }
}

/// One of `url`, `id` and `text`.
private func readFile(
    _ file: JSONObject, _ location: [JSONValue], mayBeText: Bool, _ body: inout Body
) {
    var file = Body(file, at: location)
    let sources = [
        file.string("url", 1...Body.textMax), file.string("id", 1...255),
        file.value("text").flatMap(\.asString),
    ]
    let given = ["url", "id", "text"].filter { file.members[$0].map { !$0.isNull } ?? false }
    if given.count != 1 {
        file.fault("url", .value("or id or text has to be given, and one of them only"))
    } else if given == ["text"], !mayBeText {
        file.fault("text", .value("is not possible in a package"))
    } else if given == ["text"], sources[2] == nil {
        file.fault("text", .type("string"))
    }
    _ = file.string("name", 0...Body.textMax)
    if let settings = file.object("settings") {
        var settings = Body(settings, at: location + ["settings"])
        _ = settings.string("password")
        file.add(settings.faults)
    }
    body.add(file.faults)
}

private func readPackage(_ package: JSONObject, _ body: inout Body) {
    var package = Body(package, at: ["body", "package"])
    guard let files = package.array("files", 2...50) else {
        if !package.has("files") { package.fault("files", .missing) }
        return body.add(package.faults)
    }
    var seen: Set<[UInt8]> = []
    for (index, entry) in files.enumerated() {
        let location: [JSONValue] = ["body", "package", "files", .int(index)]
        guard let file = entry.asObject else {
            package.add([Fault(location, .type("object"), input: entry)])
            continue
        }
        readFile(file, location, mayBeText: false, &package)
        for name in ["url", "id"] {
            guard let text = file[name]?.asString else { continue }
            if !seen.insert(Array("\(name):\(text)".utf8)).inserted {
                package.add([Fault(location, .value("is there twice"), input: entry)])
            }
        }
    }
    body.add(package.faults)
}

/// Each names a processor and what it is to have put out.
private func readOutputs(_ outputs: [JSONValue], _ body: inout Body) {
    for (index, entry) in outputs.enumerated() {
        let location: [JSONValue] = ["body", "outputs", .int(index)]
        guard let object = entry.asObject else {
            body.add([Fault(location, .type("object"), input: entry)])
            continue
        }
        var output = Body(object, at: location)
        _ = output.requiredString("processorId", 1...255)
        _ = output.requiredObject("output")
        body.add(output.faults)
    }
}
