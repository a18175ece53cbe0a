/// What an administrator wants done about processes on a device that no lease accounts for.
package enum ForeignPolicy: String, Codable, Sendable, CaseIterable {
    /// They are shown, and the device is lent all the same.
    case warn
    /// And no lease begins on the device while they are there.
    case block
    /// And they are ended, once the launcher has confirmed what they are.
    case kill

    /// What a policy means that was written without a word on it. Fixed for ever: old events and checkpoints say it so.
    package static let unsaid = ForeignPolicy.block

    /// No lease begins on a device that has some.
    package var withholds: Bool { self != .warn }
}
