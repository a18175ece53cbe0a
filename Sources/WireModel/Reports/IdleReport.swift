/// What idle return did, and would have done, in a span of time.
package struct IdleReport: Codable, Equatable, Sendable {
    /// A lease that was returned because nobody used it, or would have been.
    package struct Lease: Codable, Equatable, Sendable {
        package var lease: Int64
        package var user: String
        package var team: String
        package var name: String
        /// `released`, or `wouldBeReleased` in the dry run.
        package var kind: String
        package var at: String
        package var gpus: Int
        package var idleSince: String
        /// GPU time that others got by it, or could have had.
        package var gpuSeconds: Double
        package var evidence: String

        package init(
            lease: Int64, user: String, team: String, name: String, kind: String, at: String, gpus: Int, idleSince: String,
            gpuSeconds: Double, evidence: String
        ) {
            self.lease = lease
            self.user = user
            self.team = team
            self.name = name
            self.kind = kind
            self.at = at
            self.gpus = gpus
            self.idleSince = idleSince
            self.gpuSeconds = gpuSeconds
            self.evidence = evidence
        }
    }

    package var from: String
    package var until: String
    /// `off`, `warn` or `release`, as it is now.
    package var mode: String
    /// The dry run lasts until then; absent: it is over, or nobody looks.
    package var dryRunUntil: String?
    package var leases: [Lease]
    package var released: Int
    package var wouldBeReleased: Int
    package var gpuSecondsWon: Double
    package var gpuSecondsMissed: Double

    package init(from: String, until: String, mode: String, dryRunUntil: String?, leases: [Lease]) {
        self.from = from
        self.until = until
        self.mode = mode
        self.dryRunUntil = dryRunUntil
        self.leases = leases
        let taken = leases.filter { $0.kind == "released" }, missed = leases.filter { $0.kind != "released" }
        released = taken.count
        wouldBeReleased = missed.count
        gpuSecondsWon = taken.reduce(0) { $0 + $1.gpuSeconds }
        gpuSecondsMissed = missed.reduce(0) { $0 + $1.gpuSeconds }
    }
}
