import HTTP

/// The routes of a style by the number of segments a path has, which dismisses most of them without
/// a look at the path. Within a row they stay in the author's order.
struct RouteTable: Sendable {
    private let bySegments: [[Route]]

    init(_ routes: [Route], slashOptional: Bool) {
        let most = routes.map { $0.pattern.segmentsMax(slashOptional: slashOptional) }.max() ?? 0
        bySegments = (0...most).map { count in
            routes.filter { $0.pattern.takes(count, slashOptional: slashOptional) }
        }
    }

    /// Those that may match a path of so many segments, in the order in which they are tried.
    func routes(ofSegments count: Int) -> [Route] {
        bySegments.indices.contains(count) ? bySegments[count] : []
    }
}
