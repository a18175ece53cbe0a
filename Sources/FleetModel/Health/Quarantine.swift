/// Why a device is out of the pool, and what brings it back.
package struct Quarantine: Hashable, Codable, Sendable {
    /// What is wrong.
    package enum Reason: Hashable, Codable, Sendable {
        /// Processes of the work would not end, or held the device's node.
        case notReleased(detail: String)
        /// Memory stayed in use with nobody there.
        case memoryStuck(above: MemoryBytes)
        /// The driver reported this error.
        case xid(Int)
        /// The driver gave up the device.
        case lost(detail: String)
        /// The driver stopped answering.
        case silent
        /// Memory errors, or rows that can't be replaced.
        case memoryErrors(detail: String)
        /// The driver asks for a reset or a reboot.
        case recoveryDue(RecoveryAction)
        /// The probe failed or ran into its deadline.
        case probeFailed(detail: String)
        /// An administrator said so.
        case ordered(by: UserName, detail: String)
    }

    /// What must happen before it may come back. Whatever it is, a device returns only after passing every check anew.
    package enum Cure: String, Codable, Sendable, CaseIterable {
        /// Looking again: it may pass by itself.
        case retest
        case reset
        case reboot
        /// Somebody has to look at, or replace, the hardware.
        case hardware
        /// An administrator ends it.
        case hand
    }

    package let reason: Reason
    package let cure: Cure
    package let since: Timestamp

    package init(_ reason: Reason, cure: Cure, since: Timestamp) {
        self.reason = reason
        self.cure = cure
        self.since = since
    }
}
