import FoundationEssentials

/// The line that a probe's child prints; the task says which of these is there.
package struct ProbeAnswer: Hashable, Codable, Sendable {
    package var outcome: ProbeOutcome?
    package var curves: [ProbeCurve]?
    package var filled: MemoryCanary.Filled?
    package var counted: MemoryCanary.Counted?
    package var canaryFailure: CanaryFailure?
    package var deviceFailure: CUDAFailure?

    package init() {}

    /// Sorted keys, and a line feed.
    var line: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
        }
    }

    /// nil: the line is no answer.
    package init?(line: [UInt8]) {
        guard let answer = try? JSONDecoder().decode(ProbeAnswer.self, from: Data(line)) else { return nil }
        self = answer
    }
}
