// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled under the same rules: Swift 6, and a warning is an error.
let rules: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A module of the program. Its dependencies are the import table of the project: a tidy test holds
/// the sources against this list.
func module(_ name: String, in folder: String? = nil, uses dependencies: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) },
        path: "Sources/\(folder.map { $0 + "/" } ?? "")\(name)", swiftSettings: rules)
}

func tests(_ name: String, of modules: [String]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: modules.map { .init(stringLiteral: $0) },
        path: "Tests/\(name)Tests", swiftSettings: rules)
}

let styles = ["Feather", "Extend", "Wexa", "Agno", "Kubiya", "Native"]
let styleBase = ["HTTP", "JSON", "Digest", "Runs", "RunEngine"]

let package = Package(
    name: "signalbox",
    targets: [
        .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
        .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
        .target(name: "CAssets", path: "Sources/CAssets"),
        module("SQLite", uses: ["CSQLite"]),
        module("JSON"),
        module("HTTP"),
        module("HTTPServer", uses: ["HTTP", "CLinux"]),
        module("Digest"),
        module("Runs", uses: ["JSON"]),
        module("RunStore", uses: ["Runs", "SQLite", "JSON"]),
        module("RunEngine", uses: ["Runs", "RunStore", "Digest", "JSON"]),
        module("Dialect", in: "Dialects", uses: styleBase),
    ] + styles.map { module($0, in: "Dialects", uses: ["Dialect"] + styleBase) } + [
        module("Workers", uses: ["Runs", "RunEngine", "JSON", "CLinux"]),
        .executableTarget(
            name: "signalbox",
            dependencies: [
                "CAssets", "CLinux", "SQLite", "JSON", "HTTP", "HTTPServer", "Digest", "Runs",
                "RunStore", "RunEngine",
                "Dialect", "Feather", "Extend", "Wexa", "Agno", "Kubiya", "Native", "Workers",
            ],
            path: "Sources/signalbox", swiftSettings: rules),
        // Rows of bytes for the tests of two modules.
        .target(
            name: "Checklist", dependencies: ["HTTP"], path: "Tests/Checklist",
            swiftSettings: rules),
        tests("SQLite", of: ["SQLite"]),
        tests("JSON", of: ["JSON"]),
        tests("HTTP", of: ["HTTP", "Checklist"]),
        tests("HTTPServer", of: ["HTTPServer", "HTTP", "CLinux", "Checklist"]),
        tests("Digest", of: ["Digest"]),
        tests("Runs", of: ["Runs", "JSON"]),
        tests("RunStore", of: ["RunStore", "Runs", "SQLite"]),
        tests("RunEngine", of: ["RunEngine", "RunStore", "Runs", "JSON"]),
        tests("Dialects", of: ["Dialect"] + styles + styleBase + ["RunStore"]),
        tests("Workers", of: ["Workers", "RunEngine", "RunStore", "Runs"]),
        tests("Signalbox", of: ["signalbox"]),
        tests("Tidy", of: []),
    ])
