/// What each GPU does now, and the pool in numbers.
package struct TelemetryNow: Codable, Equatable, Sendable {
    package var at: String
    package var devices: [DeviceView]
    package var totals: PoolTotals

    package init(at: String, devices: [DeviceView], totals: PoolTotals) {
        self.at = at
        self.devices = devices
        self.totals = totals
    }
}

/// The pool in numbers.
package struct PoolTotals: Codable, Equatable, Sendable {
    package var gpus: Int
    package var free: Int
    package var leased: Int
    package var quarantined: Int
    /// Requests.
    package var waiting: Int
    /// Held, and nothing ran on them in the newest minute.
    package var unused: Int
    /// Of the GPUs that give it; nil: none does.
    package var powerWatts: Double?
    /// How many of them give their power.
    package var gpusWithPower: Int
    /// What GPUs draw that are held and unused; nil: not known of one of them.
    package var unusedPowerWatts: Double?

    package init(_ devices: [DeviceView], waiting: Int) {
        gpus = devices.count
        free = devices.count { $0.state == "free" }
        leased = devices.count { $0.lease != nil }
        quarantined = devices.count { $0.quarantine != nil }
        self.waiting = waiting
        let known = devices.compactMap(\.powerWatts)
        powerWatts = known.isEmpty ? nil : known.reduce(0, +)
        gpusWithPower = known.count
        let idle = devices.filter { $0.unused == true }, idleKnown = idle.compactMap(\.powerWatts)
        unused = idle.count
        unusedPowerWatts = idleKnown.count == idle.count ? idleKnown.reduce(0, +) : nil
    }
}
