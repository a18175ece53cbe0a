import FleetModel
import WireModel

extension ForecastView {
    /// What was expected, a line each.
    var lines: [String] {
        [
            memoryBytes?.text({ MemoryBytes($0).gibibytesText }, on: " on each GPU"),
            seconds?.text { TimeSpanText.spoken(seconds: $0) },
            energyJoules?.text { Energy(millijoules: Int64(min($0, 9e12) * 1_000)).text },
        ].compactMap(\.self)
    }
}
