package import FleetModel

/// The words of the table language for values, both ways where a table writes them.
package struct TableWords: Sendable {
    /// Where the table's clock began; times are told from here: `+2h`.
    package let start: Timestamp

    package init(start: Timestamp) { self.start = start }

    package func time(_ time: Timestamp) -> String {
        let span = time - start
        return (span < .zero ? "" : "+") + Self.span(span)
    }

    /// `1h30m`, `500ms`, `0s`, `forever`: without spaces.
    package static func span(_ span: TimeSpan) -> String {
        if span == .forever { return "forever" }
        if span == .zero { return "0s" }
        if span.milliseconds % 1_000 != 0 { return "\(span.milliseconds)ms" }
        let sign = span < .zero ? "-" : ""
        let seconds = span.milliseconds.magnitude / 1_000
        let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        return sign + parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    /// `n1:0,1 n2:3`: devices of one node are told together.
    package static func devices(_ keys: [DeviceKey]) -> String {
        if keys.isEmpty { return "none" }
        var words: [(node: Substring, indices: String)] = []
        for key in keys {
            let cut = key.name.lastIndex(of: ":") ?? key.name.endIndex
            let node = key.name[..<cut], index = key.name[cut...].dropFirst()
            if words.last?.node == node {
                words[words.count - 1].indices += ",\(index)"
            } else {
                words.append((node, "\(index)"))
            }
        }
        return words.map { "\($0.node):\($0.indices)" }.joined(separator: " ")
    }

    package static func outcome(_ outcome: AttemptOutcome) -> String {
        switch outcome {
        case .exited(let code): "exited \(code)"
        case .signalled(let signal): "signalled \(signal)"
        case .killed: "killed"
        case .neverBegan: "neverBegan"
        case .launchFailed: "launchFailed"
        case .nodeLost: "nodeLost"
        case .unknown: "unknown"
        }
    }

    package static func reason(_ reason: EndReason) -> String {
        switch reason {
        case .finished: "finished"
        case .expired: "expired"
        case .returned(let user): "returned \(user)"
        case .idle: "idle"
        case .preempted: "preempted"
        case .drained: "drained"
        case .revoked(let user, _): "revoked \(user)"
        case .nodeLost: "nodeLost"
        case .deviceFailed: "deviceFailed"
        case .launchFailed: "launchFailed"
        }
    }
}
