/// Who waits for a topic, by number, in the order in which they are called. Joining, going and
/// being called cost the same however many there are: whoever went stays in the list until it is
/// passed over or cleared.
struct Line {
    /// Numbers of nobody that are kept whatever there is.
    static let staleMax = 64

    private var numbers: [UInt64] = []
    /// Where the list begins: what is before was called or passed over.
    private var head = 0
    /// How many are there.
    private(set) var count = 0

    /// All who are there, and some who went.
    var all: ArraySlice<UInt64> { numbers[head...] }

    mutating func join(_ number: UInt64) {
        numbers.append(number)
        count += 1
    }

    /// Notes that somebody went who is in `room` no more.
    mutating func go<Waiter>(_ room: [UInt64: Waiter]) {
        count -= 1
        clearIfLong(room)
    }

    /// Whose turn it is: who has waited longest since it came or was called. It goes to the end.
    mutating func next<Waiter>(_ room: [UInt64: Waiter]) -> UInt64? {
        while head < numbers.count {
            let number = numbers[head]
            head += 1
            guard room[number] != nil else { continue }
            numbers.append(number)
            clearIfLong(room)
            return number
        }
        return nil
    }

    private mutating func clearIfLong<Waiter>(_ room: [UInt64: Waiter]) {
        guard numbers.count > 2 * count + Self.staleMax else { return }
        numbers = all.filter { room[$0] != nil }
        head = 0
    }
}
