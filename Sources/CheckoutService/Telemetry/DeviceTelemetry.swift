import FleetModel

/// What is in memory of one device: an hour, in spans of ten seconds.
struct DeviceTelemetry: Sendable {
    /// A span in which one lease, or nobody, held the device.
    struct Recent: Sendable {
        let start: Timestamp
        let lease: LeaseID?
        var rollup: Rollup
    }

    let key: DeviceKey
    /// By time.
    private(set) var recent: [Recent] = []
    private(set) var newest: (reading: DeviceReading, at: Timestamp)?
    var lastXid: Int?
    private var last: (look: EnergyStep.Look, lease: LeaseID?)?

    init(_ key: DeviceKey) { self.key = key }

    /// Folds one look, and gives what it adds to the longer rollups.
    mutating func take(_ reading: DeviceReading, of lease: LeaseID?, at now: Timestamp) -> [(TelemetryPlace, Rollup)] {
        let look = EnergyStep.Look(reading, at: now)
        // A step that began under another lease is nobody's, and the device's all the same.
        let step = last.flatMap { EnergyStep(from: $0.look, to: look) }
        let owner = last?.lease == lease ? lease : nil
        if last.map({ $0.look.at <= now }) ?? true { (last, newest) = ((look, lease), (reading, now)) }
        let seen = Rollup(reading)
        var added: [(TelemetryPlace, Rollup)] = []
        for level in TelemetryLevel.allCases {
            var parts = [(now.start(of: level.width), lease, seen)]
            for piece in step?.pieces(width: level.width) ?? [] {
                parts.append((piece.start.start(of: level.width), owner, Rollup(piece)))
            }
            for (start, lease, rollup) in parts where !rollup.isEmpty {
                if level == .tenSeconds {
                    keep(rollup, start, lease)
                } else {
                    added.append((TelemetryPlace(level: level, start: start, device: key, lease: lease), rollup))
                }
            }
        }
        return added
    }

    /// Everything that began since then, whoever held the device; nil: nothing was seen.
    func rollup(since: Timestamp) -> Rollup? {
        var rollup: Rollup?
        for one in recent.reversed() {
            guard one.start >= since else { break }
            rollup = rollup ?? Rollup()
            rollup?.merge(one.rollup)
        }
        return rollup
    }

    private mutating func keep(_ rollup: Rollup, _ start: Timestamp, _ lease: LeaseID?) {
        var place = recent.endIndex
        while place > 0, recent[place - 1].start >= start {
            place -= 1
            guard recent[place].start != start || recent[place].lease != lease else {
                recent[place].rollup.merge(rollup)
                return
            }
        }
        recent.insert(Recent(start: start, lease: lease, rollup: rollup), at: place)
        let oldest = start + TimeSpan(milliseconds: -TelemetryLevel.tenSeconds.kept.milliseconds)
        guard let first = recent.first, first.start < oldest else { return }
        recent.removeFirst(recent.prefix { $0.start < oldest }.count)
    }
}
