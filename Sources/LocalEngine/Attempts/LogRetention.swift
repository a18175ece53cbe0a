package import FleetModel

/// How long the output of attempts that are over stays on the disk. What runs, or is still listed, is never touched.
package struct LogRetention: Hashable, Sendable {
    /// Counted from the end of the attempt; `.forever`: age is no reason.
    package var longest: TimeSpan
    /// What all of it may occupy, in allocated blocks; nil: a tenth of the file system, at most `most`, and without limit
    /// where its size can't be asked.
    package var limit: MemoryBytes?
    /// What came to the logs less than this ago stays, so that whoever follows it reads its end.
    package var youngest = TimeSpan.minutes(10)

    package static let most = MemoryBytes(50_000_000_000)
    static let interval = TimeSpan.hours(1)
    /// When this much has come since the last look, in bytes, the next one is due at once.
    static let enough: Int64 = 1 << 30

    package init(longest: TimeSpan = .days(30), limit: MemoryBytes? = nil) {
        self.longest = longest
        self.limit = limit
    }

    /// The limit in bytes on a file system of this size; 0: nobody knows it.
    func limit(onBytes size: Int64) -> Int64 { limit?.bytes ?? (size > 0 ? min(Self.most.bytes, size / 10) : .max) }

    /// `for 30d, up to 50 GB in all`.
    func words(onBytes size: Int64) -> String {
        let age = longest == .forever ? [] : ["for \(longest.text)"]
        let bytes = limit(onBytes: size)
        return (age + (bytes == .max ? [] : ["up to \(MemoryBytes(bytes).text) in all"])).joined(separator: ", ")
    }
}
