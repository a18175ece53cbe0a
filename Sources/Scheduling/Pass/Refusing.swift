import FleetModel
import LeaseLedger

extension Pool {
    /// Why a shape can never be placed on the nodes that are known; nil: it can, or no node is known yet.
    ///
    /// Every device counts that the ledger remembers, whoever holds it and whether or not it can be used now, since
    /// leases end and nodes come back.
    func refusal(of number: Int) -> Refusal? {
        let entry = state.index.queue.shapes[number]
        guard !state.nodes.isEmpty, !entry.isPossible else { return nil }
        let resources = entry.shape.resources
        if resources.devices.count > 0, let refusal = deviceRefusal(of: number) { return refusal }
        if let asked = resources.cores {
            let most = state.nodes.reduce(MilliCores.zero) { max($0, $1.cores) }
            if asked > most { return .tooManyCores(asked: asked, mostOnOneNode: most) }
        }
        if let asked = resources.memory {
            let most = state.nodes.reduce(MemoryBytes.zero) { max($0, $1.memory) }
            if asked > most { return .tooMuchMemory(asked: asked, mostOnOneNode: most) }
        }
        return .neverTogether
    }

    private func deviceRefusal(of number: Int) -> Refusal? {
        let selector = shape(number).resources.devices
        let devices = state.nodes.flatMap { $0.slots.map(\.device) }
        guard !devices.isEmpty else { return .noDevices }
        let mostOnOneNode = state.nodes.indices.reduce(0) { max($0, matching(number, on: $1).count) }
        if mostOnOneNode >= selector.count { return nil }
        if mostOnOneNode > 0 { return .tooManyDevices(asked: selector.count, mostOnOneNode: mostOnOneNode) }
        let anyMemory = DeviceSelector(count: selector.count, modelWords: selector.modelWords)
        let ofThatModel = devices.filter { anyMemory.matches($0) }
        guard let first = ofThatModel.first else {
            return .noSuchModel(asked: selector.modelWords.joined(separator: " "), present: devices.map(\.model).distinct)
        }
        let smallest = ofThatModel.reduce(first.memory) { min($0, $1.memory) }
        let largest = ofThatModel.reduce(first.memory) { max($0, $1.memory) }
        return .noDeviceOfThatMemory(asked: selector.text, smallest: smallest, largest: largest)
    }
}

extension SchedulingPass {
    /// Why a request can never be placed; nil: it can.
    func refusal(of record: RequestRecord) -> Refusal? {
        guard let shape = state.index.queue.shapeNumber(of: Shape(of: record.resources)) else { return nil }
        return pool.refusal(of: shape)
            ?? teams.refusal(teams.number(of: record.team), asking: record.resources.devices.count)
    }

    /// What is to be refused now.
    ///
    /// What could be placed when it was asked for waits, should its devices go away: they may come back, and a reader
    /// that fails once must not empty the queue. A limit is somebody's decision and holds for all.
    var refusals: [RefusedRequest] {
        guard leftOut.anybody else { return [] }
        let isLimited = leftOut.anyAboveLimit
        var refused: [RefusedRequest] = []
        var known: [Int: Refusal] = [:]
        for id in state.waiting.reversed() {
            guard let record = state.requests[id] else { continue }
            // What waits again could be placed when it was asked for.
            let isNew = record.submittedAt == now && record.requeue == nil
            if record.submittedAt != now, !isLimited { break }
            guard let shape = state.index.queue.shapeNumber(of: Shape(of: record.resources)) else { continue }
            if leftOut.isImpossible(shape) {
                guard isNew, let refusal = known[shape] ?? pool.refusal(of: shape) else { continue }
                known[shape] = refusal
                refused.append(RefusedRequest(id: id, refusal: refusal))
            } else if let refusal = teams.refusal(
                teams.number(of: record.team), asking: record.resources.devices.count)
            {
                refused.append(RefusedRequest(id: id, refusal: refusal))
            }
        }
        return refused.reversed()
    }
}

extension [String] {
    fileprivate var distinct: [String] {
        var kept: [String] = []
        for element in sorted() where kept.last != element { kept.append(element) }
        return kept
    }
}
