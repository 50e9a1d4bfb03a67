import SQLite

/// Why the store did not do the work. Nothing of it is in the database.
package enum StoreError: Error, Sendable {
    /// The writer's queue is full, or the work waited too long in it (reliability T4).
    case overloaded
    /// The disk is full (reliability S10).
    case full
    /// The store is closing, or a look-up took longer than it may.
    case unavailable
    /// The file is newer than this program, not a database, or damaged (reliability S14, S15).
    case unusable(String)
    /// Anything else that SQLite answered.
    case sqlite(SQLiteError)

    /// What an error of SQLite means for the one who asked.
    init(_ error: SQLiteError) {
        if error.isFull {
            self = .full
        } else if error.isInterrupted || error.isFatal {
            // Who waits is told to come again: a fatal error ends the process (reliability S9).
            self = .unavailable
        } else {
            self = .sqlite(error)
        }
    }
}
