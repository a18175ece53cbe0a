/// Writes OpenMetrics 1.0: families one after the other, each with its type, unit and help before its samples, and the end
/// marked.
struct MetricsText {
    /// The types that are used here.
    enum Kind: String {
        case counter, gauge, histogram, info
        /// A number whose name is given by somebody else, and doesn't end as OpenMetrics has it.
        case unknown
    }

    typealias Labels = [(name: String, value: String)]

    static let mediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    private(set) var text = ""
    private var family = ""

    /// Begins a family. The name of one with a unit ends with it; samples of counters end with `_total`, of infos with `_info`.
    mutating func begin(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
        family = name
        text += "# TYPE \(name) \(kind.rawValue)\n"
        if let unit { text += "# UNIT \(name) \(unit)\n" }
        text += "# HELP \(name) \(Self.escaped(help))\n"
    }

    mutating func add(_ suffix: String = "", _ labels: Labels = [], _ value: Int64) {
        write(suffix, labels, "\(value)")
    }

    mutating func add(_ suffix: String = "", _ labels: Labels = [], _ value: Double) {
        write(suffix, labels, "\(value)")
    }

    private mutating func write(_ suffix: String, _ labels: Labels, _ value: String) {
        let inner = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        text += family + suffix + (labels.isEmpty ? "" : "{\(inner)}") + " \(value)\n"
    }

    /// The whole, with its end.
    var finished: String { text + "# EOF\n" }

    static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
