import Glibc
import Testing

@testable import signalbox

/// The README's tables are those of the program. `UPDATE_GOLDEN=1` writes them anew.
@Test(arguments: [
    ("settings", FlagHelp.markdown(ServeFlags.all)), ("limits", FlagHelp.markdown(Limit.all)),
    ("client settings", FlagHelp.markdown(ClientFlags.common)),
])
func readmeHasTable(_ name: String, _ rows: [String]) throws {
    let path =
        String(#filePath.dropLast("Tests/SignalboxTests/ReadmeTests.swift".utf8.count))
        + "README.md"
    let bytes = try #require(contents(of: path, bytesMax: 1 << 20))
    let lines = String(decoding: bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex(of: "<!-- \(name) -->"))
    let end = try #require(lines.firstIndex(of: "<!-- end of \(name) -->"))
    if getenv("UPDATE_GOLDEN") != nil {
        let text = (lines[...start] + rows + lines[end...]).joined(separator: "\n")
        let file = open(path, O_WRONLY | O_TRUNC)
        #expect(writeAll(Array(text.utf8), to: file))
        close(file)
    } else {
        #expect(lines[(start + 1)..<end].elementsEqual(rows))
    }
}
