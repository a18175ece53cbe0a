import FleetModel
import WireModel

extension ForecastView {
    /// What was expected, for details: `memory  11.2 GiB (9.5 to 14), from 3 earlier runs`.
    var rows: [[String]] {
        [
            memoryBytes?.text({ MemoryBytes($0).gibibytesText }, on: " on each GPU"), seconds?.text(Spans.text),
            energyJoules?.text { Energy(millijoules: Int64(min($0, 9e12) * 1_000)).text },
        ].compactMap(\.self).map { ["expected", $0] }
    }
}

extension CheckoutWarning {
    /// On a terminal, with what to ask for instead.
    var spoken: String {
        let instead = [gpus.map { "--gpus \($0)" }, time.map { "--time \($0)" }].compactMap(\.self)
        return instead.isEmpty ? words : words + " Ask for " + instead.joined(separator: " ") + " instead."
    }
}
