/// The limit that keeps a request waiting, with its numbers.
package struct WaitLimitView: Codable, Equatable, Sendable {
    /// `gpusAtOnce`, `gpuHoursAWeek` or `longestLease`: in GPUs, GPU-hours or seconds.
    package var kind: String
    /// Whose it is: `user` or `team`,
    package var of: String
    /// and their name.
    package var name: String
    /// What is held, or was used and may still be used by leases that run; absent for the longest lease.
    package var used: Double?
    package var asked: Double
    package var most: Double
    /// When it lets the request start, in UTC, if leases end as they say and nothing else begins; absent: nothing says when.
    package var notBefore: String?

    package init(
        kind: String, of: String, name: String, used: Double?, asked: Double, most: Double, notBefore: String? = nil
    ) {
        self.kind = kind
        self.of = of
        self.name = name
        self.used = used
        self.asked = asked
        self.most = most
        self.notBefore = notBefore
    }
}

/// GPU-hours that come to count no more against a limit of seven days.
package struct FreeingView: Codable, Equatable, Sendable {
    /// By when, in UTC.
    package var by: String
    package var gpuHours: Double

    package init(by: String, gpuHours: Double) {
        self.by = by
        self.gpuHours = gpuHours
    }
}
