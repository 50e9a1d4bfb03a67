import Glibc
import RunEngine
import Runs

/// What `serve` prints once it is ready, besides that.
struct Greeting {
    let data: String
    /// Whether there was no key in the folder before this start.
    let isFirst: Bool
    let engine: RunEngine

    func say(_ listen: ListenPlace, port: UInt16, demo: WorkflowID?) {
        let path = AdminKey.path(in: data)
        signalbox.say(keyLine(path, isTerminal: isatty(STDOUT_FILENO) == 1))
        guard let demo else { return }
        signalbox.say(
            "\nThe workflow demo is installed. For each style, two lines to paste: one starts a "
                + "run, the other stops it.\n")
        for line in Demo(workflow: demo, at: listen, port: port, keyPath: path).lines {
            signalbox.say(line)
        }
    }

    /// Where the key is; the key itself only to a person who has not seen it yet; how to get one
    /// where the file holds none that is good.
    func keyLine(_ path: String, isTerminal: Bool) -> String {
        let remedy = "make one: stop the server, signalbox key reset --data \(data)"
        guard let bytes = contents(of: path, bytesMax: AdminKey.bytesMax) else {
            return "there is no key in \(path); \(remedy)"
        }
        let key = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard engine.authenticate(key) != nil else {
            return "the key in \(path) is not valid; \(remedy)"
        }
        return isFirst && isTerminal
            ? "your key is \(key), kept in \(path)" : "your key is in \(path)"
    }
}
