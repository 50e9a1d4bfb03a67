import Glibc
import RunEngine
import RunStore
import Runs

/// `signalbox key reset`: a new instance key for who has none any more. It needs the data folder
/// for itself, so it is for the operator alone and for a time when no server runs.
enum KeyReset {
    static let name = "key reset"
    static let help = "make a new instance key and revoke the old one; no server may run"

    static var flags: [Flag<ServeSettings>] { ServeFlags.all.filter { $0.name == "data" } }

    /// - Throws: status 75 when a server holds the folder, 78 when there is no data in it.
    static func run(_ arguments: [String], environment: [String: String]) throws(Exit) {
        var settings = ServeSettings()
        let parser = FlagParser(flags: flags, command: name)
        try parser.apply(environment, to: &settings)
        guard try parser.parse(arguments, into: &settings).isEmpty else {
            throw Exit(.usage, "usage: signalbox \(name) --data DIR")
        }
        try reset(in: settings.data)
        say("the new key is in \(AdminKey.path(in: settings.data))")
    }

    private static func reset(in path: String) throws(Exit) {
        guard access(path + "/signalbox.db", F_OK) == 0 else {
            throw Exit(.configuration, "\(path) holds no data of a server")
        }
        let folder = try DataFolder(path)
        do {
            let store = try Store(path: folder.path + "/signalbox.db", environment: .live)
            defer { store.close() }
            let engine = try RunEngine(store: store, environment: .live)
            try engine.resetInstanceKey { try AdminKey.write($0, in: path) }
        } catch StoreError.unusable(let reason) {
            throw Exit(.data, "cannot use the data in \(path): \(reason)")
        } catch let exit as Exit {
            throw exit
        } catch RunError.notFound {
            throw Exit(.data, "the data in \(path) has no instance key: start the server once")
        } catch {
            throw Exit(.software, "cannot make a key in \(path): \(error)")
        }
    }
}
