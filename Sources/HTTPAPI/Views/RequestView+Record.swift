import CheckoutService
import DevicePolicy
import FleetModel
import LeaseLedger
import Scheduling
import WireModel

/// Turns records into what goes over the wire. Times are shown on the wall clock.
struct ViewMaker {
    let state: LedgerState
    /// The ledger's.
    let now: Timestamp
    let wallAhead: TimeSpan
    /// nil: nobody watches devices.
    let board: DeviceBoard?
    /// nil: nobody looks at the use of leases.
    let idleBoard: IdleBoard?
    let telemetry: Telemetry
    let progress: ProgressBook

    init(_ service: CheckoutService) {
        state = service.state
        now = service.clock.now()
        wallAhead = service.clock.wallAhead()
        board = service.keeper?.board
        idleBoard = service.idleKeeper?.board
        telemetry = service.telemetry
        progress = service.progress
    }

    func text(_ time: Timestamp) -> String { (time + wallAhead).utcText }

    func request(_ record: RequestRecord) -> RequestView {
        var view = RequestView(
            id: record.id.number, user: record.user.name, team: record.team.name, name: record.name,
            kind: record.kind.rawValue, state: record.stateWord, words: record.words, submittedAt: text(record.submittedAt),
            gpus: record.resources.devices.count, asked: record.resources.devices.text,
            durationSeconds: record.duration.milliseconds / 1_000)
        view.lease = record.lease.map(lease)
        view.lease?.idle = record.lease.flatMap { idle(record, $0) }
        if let lease = record.lease, lease.phase.mayBecome(.ending), let reclaim = lease.reclaim {
            view.words = "Lease \(record.id) \(words(for: reclaim))."
        }
        view.take(record)
        if let lease = record.lease, lease.phase.mayBecome(.ending), lease.reclaim == nil, lease.isCutByDrain {
            view.words += " Its node is to be empty, and it ends with that."
        }
        view.reservation = record.resources.reservation?.number
        view.takesBack = takenBack(for: record)
        view.exitCode = record.exitCode
        view.endedBy = record.endedByWord
        if !record.isOver { view.progress = progress[record.id].map { ProgressView($0) } }
        return view
    }

    private func lease(_ lease: Lease) -> LeaseView {
        var view = LeaseView(
            node: lease.allocation.node.name, devices: devices(lease.allocation),
            cores: Double(lease.allocation.cores.thousandths) / 1_000, memoryBytes: lease.allocation.memory.bytes,
            grantedAt: text(lease.grantedAt), endsAt: text(lease.lastsUntil), startedAt: lease.startedAt.map(text),
            endedAt: lease.endedAt.map(text), attempt: lease.attempt, contact: lease.contact.rawValue)
        view.reclaim = self.view(lease.reclaim)
        if lease.isCutByDrain { view.drainedAt = lease.drainAt.map(text) }
        return view
    }

    func devices(_ allocation: Allocation) -> [LeasedDevice] {
        let known = state.devices(of: allocation)
        return allocation.devices.map { key in
            let device = known.first { $0.key == key }
            return LeasedDevice(
                uuid: key.name, model: device?.model ?? "a device that is gone", simulated: device?.isSimulated ?? false)
        }
    }

    func receipt(_ record: RequestRecord, _ lease: Lease, _ receipt: Receipt) -> ReceiptView {
        var view = ReceiptView(
            id: record.id.number, user: record.user.name, name: record.name, node: lease.allocation.node.name,
            devices: devices(lease.allocation), verdict: receipt.verdict.rawValue, words: receipt.words,
            exitCode: receipt.exitCode, endedBy: receipt.reason.word, grantedAt: text(receipt.grantedAt),
            startedAt: receipt.startedAt.map(text), endedAt: text(receipt.endedAt), closedAt: text(receipt.closedAt),
            attempts: receipt.attempts, checks: receipt.checks.map(\.view),
            deviceSeconds: Double(receipt.deviceTime.milliseconds) / 1_000, energy: "not measured")
        if let evidence = receipt.idle {
            view.idleSince = text(evidence.since)
            view.idleEvidence = evidence.text
        }
        view.take(receipt.use, receipt.electricity)
        view.take(receipt.use?.progress)
        return view
    }
}

