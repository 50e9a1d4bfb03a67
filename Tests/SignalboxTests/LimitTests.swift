import Testing

@testable import signalbox

/// Every limit takes its least and its greatest value and none beyond, and means what it says.
@Test(arguments: Limit.all.map(\.name))
func limitHasEdges(_ name: String) throws {
    let limit = try #require(Limit.all.first { $0.name == name })
    let (least, greatest) = (limit.range.lowerBound, limit.range.upperBound)
    for value in [least, greatest] {
        var limits = ServeLimits()
        limit.set(&limits, try limit.value(limit.written(value)))
        #expect(limit.get(limits) == value)
    }
    #expect(throws: Malformed.self) { try limit.value(limit.written(greatest + 1)) }
    if least > 0 {
        #expect(throws: Malformed.self) { try limit.value(limit.written(least - 1)) }
    }
    #expect(throws: Malformed.self) { try limit.value("-1") }
    #expect(limit.range.contains(limit.get(ServeLimits())), "the default is allowed")
}
