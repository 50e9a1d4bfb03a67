/// A moment: whole milliseconds since 1970-01-01T00:00:00Z, set by the server (reliability T11).
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The moment so many milliseconds later, held at the ends of the range instead of overflowing.
    package func adding(milliseconds more: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(more)
        return Timestamp(milliseconds: overflow ? (more < 0 ? .min : .max) : sum)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
    package var rfc3339: String { text(fraction: 3, zone: "Z") }

    /// ISO 8601 in UTC with microseconds (the last three digits are zero).
    /// - Parameter zone: how UTC is written: `Z` or `+00:00`.
    package func microseconds(zone: String) -> String { text(fraction: 6, zone: zone) }

    /// Seconds since the epoch with a fraction, as a decimal literal: `1745220609.001`.
    package var decimalSeconds: String {
        let (seconds, rest) = split
        return "\(seconds).\(padded(rest, to: 3))"
    }

    /// Whole seconds since the epoch, rounded down.
    package var seconds: Int64 { split.seconds }

    private var split: (seconds: Int64, rest: Int64) {
        let (quotient, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return rest < 0 ? (quotient - 1, rest + 1000) : (quotient, rest)
    }

    /// Written digit by digit: every answer holds a few of these.
    private func text(fraction digits: Int, zone: String) -> String {
        let (seconds, rest) = split
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - day * 86_400
        let date = CivilDate(daysSinceEpoch: day)
        return String(unsafeUninitializedCapacity: 32) { buffer in
            var at = 0
            func write(_ number: Int64, width: Int, then separator: Unicode.Scalar?) {
                var left = number
                for place in (at..<at + width).reversed() {
                    buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: left % 10)
                    left /= 10
                }
                at += width
                guard let separator else { return }
                buffer[at] = UInt8(ascii: separator)
                at += 1
            }
            write(max(0, min(date.year, 9999)), width: 4, then: "-")
            write(date.month, width: 2, then: "-")
            write(date.day, width: 2, then: "T")
            write(second / 3600, width: 2, then: ":")
            write(second / 60 % 60, width: 2, then: ":")
            write(second % 60, width: 2, then: ".")
            write(rest, width: 3, then: nil)
            if digits > 3 { write(0, width: min(digits - 3, 3), then: nil) }
            for byte in zone.utf8.prefix(6) {
                buffer[at] = byte
                at += 1
            }
            return at
        }
    }
}

/// A day of the Gregorian calendar, for years 0 to 9999.
struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    /// Counts in eras of 400 years that begin on 1 March, so that a leap day is the last of its
    /// year.
    init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; nil for a day that the calendar does not have.
    static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return nil
        }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let ofEra = shiftedYear - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        let back = CivilDate(daysSinceEpoch: days)
        return back.month == month && back.day == day ? days : nil
    }
}

extension Timestamp {
    /// Reads RFC 3339: date, `T` or a space, time, any fraction (kept to the millisecond), and `Z`
    /// or an offset. Nil for anything else, a leap second included.
    package init?(rfc3339 text: String) {
        var bytes = ArraySlice(text.utf8)
        func number(_ digits: Int) -> Int64? {
            guard bytes.count >= digits else { return nil }
            var value: Int64 = 0
            for _ in 0..<digits {
                guard let byte = bytes.popFirst(), (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        func take(_ allowed: String) -> UInt8? {
            guard let byte = bytes.first, allowed.utf8.contains(byte) else { return nil }
            return bytes.popFirst()
        }
        guard let year = number(4), take("-") != nil, let month = number(2), take("-") != nil,
            let day = number(2), take("Tt ") != nil, let hour = number(2), take(":") != nil,
            let minute = number(2), take(":") != nil, let second = number(2),
            let days = CivilDate.daysSinceEpoch(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var thousandths: Int64 = 0
        if take(".") != nil {
            var weight: Int64 = 100
            guard bytes.first.map({ (48...57).contains($0) }) == true else { return nil }
            while let digit = take("0123456789") {
                thousandths += Int64(digit - 48) * weight
                weight /= 10
            }
        }
        var offset: Int64 = 0
        if let sign = take("+-") {
            guard let hours = number(2), take(":") != nil, let minutes = number(2), hours < 24,
                minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
        } else if take("Zz") == nil {
            return nil
        }
        guard bytes.isEmpty else { return nil }
        let seconds = days * 86_400 + hour * 3600 + (minute - offset) * 60 + second
        self.init(milliseconds: seconds * 1000 + thousandths)
    }
}

private func padded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
