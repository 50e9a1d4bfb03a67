import CSQLite
import Glibc

extension Connection {
    /// True outside a transaction; also after SQLite rolled one back by itself (reliability S10).
    package var isAutocommit: Bool { sqlite3_get_autocommit(handle) != 0 }

    /// How many rows the last INSERT, UPDATE or DELETE touched, without those of triggers.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    /// The rowid of the last successful INSERT on this connection.
    package var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// True when the file cannot be written: SQLite falls back to reading without a word when it
    /// may not open the file otherwise (reliability S5).
    package var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") != 0 }

    /// Ends what is running now with `isInterrupted`; nothing when nothing runs.
    package func interrupt() { sqlite3_interrupt(handle) }

    /// Runs `body`; once the time is over its running statement fails with `isInterrupted`.
    ///
    /// The clock is looked at between steps of SQLite's machine, so one fsync or one `read` closure
    /// is not cut. The shorter of two nested limits holds.
    /// - Parameter milliseconds: 0 or less cuts at the first look.
    package func withDeadline<T, E: Error>(
        milliseconds: Int64, _ body: () throws(E) -> T
    ) throws(E) -> T {
        let outer = deadline
        let (span, tooLong) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        let (end, tooLate) = monotonicNanoseconds().addingReportingOverflow(span)
        let inner = tooLong || tooLate ? Int64.max : end
        deadline = min(inner, outer ?? inner)
        if outer == nil { watchClock() }
        defer {
            deadline = outer
            if outer == nil { sqlite3_progress_handler(handle, 0, nil, nil) }
        }
        return try body()
    }

    /// Runs `body`; once it took about so many steps of SQLite's machine, its running statement
    /// fails with `isInterrupted`. Unlike a deadline it does not count the time that the thread has
    /// to wait for a processor. A thousand steps take about 20 microseconds.
    package func withStepLimit<T, E: Error>(
        _ steps: Int, _ body: () throws(E) -> T
    ) throws(E) -> T {
        // SQLite counts the steps of a statement over all its runs: one look says little.
        looksLeft = steps / Int(machineStepsBetweenLooks)
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            handle, machineStepsBetweenLooks,
            { context in
                guard let context else { return 0 }
                let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
                connection.looksLeft -= 1
                return connection.looksLeft < 0 ? 1 : 0
            }, context)
        defer { sqlite3_progress_handler(handle, 0, nil, nil) }
        return try body()
    }

    private func watchClock() {
        // The handler is gone before `withDeadline` returns, so the connection outlives it.
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            handle, machineStepsBetweenLooks,
            { context in
                guard let context else { return 0 }
                let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
                return monotonicNanoseconds() >= connection.deadline ?? .max ? 1 : 0
            }, context)
    }
}

/// About 20 microseconds of work: a look-up by key ends before the first look at the clock.
private let machineStepsBetweenLooks: Int32 = 1_000

private func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
