import Dialect
import JSON
import RunEngine
import Runs

/// Who an execution is about, as its create body says it.
struct Lead {
    /// The label that cancels and lists find the executions of a phone number by.
    static let phoneLabel = "feather.phone"
    /// The same for the customer's lead.
    static let leadLabel = "feather.lead"
    /// Bytes of either: they are looked up by label, and a label's value is no longer.
    static let textBytesMax = 255
    /// Bytes of metadata, written as compact JSON.
    static let metadataBytesMax = 65_536

    var customerLeadID = ""
    var primaryPhone = ""
    var metadata = JSONObject()
    var variables = JSONObject()
    var priorityDate: JSONValue = .null

    /// What an execution shows: its create body, with metadata as last replaced. A run of another
    /// style has none of it but what was put there since.
    init(_ details: RunDetails) {
        if details.run.origin == .feather, let body = object(details.data.input) {
            customerLeadID = body["customerLeadId"]?.asString ?? ""
            primaryPhone = body["primaryPhone"]?.asString ?? ""
            metadata = body["metadata"]?.asObject ?? metadata
            variables = body["variables"]?.asObject ?? variables
            priorityDate = body["priorityDate"] ?? .null
        }
        metadata = details.data.annotation.flatMap(object) ?? metadata
    }
}

/// What a create asks for.
struct ExecutionRequest {
    let customerLeadID: String
    let primaryPhone: String
    let startAt: Timestamp?

    /// - Throws: `.input` for members that are missing or wrong. Unknown ones are ignored.
    /// - Source: Feather contract, section 3, CreateBody.
    init(_ body: Body) throws(Refusal) {
        var body = body
        let lead = body.requiredString("customerLeadId", 1...Lead.textBytesMax)
        let phone = body.requiredString("primaryPhone", 1...Lead.textBytesMax)
        for (name, text) in [("customerLeadId", lead), ("primaryPhone", phone)] {
            if let text, text.utf8.count > Lead.textBytesMax {
                body.fault(name, .tooLong(Lead.textBytesMax))
            }
        }
        for name in ["zipcode", "state", "forwardingPhoneNumber"] { _ = body.string(name) }
        _ = body.object("variables")
        _ = readMetadata(&body)
        _ = body.timestamp("priorityDate")
        _ = body.integer("attempt", 0...Int64.max)
        startAt = body.timestamp("startAt")
        try body.check()
        // Both are there after the check; a missing one has thrown.
        customerLeadID = lead ?? ""
        primaryPhone = phone ?? ""
    }

    var labels: [Label] {
        [
            Label(name: Lead.phoneLabel, value: primaryPhone),
            Label(name: Lead.leadLabel, value: customerLeadID),
        ]
    }
}

/// The `metadata` member, held to its limit.
func readMetadata(_ body: inout Body) -> JSONObject? {
    guard let metadata = body.object("metadata") else { return nil }
    if JSONValue.object(metadata).serialized().count > Lead.metadataBytesMax {
        body.fault("metadata", .value("is larger than \(Lead.metadataBytesMax) bytes"))
    }
    return metadata
}

/// An object out of stored JSON text; nil for anything else.
private func object(_ text: String) -> JSONObject? {
    (try? JSONValue(parsing: text))?.asObject
}
