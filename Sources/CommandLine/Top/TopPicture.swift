import FleetModel
import WireModel

/// What `top` shows of one moment.
struct TopPicture {
    private let now: TelemetryNow
    private let unicode: Bool

    private static let barWidth = 10
    private static let unknown = "-"

    init(_ now: TelemetryNow, unicode: Bool) {
        self.now = now
        self.unicode = unicode
    }

    /// The pool in a line or two.
    var totals: [String] {
        let totals = now.totals
        var states = ["\(totals.gpus.counted("GPU")): \(totals.free) free, \(totals.leased) held"]
        if totals.quarantined > 0 { states.append("\(totals.quarantined) in quarantine") }
        if totals.waiting > 0 { states.append("\(totals.waiting.counted("request")) waiting") }
        var power = "power " + Self.watts(totals.powerWatts)
        if totals.powerWatts != nil, totals.gpusWithPower < totals.gpus {
            power += " (\(totals.gpusWithPower) of \(totals.gpus.counted("GPU")) tell)"
        }
        if totals.unused > 0 {
            power += "; \(totals.unused.counted("GPU")) held and unused: \(Self.watts(totals.unusedPowerWatts))"
        }
        return [states.joined(separator: ", "), power]
    }

    var table: Table {
        Table(
            ["GPU", "MODEL", "USED", "MEMORY", "POWER", "TEMP", "WHO", "LEASE", "NAME", "LEFT"],
            now.devices.numbered.map { row($0.device, $0.number) },
            whenEmpty: "The pool has no GPU. Work for the CPU runs with: carrel run --gpus 0 -- PROGRAM",
            dispensable: ["NAME", "TEMP", "MODEL", "LEFT", "POWER", "LEASE"])
    }

    /// Lines that fit a terminal; those that don't are counted in the last one.
    func lines(width: Int, height: Int, note: String?) -> [Line] {
        var lines = totals.map { Line(text: $0, look: .head) }
        if let note { lines.append(Line(text: note.withoutControls, look: .alarm)) }
        lines.append(Line(text: "", look: .plain))
        let rows = table.text(width: width).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        for (index, row) in rows.enumerated() {
            lines.append(Line(text: String(row), look: index == 0 ? .columns : look(of: index - 1, among: rows.count - 1)))
        }
        if lines.count > height {
            let left = lines.count - height + 1
            lines =
                lines.prefix(max(0, height - 1)) + [Line(text: "\(left) more; a higher terminal shows them", look: .head)]
        }
        return lines.map { Line(text: String($0.text.prefix(width)), look: $0.look) }
    }

    struct Line {
        enum Look { case plain, head, columns, alarm, unused }
        let text: String
        let look: Look
    }

    private func look(of row: Int, among rows: Int) -> Line.Look {
        // Sentences that were continued below have lines of their own.
        guard rows == now.devices.count else { return .plain }
        let device = now.devices[row]
        return device.quarantine != nil ? .alarm : device.unused == true ? .unused : .plain
    }

    private func row(_ device: DeviceView, _ number: Int) -> [String] {
        let used = device.utilization.map { percent in
            Sparkline.bar(Double(percent) / 100, width: Self.barWidth, unicode: unicode) + " "
                + String(repeating: " ", count: max(0, 3 - "\(percent)".count)) + "\(percent) %"
        }
        let memory = device.memoryUsedBytes.map { MemoryBytes($0).text } ?? Self.unknown
        return [
            "\(number)", device.model, used ?? Self.unknown,
            "\(memory) / \(MemoryBytes(device.memoryBytes).text)", Self.watts(device.powerWatts),
            device.temperature.map { "\($0) C" } ?? Self.unknown, who(device), device.lease.map { "\($0)" } ?? "",
            (device.name ?? "") + (device.progressPercent.map { " \($0) %" } ?? ""), left(device),
        ]
    }

    private func who(_ device: DeviceView) -> String {
        let state = device.quarantine == nil ? device.state : device.lease == nil ? "quarantined" : "then quarantined"
        guard let user = device.user else { return state }
        return user + (device.quarantine == nil ? device.unused == true ? " (unused)" : "" : ", \(state)")
    }

    private func left(_ device: DeviceView) -> String {
        guard let until = device.until.flatMap({ Timestamp(utcText: $0) }), let at = Timestamp(utcText: now.at) else {
            return ""
        }
        let left = max(0, (until - at).milliseconds)
        // Seconds tell something only at the end.
        return TimeSpan(milliseconds: left >= 3_600_000 ? left / 60_000 * 60_000 : left / 1_000 * 1_000).text
    }

    private static func watts(_ watts: Double?) -> String { watts.map { "\(Int64($0.rounded())) W" } ?? unknown }
}
