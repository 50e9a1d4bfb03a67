/// The end of the program before its work was done: a status and one line that says why.
struct Exit: Error, Equatable {
    /// How the program ends: as in `sysexits.h`, so that a supervisor can tell what to repeat.
    enum Status: Int32, Sendable {
        case success = 0
        /// The server refused what a client command asked for.
        case refused = 1
        /// The run that was asked about did not succeed, or not yet.
        case unsuccessful = 2
        /// Unknown command or flag, malformed value of one.
        case usage = 64
        /// The data in the folder is damaged, or newer than the program.
        case data = 65
        /// No server answers.
        case unavailable = 69
        /// Our own fault, or storage failed: to be started again.
        case software = 70
        /// Another process owns the data folder.
        case temporary = 75
        /// Settings in the environment, or that contradict each other.
        case configuration = 78
    }

    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }
}
