extension DeviceSelector {
    /// As `init(parsing:)` reads it: `2`, `a100:2`, `24GB..:1`. A model and a range of memory together can't be typed.
    package var typed: String {
        guard modelWords.isEmpty else { return modelWords.joined(separator: " ") + ":\(count)" }
        guard memoryAtLeast != nil || memoryAtMost != nil else { return "\(count)" }
        return "\(memoryAtLeast?.typed ?? "")..\(memoryAtMost?.typed ?? ""):\(count)"
    }
}

extension MemoryBytes {
    /// As `init(parsing:)` reads it, to the byte: `32GB`, `32GiB`, `512MB`.
    package var typed: String {
        let units: [(Int64, String)] = [(1_000_000_000, "GB"), (1 << 30, "GiB"), (1_000_000, "MB"), (1 << 20, "MiB")]
        for (size, unit) in units where bytes > 0 && bytes % size == 0 { return "\(bytes / size)\(unit)" }
        return "\(bytes)B"
    }
}

extension TimeSpan {
    /// As `init(parsing:)` reads it, to the millisecond: `2h`, `1h30m`.
    package var typed: String {
        var rest = milliseconds, text = ""
        for (size, unit) in [(Int64(86_400_000), "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")]
        where rest >= size {
            text += "\(rest / size)\(unit)"
            rest %= size
        }
        return text.isEmpty ? "0s" : text
    }
}
