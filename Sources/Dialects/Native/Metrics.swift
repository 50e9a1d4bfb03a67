import Dialect
import HTTP

/// A number that is watched over time, or several of them told apart by one label.
package struct Metric: Sendable {
    /// How the number moves.
    package enum Kind: String, Sendable {
        /// Only grows.
        case counter
        case gauge
    }

    package let name: String
    package let help: String
    package let kind: Kind
    /// The name of the label; nil for a single number.
    package let label: String?
    /// Each with the value of its label, which is empty for a single number.
    package let samples: [(label: String, value: Double)]

    /// A single number.
    package init(_ kind: Kind, _ name: String, _ value: Double, _ help: String) {
        self.init(kind, name, by: nil, [("", value)], help)
    }

    /// Numbers that belong together.
    package init(
        _ kind: Kind, _ name: String, by label: String?,
        _ samples: [(label: String, value: Double)], _ help: String
    ) {
        self.kind = kind
        self.name = name
        self.label = label
        self.samples = samples
        self.help = help
    }
}

extension Native {
    /// What Prometheus reads. It is of the whole server and of no tenant, so any key will do that
    /// may look at something.
    static func metricRoutes(_ settings: Settings) -> [Route] {
        let metrics = settings.metrics
        return [
            Route(native: .get, "/metrics", .read) { _ in
                var response = Response(status: 200, body: text(of: metrics()))
                response.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                return response
            }
        ]
    }

    /// The metrics in Prometheus' text format, version 0.0.4.
    package static func text(of metrics: [Metric]) -> [UInt8] {
        var text = ""
        for metric in metrics {
            let name = metric.name
            text += "# HELP \(name) \(escaped(metric.help))\n"
            text += "# TYPE \(name) \(metric.kind.rawValue)\n"
            for sample in metric.samples {
                let label = metric.label.map { "{\($0)=\"\(escaped(sample.label))\"}" } ?? ""
                text += "\(name)\(label) \(written(sample.value))\n"
            }
        }
        return Array(text.utf8)
    }

    /// Whole numbers without a fraction, as far as they are exact.
    private static func written(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// A quotation mark needs it in a label only; in a help it is allowed, and there is none.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"": escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
