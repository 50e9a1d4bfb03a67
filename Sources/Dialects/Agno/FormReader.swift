import Dialect
import JSON

/// The fields of a form, read one by one with their faults collected: read everything, then
/// `check()`. An empty value counts as none, as on the vendor's server.
struct FormReader {
    private let form: Form
    private var faults: [Dialect::Fault]

    /// A field given twice is refused, and so is a file: which value counts is nobody's choice, and
    /// no field of a run takes a file.
    init(_ form: Form) {
        self.form = form
        faults = []
        var names = Set<[UInt8]>()
        for field in form.fields {
            if !names.insert(Array(field.name.utf8)).inserted {
                fault(field.name, .value("is given twice"), field.value)
            }
            if field.isFile { fault(field.name, .type("string")) }
        }
    }

    func text(_ name: String) -> String? {
        let field = form.fields.first { $0.name.utf8.elementsEqual(name.utf8) }
        return field.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// A text that can stand in a path: 1 to 255 characters, none of them a control, `/` or `\`.
    mutating func name(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        let most = WorkflowRunForm.nameMax
        if text.unicodeScalars.count > most { return wrong(name, .tooLong(most), text) }
        let isPossible = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
        }
        guard isPossible, text != ".", text != ".." else {
            return wrong(name, .value("cannot stand in a path"), text)
        }
        return text
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let text = text(name) else { return nil }
        return Self.truth(text) ?? wrong(name, .type("boolean"), text)
    }

    /// The spellings the vendor's server takes, in any case.
    static func truth(_ text: String) -> Bool? {
        switch String(decoding: text.utf8.map(lowered), as: UTF8.self) {
        case "true", "1", "yes", "on", "t", "y": true
        case "false", "0", "no", "off", "f", "n": false
        default: nil
        }
    }

    mutating func integer(_ name: String) -> Int64? {
        guard let text = text(name) else { return nil }
        return wholeNumber(text) ?? wrong(name, .type("integer"), text)
    }

    mutating func fault(_ name: String, _ kind: FaultKind, _ value: String? = nil) {
        faults.append(Fault(["body", .string(name)], kind, input: value.map(JSONValue.string)))
    }

    /// - Throws: `.input` with all faults, when there are any.
    func check() throws(Refusal) {
        if !faults.isEmpty { throw .input(faults) }
    }

    private mutating func wrong<T>(_ name: String, _ kind: FaultKind, _ text: String) -> T? {
        fault(name, kind, text)
        return nil
    }
}
