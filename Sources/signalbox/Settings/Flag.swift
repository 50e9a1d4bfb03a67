/// A value that does not have the form its setting wants.
struct Malformed: Error, Equatable {
    /// What it should have been: completes "--loops wants ...".
    let wanted: String

    init(_ wanted: String) {
        self.wanted = wanted
    }
}

/// One setting. Its row is all there is to know of it: parsing, help and README come from the rows.
struct Flag<Target>: Sendable {
    enum Argument: Hashable, Sendable {
        /// Present or not.
        case none
        /// One value, named like this in the help.
        case one(String)
        /// As many as wanted.
        case many(String)
    }

    /// Without the dashes.
    let name: String
    let argument: Argument
    /// The default, as a person would write it; nil when there is none.
    let standard: String?
    let help: String
    let set: @Sendable (inout Target, String) throws(Malformed) -> Void

    init(
        _ name: String, _ argument: Argument = .none, standard: String? = nil, help: String,
        set: @escaping @Sendable (inout Target, String) throws(Malformed) -> Void
    ) {
        self.name = name
        self.argument = argument
        self.standard = standard
        self.help = help
        self.set = set
    }

    /// Its name in the environment: `SIGNALBOX_PUBLIC_URL` for `public-url`.
    var environmentName: String {
        SettingsEnvironment.prefix
            + String(
                decoding: name.utf8.map { byte in
                    switch byte {
                    case UInt8(ascii: "-"): UInt8(ascii: "_")
                    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
                    default: byte
                    }
                }, as: UTF8.self)
    }

    /// `--listen ADDRESS`, as the help shows it.
    var usage: String {
        switch argument {
        case .none: "--\(name)"
        case .one(let value), .many(let value): "--\(name) \(value)"
        }
    }
}

/// Reads a whole number of 1 to 15 ASCII digits.
func wholeNumber(_ text: some StringProtocol) -> Int64? {
    guard (1...15).contains(text.utf8.count),
        text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int64(text)
}

/// Reads seconds as a decimal number with at most three digits after the point, into milliseconds.
func milliseconds(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = parts.first.flatMap({ wholeNumber($0) }), seconds < 1_000_000_000 else {
        return nil
    }
    guard parts.count == 2 else { return seconds * 1000 }
    let digits = parts[1] + String(repeating: "0", count: max(0, 3 - parts[1].utf8.count))
    guard (1...3).contains(parts[1].utf8.count), let rest = wholeNumber(digits) else { return nil }
    return seconds * 1000 + rest
}
