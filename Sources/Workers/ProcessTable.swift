import Glibc

/// What /proc says of the processes of this machine.
enum ProcessTable {
    /// How many processes are looked at, at most.
    static let processesMax = 65_536
    /// How much of a process's environment is looked at, in bytes.
    static let environmentBytesMax = 1 << 20

    /// What is known of a process.
    struct Status: Hashable {
        let group: pid_t
        /// It has ended and is not reaped.
        let hasEnded: Bool
    }

    /// The numbers of all processes, at most `processesMax`.
    static func numbers() -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var numbers: [pid_t] = []
        while numbers.count < processesMax, let entry = readdir(folder) {
            if let number = number(of: entry) { numbers.append(number) }
        }
        return numbers
    }

    /// Nil when there is no such process any more.
    static func status(of number: pid_t) -> Status? {
        guard let bytes = contents(of: "/proc/\(number)/stat", bytesMax: 4096),
            let name = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        // Behind the name, which may hold anything: state, parent, group.
        let fields = bytes[(name + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 3)
        guard fields.count > 3, let state = fields[0].first,
            let group = pid_t(String(decoding: fields[2], as: UTF8.self))
        else { return nil }
        return Status(group: group, hasEnded: "ZXx".utf8.contains(state))
    }

    /// The environment a process of this user was started with, `NAME=value` each; nil when it is
    /// another's, or gone.
    static func variables(of number: pid_t) -> [ArraySlice<UInt8>]? {
        var facts = stat()
        guard stat("/proc/\(number)", &facts) == 0, facts.st_uid == getuid() else { return nil }
        return contents(of: "/proc/\(number)/environ", bytesMax: environmentBytesMax)?
            .split(separator: 0)
    }

    /// The name of an entry as a number, by its bytes.
    private static func number(of entry: UnsafeMutablePointer<dirent>) -> pid_t? {
        withUnsafeBytes(of: &entry.pointee.d_name) { name in
            let digits = name.prefix { $0 != 0 }
            guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
            return pid_t(String(decoding: digits, as: UTF8.self))
        }
    }

    private static func contents(of path: String, bytesMax: Int) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < bytesMax {
            let transfer = buffer.withUnsafeMutableBytes { file.read(into: $0) }
            guard case .bytes(let count) = transfer else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }
}
