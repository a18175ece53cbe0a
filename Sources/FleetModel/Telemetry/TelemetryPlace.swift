/// Where a rollup belongs.
package struct TelemetryPlace: Hashable, Sendable {
    package let level: TelemetryLevel
    /// A multiple of the level's width.
    package let start: Timestamp
    package let device: DeviceKey
    /// Who held the device; nil: nobody did.
    package let lease: LeaseID?

    package init(level: TelemetryLevel, start: Timestamp, device: DeviceKey, lease: LeaseID?) {
        self.level = level
        self.start = start
        self.device = device
        self.lease = lease
    }
}

/// What was seen in one place.
package struct TelemetryRow: Hashable, Sendable {
    package let place: TelemetryPlace
    package let rollup: Rollup

    package init(_ place: TelemetryPlace, _ rollup: Rollup) {
        self.place = place
        self.rollup = rollup
    }
}

/// What was seen from one time on.
package struct TelemetryPoint: Hashable, Sendable {
    package let start: Timestamp
    package var rollup: Rollup

    package init(start: Timestamp, rollup: Rollup) {
        self.start = start
        self.rollup = rollup
    }
}

/// Whose telemetry is asked for.
package enum TelemetrySubject: Hashable, Sendable {
    case device(DeviceKey)
    /// All its devices together.
    case lease(LeaseID)
}

/// Why telemetry can't be written or read now.
package enum TelemetryFailure: Error, Hashable, Sendable {
    /// `code`: SQLite's result code.
    case storage(code: Int32, detail: String)
}
