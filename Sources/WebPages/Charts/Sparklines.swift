import FleetModel
import WireModel

extension TelemetrySeries {
    /// Use, memory, power and temperature, as far as each was seen.
    /// - Parameter memory: of one device, in bytes; nil: not known.
    func sparklines(memory: Int64?) -> [Sparkline] {
        guard let start = Timestamp(utcText: from), let end = Timestamp(utcText: until) else { return [] }
        let length = Double((end - start).milliseconds) / 1_000
        func line(
            _ name: String, _ path: KeyPath<TelemetryPointView, TelemetryPointView.Values?>, top: Double?,
            _ words: (Double) -> String
        ) -> Sparkline? {
            let seen = points.compactMap { point in point[keyPath: path].map { (at: point.offsetSeconds, value: $0.mean) } }
            guard let newest = seen.last else { return nil }
            let most = seen.map(\.value).max() ?? 0
            return Sparkline(
                name: name, points: seen, length: length, step: Double(stepSeconds), top: top ?? most * 1.15,
                newest: words(newest.value))
        }
        return [
            line("Use", \.utilization, top: 100) { "\(Figures.short($0)) %" },
            line("Memory of a GPU", \.memoryUsedBytes, top: memory.map(Double.init)) {
                MemoryBytes(Int64(max(0, min($0, 1e18)))).text
            },
            line("Power of a GPU", \.powerWatts, top: nil) { Figures.watts($0) },
            line("Temperature", \.temperature, top: 100) { "\(Figures.short($0)) °C" },
        ].compactMap { $0 }
    }
}
