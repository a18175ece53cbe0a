/// Whether the wall clock may be trusted so far that what is too old by it is deleted. Somebody who sets it a year ahead,
/// or a machine that starts with a wrong one, makes everything look old.
struct AgeTrust {
    enum Verdict: Equatable {
        /// The wall clock was set since the last look: this one tells nothing.
        case jumped
        /// Too little is known of it yet: nothing goes by age.
        case unproven
        case trusted
    }

    /// Milliseconds by which the wall clock and the boot clock may drift apart between two looks.
    static let drift: Int64 = 3_600_000
    /// Milliseconds on the boot clock for which both must have run alike.
    static let proof: Int64 = 2 * 3_600_000

    private var offset: Int64?
    private var alikeSince: Int64 = 0

    /// - Parameters:
    ///   - wall: milliseconds since 1970.
    ///   - boot: milliseconds on the boot clock.
    mutating func look(wall: Int64, boot: Int64) -> Verdict {
        let last = offset
        offset = wall - boot
        guard let last else {
            alikeSince = boot
            return .unproven
        }
        guard abs(wall - boot - last) <= Self.drift else {
            alikeSince = boot
            return .jumped
        }
        return boot - alikeSince >= Self.proof ? .trusted : .unproven
    }
}
