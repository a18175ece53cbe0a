/// The version of NVIDIA's driver: `550.54.14`.
package struct DriverVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// At least one number.
    package let parts: [Int]
    /// As the driver writes it.
    package let description: String

    /// nil: it is no version.
    package init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        let parts = words.compactMap { Int($0) }
        guard !parts.isEmpty, parts.count == words.count, parts.allSatisfy({ (0...100_000).contains($0) }) else {
            return nil
        }
        self.parts = parts
        description = text
    }

    /// The version in what `/proc/driver/nvidia/version` says; nil: it says none.
    package init?(procText: String) {
        let line = procText.split(separator: "\n").first { $0.hasPrefix("NVRM version:") }
        // A version has at least two parts; other numbers of the line are dates.
        let words = (line ?? "").split(whereSeparator: { " \t".contains($0) }).filter { $0.contains(".") }
        guard let version = words.lazy.compactMap({ DriverVersion(String($0)) }).first else { return nil }
        self = version
    }

    package static func < (left: DriverVersion, right: DriverVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    /// The newest major version of CUDA whose programs it runs; nil: older than those known here.
    ///
    /// Source: NVIDIA, CUDA Compatibility, minor version compatibility: 13.x from 580, 12.x from 525, 11.x from 450.
    package var newestCUDA: Int? {
        switch parts[0] {
        case 580...: 13
        case 525...: 12
        case 450...: 11
        default: nil
        }
    }

    /// The oldest driver that runs programs of a major version of CUDA; nil: not known here.
    package static func least(forCUDA major: Int) -> Int? {
        switch major {
        case 13: 580
        case 12: 525
        case 11: 450
        default: nil
        }
    }
}
