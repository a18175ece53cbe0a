package import FleetModel
package import LeaseLedger

/// Whether somebody waits for what a lease holds: the question of idle return, asked of the state alone.
package struct DeviceDemand: Sendable {
    private struct Want: Hashable {
        let team: TeamName
        let devices: DeviceSelector
    }

    private let state: LedgerState
    /// What those that wait want, each once, in the order in which they came.
    private var wants: [Want] = []

    /// Looks at the line once; what is asked of it later costs little.
    package init(_ state: LedgerState) {
        self.state = state
        var known: Set<Want> = []
        for id in state.waiting {
            // What waits for its reservation gets that, and nothing else.
            guard let record = state.requests[id], record.resources.devices.count > 0,
                record.resources.reservation == nil
            else { continue }
            let want = Want(team: record.team, devices: record.resources.devices)
            if known.insert(want).inserted { wants.append(want) }
        }
    }

    /// Somebody waits who could use a device of this lease: it is of the kind, and the limit of the team allows it.
    package func wants(_ lease: Lease, of team: TeamName) -> Bool {
        let devices = state.devices(of: lease.allocation)
        return wants.contains { want in
            guard devices.contains(where: want.devices.matches) else { return false }
            guard let limit = state.team(named: want.team)?.limit else { return true }
            // What comes back from the same team makes room in its limit.
            let back = want.team == team ? lease.allocation.devices.count : 0
            return state.devicesHeld(by: want.team) - back + want.devices.count <= limit
        }
    }
}
