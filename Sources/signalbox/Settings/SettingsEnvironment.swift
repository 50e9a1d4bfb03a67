/// The settings among the environment's variables.
enum SettingsEnvironment {
    /// What the name of every setting begins with.
    static let prefix = "SIGNALBOX_"
    /// Names that are ours and no flags: what the commands of a workflow find in theirs.
    static let others: Set<String> = [
        "SIGNALBOX_TASK", "SIGNALBOX_RUN", "SIGNALBOX_STEP", "SIGNALBOX_ATTEMPT",
        "SIGNALBOX_STORE",
    ]

    /// - Parameter bytes: the variables as `/proc/self/environ` has them, NUL after each.
    /// - Returns: every variable whose name begins with `SIGNALBOX_`.
    /// - Throws: status 78 for one of them that no flag is called after, or that is not UTF-8.
    static func read(_ bytes: [UInt8], known: Set<String>) throws(Exit) -> [String: String] {
        var found: [String: String] = [:]
        for variable in bytes.split(separator: 0) {
            guard variable.starts(with: prefix.utf8) else { continue }
            let parts = variable.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = String(validating: parts[0], as: UTF8.self),
                let value = String(validating: parts[1], as: UTF8.self)
            else { throw Exit(.configuration, "a SIGNALBOX_ variable is not UTF-8 text") }
            if others.contains(name) { continue }
            guard known.contains(name) else {
                throw Exit(.configuration, "\(name) is no setting; see signalbox --help")
            }
            found[name] = value
        }
        return found
    }

    /// The variables this process was started with.
    static func bytes() -> [UInt8] {
        contents(of: "/proc/self/environ", bytesMax: 4 << 20) ?? []
    }
}
