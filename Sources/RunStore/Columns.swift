import Runs
import SQLite

extension Row {
    borrowing func timestamp(_ column: Int32) -> Timestamp {
        Timestamp(milliseconds: int(column))
    }

    borrowing func optionalTimestamp(_ column: Int32) -> Timestamp? {
        optionalInt(column).map(Timestamp.init)
    }

    borrowing func identifier<Named>(
        _ column: Int32
    ) throws(SQLiteError) -> Identifier<Named> {
        let identifier = withBytes(column) { bytes in Identifier<Named>(bytes: bytes) }
        guard let identifier else { throw .unreadable("identifier") }
        return identifier
    }

    /// A word of one of our closed vocabularies.
    borrowing func word<Word: RawRepresentable<String>>(
        _ column: Int32
    ) throws(SQLiteError) -> Word {
        guard let word = Word(rawValue: text(column)) else { throw .unreadable("\(Word.self)") }
        return word
    }

    borrowing func optionalWord<Word: RawRepresentable<String>>(
        _ column: Int32
    ) throws(SQLiteError) -> Word? {
        isNull(column) ? nil : try word(column)
    }
}

extension Value {
    static func timestamp(_ timestamp: Timestamp) -> Value { .integer(timestamp.milliseconds) }

    static func timestamp(orNull timestamp: Timestamp?) -> Value {
        .integer(orNull: timestamp?.milliseconds)
    }

    static func identifier<Named>(_ identifier: Identifier<Named>) -> Value {
        .blob(identifier.bytes)
    }
}

/// The eleven columns of a stop, which a run and a tombstone share.
enum StopColumns {
    static let names = """
        stop_from_state, stop_mode, stop_reason, stop_actor, stop_style, stop_request, stop_at, \
        stop_grace, stop_escalated_at, stop_escalated_by, stop_repeats
        """
    static let placeholders = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

    static func read(_ row: borrowing Row, from first: Int32) throws(SQLiteError) -> Stop? {
        guard !row.isNull(first) else { return nil }
        return Stop(
            fromState: try row.word(first), mode: try row.word(first + 1),
            reason: row.optionalText(first + 2),
            author: Author(
                actor: row.text(first + 3), style: try row.word(first + 4),
                requestID: row.text(first + 5)),
            requestedAt: row.timestamp(first + 6), graceMilliseconds: row.int(first + 7),
            escalatedAt: row.optionalTimestamp(first + 8),
            escalatedBy: row.optionalText(first + 9), repeats: Int(row.int(first + 10)))
    }

    static func values(_ stop: Stop?) -> [Value] {
        guard let stop else { return [Value](repeating: .null, count: 10) + [.integer(0)] }
        return [
            .text(stop.fromState.rawValue), .text(stop.mode.rawValue), .text(orNull: stop.reason),
            .text(stop.author.actor), .text(stop.author.style.rawValue),
            .text(stop.author.requestID), .timestamp(stop.requestedAt),
            .integer(stop.graceMilliseconds), .timestamp(orNull: stop.escalatedAt),
            .text(orNull: stop.escalatedBy), .integer(Int64(stop.repeats)),
        ]
    }
}
