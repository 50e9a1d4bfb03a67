/// The names of all commands, and what to say of words that are none of them.
enum CommandNames {
    static let all = ["serve", KeyReset.name] + ClientCommand.all.map(\.name)

    /// Says which commands there are, or which one may have been meant.
    /// - Parameter words: the first one or two words of a command line that names no command.
    static func refusal(of words: [String]) -> Exit {
        let first = words.first ?? ""
        let verbs = verbs(of: first)
        guard !verbs.isEmpty else {
            let near = nearest(to: first, among: all.map { word(0, of: $0) })
            let hint = near.map { ": did you mean \($0)? See" } ?? "; see"
            return Exit(.usage, "unknown command \(first)\(hint) signalbox --help")
        }
        let list = verbs.joined(separator: ", ")
        let text =
            if words.count < 2 {
                "\(first) wants a command: \(list); see"
            } else if let near = nearest(to: words[1], among: verbs) {
                "\(first) has no command \(words[1]): did you mean \(near)? See"
            } else {
                "\(first) has no command \(words[1]), but \(list); see"
            }
        return Exit(.usage, "\(text) signalbox \(first) --help")
    }

    /// The second words of the commands that begin with this one, in the order of the help.
    private static func verbs(of group: String) -> [String] {
        all.filter { $0.hasPrefix(group + " ") }.map { word(1, of: $0) }
    }

    private static func word(_ index: Int, of name: String) -> String {
        String(name.split(separator: " ")[index])
    }

    /// The name that is few enough slips of the finger away; nil when none is.
    static func nearest(to word: String, among names: [String]) -> String? {
        let slipsMax = max(1, word.utf8.count / 3)
        let near = names.map {
            (name: $0, slips: slips(from: Array(word.utf8), to: Array($0.utf8)))
        }
        .min { $0.slips < $1.slips }
        return near.flatMap { $0.slips <= slipsMax ? $0.name : nil }
    }

    /// How many letters were added, left out, mistaken or exchanged with their neighbour: the
    /// distance of optimal string alignment, row by row.
    private static func slips(from word: [UInt8], to name: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...name.count)
        for row in word.indices {
            var next = [row + 1]
            for column in name.indices {
                let isSame = word[row] == name[column]
                var cost = min(
                    last[column + 1] + 1, next[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, word[row] == name[column - 1],
                    word[row - 1] == name[column]
                {
                    cost = min(cost, before[column - 1] + 1)
                }
                next.append(cost)
            }
            before = last
            last = next
        }
        return last[name.count]
    }
}
