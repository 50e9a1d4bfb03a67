/// What lies in the repository.
enum RepositoryRules {
    private static let topLevel: Set<Substring> = [
        "Package.swift", "Sources", "Tests", "README.md", "openapi", "Makefile",
    ]

    /// - Parameter tracked: the paths git keeps.
    static func violations(in tracked: [String]) -> [String] {
        tracked.filter { path in
            guard let first = path.split(separator: "/").first else { return false }
            let isMade = first.hasPrefix(".build") || path.hasSuffix("Package.resolved")
            return isMade || !first.hasPrefix(".") && !topLevel.contains(first)
        }
    }
}
