import FleetModel
package import LeaseLedger

extension TableWords {
    /// What is owed to the engine, then what its list tells, each in order.
    package static func owed(_ reconciliation: Reconciliation) -> [String] {
        reconciliation.effects.map(effect) + reconciliation.observations.map(observation)
    }

    private static func effect(_ effect: Reconciliation.Effect) -> String {
        switch effect {
        case .launch(let key): "launch \(key)"
        case .stop(let key, force: false): "stop \(key)"
        case .stop(let key, force: true): "kill \(key)"
        case .verify(let key): "verify \(key)"
        case .forget(let key): "forget \(key)"
        case .tell(let key, let end, let signal): "tell \(key) \(Self.end(end)) \(signal.name)"
        }
    }

    static func end(_ end: AnnouncedEnd) -> String {
        switch end {
        case .takenBack: "takenBack"
        case .idle: "idle"
        case .expiring: "expiring"
        case .ending: "ending"
        }
    }

    private static func observation(_ observation: Observation) -> String {
        switch observation {
        case .node(let report): "saw node \(report.node)"
        case .attemptRunning(let key): "saw \(key) running"
        case .attemptEnded(let key, let outcome): "saw \(key) \(Self.outcome(outcome))"
        case .verified(let key, _, _, _): "saw \(key) verified"
        case .unhealthy(let fault): "saw \(fault.device) unhealthy \(fault.cure)"
        case .recovered(let device, _): "saw \(device) recovered"
        case .foreign(let device, let processes): "saw foreign \(device) \(processes.count)"
        case .contact(let node, let contact): "saw \(node) \(contact)"
        case .suspected(let node, _): "saw \(node) suspected"
        case .trusted(let node): "saw \(node) trusted"
        case .stray(let key, let devices): "saw stray \(key) \(Self.devices(devices))"
        case .strayGone(let key): "saw gone \(key)"
        case .idle(let key, let notice, _): "saw \(key) \(notice.word)"
        case .idleWatchBegan: "saw idle watched"
        case .told(let key, let end): "saw \(key) told \(Self.end(end))"
        }
    }
}
