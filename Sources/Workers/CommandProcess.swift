import CLinux
import Glibc

/// A started command: the leader of a process group of its own, and our ends of its pipes.
struct CommandProcess: ~Copyable {
    let group: ProcessGroup
    /// Readable when the leader has ended; not open where the kernel has no such descriptors.
    let exit: Descriptor
    var input: Descriptor
    var output: Descriptor
    var errors: Descriptor

    /// Starts a program, looked up along `PATH`, with nothing of ours but the variables given.
    /// - Parameters:
    ///   - command: the program and its arguments; not empty.
    ///   - variables: `NAME=value` each, the whole environment.
    ///   - folder: where it begins, and where a program with a slash in its name is looked for; nil
    ///     for our working directory.
    init(
        starting command: [String], variables: [String], folder: String? = nil
    ) throws(SystemError) {
        let input = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()
        let ends = [input.reading.number, output.writing.number, errors.writing.number]
        let leader = try Self.spawn(
            command, variables: variables, folder: folder, standard: ends)
        group = ProcessGroup(leader: leader)
        exit = Descriptor(owning: pidfd_open(leader, 0))
        self.input = input.writing
        self.output = output.reading
        self.errors = errors.reading
        self.input.makeNonblocking()
        self.output.makeNonblocking()
        self.errors.makeNonblocking()
    }

    private static func spawn(
        _ command: [String], variables: [String], folder: String?, standard ends: [Int32]
    ) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, end) in ends.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, end, Int32(target))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, Int32(ends.count))
        if let folder { posix_spawn_file_actions_addchdir_np(&actions, folder) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        giveFreshState(&attributes)
        var leader: pid_t = 0
        let status = withCStrings(command) { arguments in
            withCStrings(variables) { variables in
                posix_spawnp(
                    &leader, arguments[0] ?? strdup(""), &actions, &attributes, arguments,
                    variables)
            }
        }
        guard status == 0 else { throw SystemError(code: status) }
        return leader
    }

    /// A group of its own; no signal ignored or blocked, whatever we ignore and block.
    private static func giveFreshState(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

extension SystemError {
    /// Whether starting the same program may work later: something had run out.
    var isPassing: Bool {
        [EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY].contains(code)
    }
}
