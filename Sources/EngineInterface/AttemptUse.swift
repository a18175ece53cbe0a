package import FleetModel

/// What an attempt's processes have made of the machine since they began. The counts only grow, as long as it is the
/// same server that asks; what is read is their difference between two looks.
package struct AttemptUse: Hashable, Codable, Sendable {
    package let key: AttemptKey
    /// Of all cores together, processes that have ended included; nil: not known.
    package var processorTime: TimeSpan?
    /// Bytes that its processes read and wrote, from files, pipes and sockets; nil: not known.
    package var bytes: Int64?
    /// Bytes of standard input or of a terminal's that the work was fed; nil: it takes none.
    package var inputBytes: Int64?

    package init(_ key: AttemptKey, processorTime: TimeSpan? = nil, bytes: Int64? = nil, inputBytes: Int64? = nil) {
        self.key = key
        self.processorTime = processorTime
        self.bytes = bytes
        self.inputBytes = inputBytes
    }
}
