/// `signalbox serve`.
enum Serve {
    static func run(_ arguments: [String], environment: [String: String]) throws(Exit) {
        var settings = ServeSettings()
        let parser = FlagParser(flags: ServeFlags.all)
        try parser.apply(environment, to: &settings)
        let words = try parser.parse(arguments, into: &settings)
        guard words.isEmpty else {
            throw Exit(.usage, "serve takes no \(words[0]); see signalbox --help")
        }
        try settings.check()
    }
}
