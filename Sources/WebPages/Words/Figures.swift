import FleetModel

/// Numbers as people read them.
enum Figures {
    /// With at most two places and without needless zeros: `12.5`. What is no number is 0: it may stand in a picture.
    static func plain(_ value: Double) -> String {
        let hundredths = Int64(clamped(value * 100).rounded()), rest = hundredths.magnitude % 100
        let whole = (hundredths < 0 ? "-" : "") + "\(hundredths.magnitude / 100)"
        if rest == 0 { return whole }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// With at most one place: `12.5`, `128`.
    static func short(_ value: Double) -> String {
        let tenths = Int64(clamped(value * 10).rounded())
        if tenths.magnitude >= 1_000 || tenths % 10 == 0 { return grouped(Int64(clamped(value).rounded())) }
        return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }

    /// `12,345`.
    static func grouped(_ number: Int64) -> String {
        let digits = Array("\(number.magnitude)".utf8)
        var bytes: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { bytes.append(UInt8(ascii: ",")) }
            bytes.append(digit)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `312 W`, `1.2 kW`.
    static func watts(_ watts: Double) -> String {
        watts < 1_000 ? "\(grouped(Int64(clamped(watts).rounded()))) W" : "\(short(watts / 1_000)) kW"
    }

    /// `480 Wh`, `1.2 kWh`.
    static func energy(joules: Double) -> String {
        let hours = joules / 3_600
        return hours < 1_000 ? "\(short(hours)) Wh" : "\(short(hours / 1_000)) kWh"
    }

    /// `12.50 EUR`.
    static func money(_ amount: Double, _ currency: String) -> String {
        if amount > 0, amount < 0.005 { return "under 0.01 \(currency)" }
        let hundredths = Int64(clamped(amount * 100).rounded()), rest = hundredths.magnitude % 100
        let sign = hundredths < 0 ? "-" : ""
        return "\(sign)\(grouped(Int64(hundredths.magnitude / 100))).\(rest < 10 ? "0" : "")\(rest) \(currency)"
    }

    /// `1 GPU`, `3 GPUs`.
    static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(Int64(count))) \(count == 1 ? one : many ?? one + "s")"
    }

    private static func clamped(_ value: Double) -> Double {
        value.isNaN ? 0 : min(max(value, -1e15), 1e15)
    }
}
