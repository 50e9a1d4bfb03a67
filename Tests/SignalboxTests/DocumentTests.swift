import JSON
import Testing

@testable import signalbox

/// `Program.version` is the one place that says it; the document that is served says the same.
@Test func nativeDocumentHasTheProgramsVersion() throws {
    let document = try JSONValue(parsing: try #require(Documents.all()["native"]))
    #expect(document["info"]?["version"]?.asString == Program.version)
}
