/// A path with parameters: `/execute_flow/{id}/cancel`; `{id?}` also takes an empty segment.
package struct Pattern: Sendable {
    private enum Element {
        case literal([UInt8])
        case parameter(String, mayBeEmpty: Bool)
    }

    /// The pattern as it was written; it names the route in logs and fingerprints.
    package let text: String
    private let elements: [Element]

    /// A pattern written in our own sources, starting with a slash.
    package init(_ text: String) {
        self.text = text
        elements = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            guard $0.hasPrefix("{"), $0.hasSuffix("}") else { return .literal(Array($0.utf8)) }
            let name = $0.dropFirst().dropLast()
            return name.hasSuffix("?")
                ? .parameter(String(name.dropLast()), mayBeEmpty: true)
                : .parameter(String(name), mayBeEmpty: false)
        }
    }

    /// The parameters of a path that has this shape, decoded.
    /// - Parameter slashOptional: whether one empty segment at the end is ignored.
    /// - Returns: nil when a literal differs, or a parameter is empty or not text.
    package func match(_ segments: [Segment], slashOptional: Bool = false) -> PathParameters? {
        match(segments[...], slashOptional: slashOptional)
    }

    /// The same for a part of a path, such as what follows a vendor's prefix. The pattern `/` also
    /// matches no segment at all.
    package func match(
        _ segments: ArraySlice<Segment>, slashOptional: Bool = false
    ) -> PathParameters? {
        guard takes(segments.count, slashOptional: slashOptional) else { return nil }
        let start = segments.startIndex
        if segments.count > elements.count, !segments[start + elements.count].isEmpty { return nil }
        if segments.isEmpty { return PathParameters(pairs: []) }
        // From the end, where the patterns of a style differ.
        for index in elements.indices.reversed()
        where !isPossible(elements[index], segments[start + index]) {
            return nil
        }
        var pairs: [(String, String)] = []
        for case (.parameter(let name, _), let segment) in zip(elements, segments) {
            guard let text = segment.text else { return nil }
            pairs.append((name, text))
        }
        return PathParameters(pairs: pairs)
    }

    /// Whether a path of so many segments may match.
    package func takes(_ count: Int, slashOptional: Bool) -> Bool {
        count == elements.count || (slashOptional && count == elements.count + 1)
            || (count == 0 && text == "/")
    }

    /// The segments of the longest path that may match.
    package func segmentsMax(slashOptional: Bool) -> Int {
        elements.count + (slashOptional ? 1 : 0)
    }

    /// Compares what needs no decoding, so that most patterns are dismissed without an allocation.
    private func isPossible(_ element: Element, _ segment: Segment) -> Bool {
        switch element {
        case .literal(let bytes): segment.equals(bytes)
        case .parameter(_, let mayBeEmpty): mayBeEmpty || !segment.isEmpty
        }
    }
}

/// What the parameters of a pattern stand for in one path.
package struct PathParameters: Sendable {
    private let pairs: [(String, String)]

    /// Names with decoded values.
    package init(pairs: [(String, String)]) {
        self.pairs = pairs
    }

    /// The decoded value of a parameter; nil when the pattern has none of this name.
    package subscript(_ name: String) -> String? {
        pairs.first { $0.0 == name }?.1
    }
}
