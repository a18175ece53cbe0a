package import FleetModel

/// The memory that work needs on each of its devices: a range, since allocators, frameworks and libraries differ.
package struct MemoryEstimate: Hashable, Sendable {
    /// What must be there whatever the software does: weights, gradients, states, and a third of the activations.
    package let lower: MemoryBytes
    /// What PyTorch needs, on average over the published measurements.
    package let expected: MemoryBytes
    /// Less than this is risky.
    package let safe: MemoryBytes
    /// What `expected` is made of; the largest first.
    package let parts: [Part]

    /// A part of the memory.
    package struct Part: Hashable, Sendable {
        package let kind: Kind
        package let memory: MemoryBytes

        /// What lies there.
        package enum Kind: String, CaseIterable, Sendable {
            case weights, gradients, optimizer, masterWeights, adapters, activations, attention, logits, keyValueCache
            case workspace, framework
        }
    }

    /// Where a device of some memory stands.
    package enum Verdict: String, Sendable {
        /// `safe` is there.
        case fits
        /// `expected` is there and `safe` is not.
        case mayFit
        /// `lower` is there, `expected` is not.
        case hardlyFits
        case doesNotFit
    }

    /// - Parameter memory: what the data sheet says of one device. Of it the driver, error correction and fragments take 6 %.
    package func verdict(on memory: MemoryBytes) -> Verdict {
        let usable = Self.usable(memory)
        if safe <= usable { return .fits }
        if expected <= usable { return .mayFit }
        return lower <= usable ? .hardlyFits : .doesNotFit
    }

    /// What a program can have of a device's memory.
    package static func usable(_ memory: MemoryBytes) -> MemoryBytes {
        MemoryBytes(memory.bytes / 100 * 94)
    }

    init(parts: [(Part.Kind, Double)], lower: Double, safe: Double) {
        let sum = parts.reduce(0) { $0 + max(0, $1.1) }
        expected = Self.bytes(sum)
        self.lower = Self.bytes(min(lower, sum))
        self.safe = Self.bytes(max(safe, sum))
        self.parts = parts.filter { $0.1 > 0 }.map { Part(kind: $0.0, memory: Self.bytes($0.1)) }
            .sorted { $0.memory > $1.memory }
    }

    /// Saturates.
    private static func bytes(_ number: Double) -> MemoryBytes {
        guard number.isFinite, number < 9e18 else { return MemoryBytes(.max) }
        return MemoryBytes(Int64(max(0, number.rounded())))
    }
}
