package import FleetModel

/// Whether events may be deleted by their age. A machine that started with a clock far ahead makes all of them look old,
/// and the ledger's clock, which never goes back, keeps what it began with.
package struct DeletionPause: Sendable {
    /// The newest event is usually younger than this when the clock of a boot begins; otherwise it may have jumped.
    package static let longestSilence = TimeSpan.days(1)
    /// How long a clock that may have jumped must have run. Somebody may set it right meanwhile.
    package static let proof = TimeSpan.days(1)
    /// How far the ledger's clock and the machine's may be apart.
    package static let agreement = TimeSpan.hours(1)

    /// When the clock began to prove itself; nil: it need not.
    private let jumpedAt: Timestamp?

    /// - Parameters:
    ///   - anchor: the clock's. It outlives the server, so that one that starts again doesn't take what was recorded by a
    ///     clock far ahead for a sign that it is right.
    ///   - serverStart: the ledger's time when this server started.
    package init(anchor: ClockAnchor, serverStart: Timestamp) {
        if let madeAt = anchor.madeAt, let silence = anchor.silence {
            jumpedAt = silence > Self.longestSilence ? Timestamp(milliseconds: anchor.milliseconds + madeAt) : nil
        } else {
            jumpedAt = serverStart
        }
    }

    /// - Parameters:
    ///   - now: the ledger's time, which runs with the boot clock.
    ///   - wallAhead: by how much the machine's clock is ahead of it.
    package func isOver(now: Timestamp, wallAhead: TimeSpan) -> Bool {
        let furthest = Self.agreement.milliseconds
        guard (-furthest...furthest).contains(wallAhead.milliseconds) else { return false }
        return jumpedAt.map { now - $0 >= Self.proof } ?? true
    }
}
