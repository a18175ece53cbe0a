/// When a driver's counters began: they are compared only within one.
package struct DriverEpoch: Hashable, Codable, Sendable {
    package let bootID: String
    /// Whatever tells one load of the driver from another, such as the time of its load; nil: not known.
    package let load: String?

    package init(bootID: String, load: String? = nil) {
        self.bootID = bootID
        self.load = load
    }

    /// Another boot, or another load of the driver; what is not known is no difference.
    package func isKnownToDiffer(from other: DriverEpoch) -> Bool {
        if bootID != other.bootID { return true }
        guard let load, let otherLoad = other.load else { return false }
        return load != otherLoad
    }
}
