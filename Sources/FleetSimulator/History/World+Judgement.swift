import FleetModel
import LeaseLedger

/// When everything is over, the historian reads it all and says what must have come of it.
extension World {
    mutating func judge() {
        var historian = Historian(people)
        historian.read(history)
        historian.conclude(people)
        let end = max(clock, service.state.time)
        for user in options.crowd.users {
            historian.check(service.state.recentUsage(of: user, at: end), of: user, at: end)
        }
        for site in sites { historian.check(site, Array(service.state.nodes)) }
        counts.verdicts += historian.cases.count
        if let complaint = historian.complaints.first { fail(complaint) }
    }
}

extension Historian {
    /// Nothing is lost and nothing is left.
    mutating func conclude(_ people: People) {
        guard complaints.isEmpty else { return }
        for file in cases where !file.isOver { complain("request \(file.id) is \(file.status) at the end") }
        for key in people.submissions.indices where requestOfKey[key] == nil && !people.isOver[key] {
            complain("submission \(key) was never answered")
        }
        if let run = runs.first(where: { $0.end == nil && $0.began > 0 }) { complain("attempt \(run.key) never ended") }
    }

    /// What was used is what was charged, to within the rounding of either.
    mutating func check(_ counted: Int64, of user: UserName, at end: Timestamp) {
        let expected = usage.value(of: user, at: end, halfLife: policy.usageHalfLife)
        if (Double(counted) - expected).magnitude > 10 + expected / 1_000_000 {
            complain("\(user) used \(Int64(expected)) device-milliseconds lately, and is charged \(counted)")
        }
    }

    /// What is in a machine is offered again.
    mutating func check(_ site: Site, _ nodes: [NodeRecord]) {
        let slots = nodes.first { $0.name == site.shape.name }?.slots ?? []
        for device in site.present {
            let slot = slots.first { $0.device.key == device.key }
            if slot?.holder != nil || slot?.condition != .offered || slot?.quarantine != nil {
                complain("device \(device.key) is on \(site.shape.name), nobody uses it, and it is not offered")
            }
        }
    }
}
