/// The value of Date as IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
/// - Parameter seconds: since 1970, not before it.
/// - Source: RFC 9110, section 5.6.7.
package func httpDate(seconds: Int64) -> [UInt8] {
    let seconds = max(0, seconds)
    let days = seconds / 86_400
    let (year, month, day) = civil(days)
    let weekday = Int((days + 4) % 7)
    let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { digits($0) }
    let text =
        "\(weekdays[weekday]), \(digits(day)) \(months[Int(month) - 1]) "
        + "\(digits(year, width: 4)) \(time[0]):\(time[1]):\(time[2]) GMT"
    return Array(text.utf8)
}

private let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
private let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

private func digits(_ value: Int64, width: Int = 2) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// Year, month and day of a day counted from 1970, in the Gregorian calendar, by counting from a
/// March so that the leap day comes last.
private func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
}
