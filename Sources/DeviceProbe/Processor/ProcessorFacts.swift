import Glibc

/// What the kernel says of the processor.
enum ProcessorFacts {
    /// The cores that this process may use: fewer than the machine's when it is confined to some.
    static var availableCores: Int {
        let mask = field("Cpus_allowed:", of: "/proc/self/status") ?? ""
        let cores = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return cores > 0 ? cores : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// As its maker names it; nil: the kernel doesn't say.
    static var name: String? { field("model name", of: "/proc/cpuinfo") }

    /// What follows the first line's beginning, without colon and blanks.
    private static func field(_ beginning: String, of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 4_096)
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard line.hasPrefix(beginning) else { continue }
            return String(line.dropFirst(beginning.count).drop { $0 == ":" || $0 == " " || $0 == "\t" })
        }
        return nil
    }
}
