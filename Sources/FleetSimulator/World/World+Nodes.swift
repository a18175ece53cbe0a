import FleetModel
import LeaseLedger

/// What goes wrong with whole machines.
extension World {
    mutating func happensToNodes(_ fault: Fault) -> Bool {
        switch fault {
        case .nodeVanishes:
            guard let site = loseNode() else { return false }
            plan(.nodeReturns(site, restarted: strikes(.nodeRestarts)), in: luck.span(.seconds(5), .hours(1)))
        case .nodeStaysAway:
            // It comes back when everything is mended.
            guard loseNode() != nil else { return false }
        case .machineRestarts: return restartMachine()
        case .contactFlaps: return flapContact()
        default: return false
        }
        return true
    }

    private mutating func loseNode() -> Int? {
        let present = sites.indices.filter { !sites[$0].isGone && sites[$0].hasJoined }
        guard !present.isEmpty else { return nil }
        let site = luck.pick(present)
        lose(site)
        if luck.below(2) == 0, service.isUp {
            receive(.observation(.contact(sites[site].shape.name, .lost)))
        }
        return site
    }

    private mutating func lose(_ site: Int) {
        sites[site].isGone = true
        engine.lose(sites[site].shape.name)
    }

    /// Power is lost where the server, the engine and the first node are: at any point, all of it at once.
    private mutating func restartMachine() -> Bool {
        guard !sites[0].isGone else { return false }
        lose(0)
        if service.isUp { crashServer() }
        if engine.isUp { crashEngine(leavingWork: true) }
        plan(.nodeReturns(0, restarted: true), in: luck.span(.seconds(1), .minutes(10)))
        return true
    }

    /// A node that is there is said to be lost, and found again.
    private mutating func flapContact() -> Bool {
        guard service.isUp, let site = pickPresent({ _ in true }) else { return false }
        let name = sites[site].shape.name
        for _ in 0..<1 + luck.below(4) {
            let moment = luck.span(.zero, .seconds(20))
            plan(.told(.contact(name, .lost)), in: moment)
            plan(.told(.contact(name, .known)), in: moment + luck.span(.zero, .seconds(10)))
        }
        return true
    }

    mutating func returnNode(_ site: Int, restarted: Bool) {
        guard sites[site].isGone else { return }
        let name = sites[site].shape.name
        if restarted {
            sites[site].boot += 1
            sites[site].wedgedUntil = nil
            sites[site].isMismatched = false
            sites[site].minorShift += luck.below(3)
            for ended in engine.restart(name, at: now) {
                record(.ended(ended.key, ended.outcome, .nodeRestarted, leftoverUntil: nil))
            }
            record(.swept(name))
        }
        sites[site].isGone = false
        engine.find(name)
        truthMayHaveChanged = true
        plan(.looksAround(life: service.life), in: delay(.seconds(1), .seconds(30)))
    }

    mutating func joinNode(_ site: Int) {
        guard !sites[site].hasJoined else { return }
        sites[site].hasJoined = true
        engine.find(sites[site].shape.name)
        plan(.looksAround(life: service.life), in: delay(.seconds(1), .seconds(30)))
    }

    /// A machine that is there and of which something is true.
    mutating func pickPresent(_ isTrue: (Site) -> Bool) -> Int? {
        let present = sites.indices.filter { !sites[$0].isGone && sites[$0].hasJoined && isTrue(sites[$0]) }
        return present.isEmpty ? nil : luck.pick(Array(present))
    }
}

extension Site {
    /// As if nothing had ever been wrong with it, but for its boots.
    mutating func mend() {
        missing = []
        movedAway = []
        visiting = []
        wedgedUntil = nil
        isMismatched = false
    }
}
