import FleetModel
import WireModel

extension TelemetrySeries {
    /// Rows for a table of properties: use, memory and power over the time, as lines of characters.
    /// - Parameter isOver: the receipt tells the energy then.
    func rows(unicode: Bool, isOver: Bool) -> [[String]] {
        func line(_ values: KeyPath<TelemetryPointView, TelemetryPointView.Values?>, most: Double?) -> String? {
            let found = points.compactMap { $0[keyPath: values] }
            guard let highest = found.map(\.max).max() else { return nil }
            return Sparkline.text(columns(values), most: most ?? highest, unicode: unicode)
        }
        func values(_ path: KeyPath<TelemetryPointView, TelemetryPointView.Values?>) -> [TelemetryPointView.Values] {
            points.compactMap { $0[keyPath: path] }
        }
        var rows: [[String]] = []
        if let text = line(\.utilization, most: 100) {
            let seen = values(\.utilization)
            rows.append(["used", "\(text)  \(seen.mean.short) % on average, \(seen.highest.short) % at most"])
        }
        if let text = line(\.memoryUsedBytes, most: nil) {
            rows.append(["memory", "\(text)  \(MemoryBytes(Int64(values(\.memoryUsedBytes).highest)).text) at most"])
        }
        if let text = line(\.powerWatts, most: nil) {
            let seen = values(\.powerWatts)
            rows.append(["power", "\(text)  \(seen.mean.short) W on average, \(seen.highest.short) W at most"])
        }
        let joules = points.compactMap(\.energyJoules)
        if !joules.isEmpty, !isOver {
            rows.append(["energy so far", Energy(millijoules: Int64(joules.reduce(0, +) * 1_000)).text])
        }
        return rows
    }

    /// One for each step; nil: nothing was seen in it.
    private func columns(_ values: KeyPath<TelemetryPointView, TelemetryPointView.Values?>) -> [Double?] {
        guard stepSeconds > 0, let last = points.last else { return [] }
        func place(_ point: TelemetryPointView) -> Int { max(0, Int(point.offsetSeconds / Double(stepSeconds))) }
        var columns = [Double?](repeating: nil, count: min(place(last), 999) + 1)
        for point in points where place(point) < columns.count { columns[place(point)] = point[keyPath: values]?.mean }
        return columns
    }
}

extension [TelemetryPointView.Values] {
    /// Of all looks, to a whole number.
    fileprivate var mean: Double {
        let looks = reduce(0) { $0 + $1.count }
        return looks == 0 ? 0 : (reduce(0) { $0 + $1.mean * Double($1.count) } / Double(looks)).rounded()
    }

    fileprivate var highest: Double { (map(\.max).max() ?? 0).rounded() }
}
