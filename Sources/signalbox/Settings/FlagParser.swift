/// Reads a command line by a table of flags. Both `--flag value` and `--flag=value` are taken, and
/// `--` ends the flags.
struct FlagParser<Target> {
    let flags: [Flag<Target>]
    /// Whose flags these are: `serve`, `run list`.
    var command = "serve"

    /// - Returns: the words that are no flags, in their order.
    /// - Throws: status 64 for an unknown flag, a missing or malformed value, a flag given twice.
    func parse(_ arguments: [String], into target: inout Target) throws(Exit) -> [String] {
        var rest = arguments[...]
        var words: [String] = []
        var seen: Set<String> = []
        while let argument = rest.popFirst() {
            if argument == "--" { return words + rest }
            guard argument.utf8.starts(with: "-".utf8), argument != "-" else {
                words.append(argument)
                continue
            }
            let (flag, attached) = try find(argument)
            if case .many = flag.argument {
            } else if !seen.insert(flag.name).inserted {
                throw Exit(.usage, "--\(flag.name) is given twice")
            }
            let value = try value(of: flag, attached: attached, from: &rest)
            do throws(Malformed) {
                try flag.set(&target, value)
            } catch {
                throw Exit(.usage, "--\(flag.name) wants \(error.wanted)")
            }
        }
        return words
    }

    private func find(_ argument: String) throws(Exit) -> (Flag<Target>, attached: String?) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let flag = flags.first(where: { "--" + $0.name == parts[0] }) else {
            throw Exit(.usage, HelpText.unknownFlag(String(parts[0]), of: command))
        }
        return (flag, parts.count == 2 ? String(parts[1]) : nil)
    }

    private func value(
        of flag: Flag<Target>, attached: String?, from rest: inout ArraySlice<String>
    ) throws(Exit) -> String {
        switch flag.argument {
        case .none:
            guard attached == nil else { throw Exit(.usage, "--\(flag.name) takes no value") }
            return ""
        case .one(let placeholder), .many(let placeholder):
            guard let value = attached ?? rest.popFirst() else {
                throw Exit(.usage, "--\(flag.name) wants a value: \(placeholder)")
            }
            return value
        }
    }

    /// Takes the settings that the environment holds for these flags.
    /// - Parameter environment: every name that begins with `SIGNALBOX_`, with its value.
    /// - Throws: status 78 for a malformed value.
    func apply(_ environment: [String: String], to target: inout Target) throws(Exit) {
        for flag in flags {
            guard let text = environment[flag.environmentName] else { continue }
            for value in try values(of: flag, in: text) {
                do throws(Malformed) {
                    try flag.set(&target, value)
                } catch {
                    throw Exit(.configuration, "\(flag.environmentName) wants \(error.wanted)")
                }
            }
        }
    }

    private func values(of flag: Flag<Target>, in text: String) throws(Exit) -> [String] {
        switch flag.argument {
        case .one: return [text]
        case .many:
            return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        case .none:
            switch text {
            case "1", "true": return [""]
            case "0", "false": return []
            default: throw Exit(.configuration, "\(flag.environmentName) wants 1 or 0")
            }
        }
    }
}