extension RequestRecord {
    /// One word for where it stands.
    var stateWord: String {
        switch phase {
        case .waiting, .refused, .cancelled: phase.rawValue
        case .granted: lease.map { $0.phase == .pledged ? "starting" : $0.phase.rawValue } ?? phase.rawValue
        }
    }

    /// nil: the work is not over.
    var exitCode: Int32? {
        switch phase {
        case .waiting: return nil
        case .refused: return refusal?.exitCode ?? ExitCode.neverFits
        case .cancelled: return ExitCode.signal(15)
        case .granted:
            guard let lease, lease.phase == .verifying || lease.phase == .closed else { return nil }
            return ExitCode.of(lease.outcome, endedBy: lease.ending?.reason ?? .finished)
        }
    }

    var endedByWord: String? {
        switch phase {
        case .waiting: nil
        case .refused, .cancelled: phase.rawValue
        case .granted: exitCode == nil ? nil : lease?.ending?.reason.word
        }
    }

    /// What happened, as a sentence.
    var words: String {
        switch phase {
        case .waiting:
            return "Request \(id) waits for \(resources.devices.count == 0 ? "cores and memory" : resources.devices.text)."
        case .refused: return refusal?.sentence ?? "Request \(id) was refused."
        case .cancelled:
            let why = cancelledBecause.map { ": \($0)" } ?? ""
            return "Request \(id) was cancelled by \(cancelledBy?.name ?? "somebody") while it waited\(why)."
        case .granted: break
        }
        guard let lease else { return "Request \(id) was granted." }
        switch lease.phase {
        case .pledged, .starting: return "Lease \(id) is starting on \(lease.allocation.node)."
        case .running: return "Lease \(id) is running on \(lease.allocation.node)."
        case .ending:
            let reason = lease.ending?.reason ?? .finished
            return "Lease \(id) \(reason.words(nil)); its work was asked to end."
        case .verifying:
            let reason = lease.ending?.reason ?? .finished
            let problem = lease.failedChecks.isEmpty ? "" : " They are not clean yet: \(lease.failedChecks.failures)."
            let look = lease.allocation.devices.isEmpty ? "what is left of its processes is" : "its devices are"
            return "Lease \(id) \(reason.words(lease.outcome)); \(look) being looked at.\(problem)"
        case .closed: return "Lease \(id) \((lease.ending?.reason ?? .finished).words(lease.outcome))."
        }
    }
}

extension [CleanCheck] {
    var failures: String {
        compactMap { check in
            if case .failed(let detail) = check.result { "\(check.subject.words): \(detail)" } else { nil }
        }.joined(separator: "; ")
    }
}

extension ReceiptView {
    fileprivate mutating func take(_ use: DeviceUse?, _ electricity: ElectricityPrice?) {
        guard let use else { return }
        peakMemoryBytes = use.peakMemory?.bytes
        meanUtilization = use.meanUtilization
        peakUtilization = use.peakUtilization
        incidents = use.incidents.isEmpty ? nil : use.incidents.map(\.sentence)
        let isMadeUp = devices.contains(where: \.simulated)
        switch use.energy {
        case .notMeasured(let reason): energy = "not measured: \(reason)"
        case .measured(let measure):
            let cost = electricity?.cost(of: measure.energy)
            energy = measure.text + (cost.map { "; \($0.text)" } ?? "") + (isMadeUp ? " (simulated)" : "")
            energyCoverage = measure.coverage
            energyCost = cost.map { CostView($0) }
            energyJoules = Double(measure.energy.millijoules) / 1_000
            energyMethod = measure.method.rawValue
        }
    }
}

extension DeviceIncident {
    /// What the driver reported, and what that means.
    fileprivate var sentence: String {
        switch kind {
        case .xid(let number): "Xid \(number) on \(device): \(XidMeaning(of: number).sentence)"
        case .uncorrectedError: "An error of the memory of \(device) that could not be corrected."
        }
    }
}
