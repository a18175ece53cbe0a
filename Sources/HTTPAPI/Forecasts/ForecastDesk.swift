import Advice
import Advisor
import CatalogueFiles
import CheckoutService
import Crypto
import FleetModel
import LeaseLedger
import Synchronization
import WireModel

/// What is expected of work that is asked for: from its earlier runs, or else from what its user says of it.
struct ForecastDesk {
    let service: CheckoutService

    /// - Parameter submission: what it is asked for with.
    /// - Returns: nil: nothing is expected, and it is no work that comes again.
    func forecast(_ body: NewRequest, _ submission: Submission) throws(Problem) -> WorkForecast? {
        let said = try body.forecast.map { view throws(Problem) in try WorkForecast(view) }
        let work = Self.work(body, submission.user)
        let devices = submission.resources.devices
        let runs = work.map(service.runBook.runs) ?? []
        guard !runs.isEmpty else {
            let forecast = WorkForecast(work: work, memory: said?.memory, time: said?.time, energy: said?.energy)
            return forecast.isEmpty ? nil : forecast
        }
        let models = service.state.deviceModels
        let past = runs.map { run in
            let device = run.devices.first.flatMap { models[$0] }
            return PastRun(
                model: device?.model ?? "", accelerator: device.flatMap(Accelerators.find), devices: run.devices.count,
                time: run.time.milliseconds, memory: run.use?.peakMemory?.bytes, energy: run.use?.energy.millijoules)
        }
        let found = RunForecast.forecast(from: past, on: kinds(for: devices), devices: devices.count)
        return WorkForecast(
            work: work, memory: found.memory ?? said?.memory, time: found.time ?? said?.time,
            energy: found.energy ?? said?.energy)
    }

    /// What somebody should know who asks for this.
    func warnings(_ forecast: WorkForecast?, _ resources: ResourceRequest, lasting duration: TimeSpan) -> [CheckoutWarning] {
        guard let forecast, forecast.memory != nil || forecast.time != nil else { return [] }
        return CheckoutWarnings.find(
            forecast, kinds: kinds(for: resources.devices), devices: resources.devices.count, lasting: duration)
    }

    /// The kinds of device that a selector finds in the pool, each once.
    private func kinds(for selector: DeviceSelector) -> [DeviceKind] {
        guard selector.count > 0 else { return [] }
        var seen: Set<DeviceKind> = [], kinds: [DeviceKind] = []
        for node in service.state.nodes {
            for slot in node.slots {
                let device = slot.device
                let bare = DeviceKind(
                    model: device.model, memory: device.memory, accelerator: nil, isSimulated: device.isSimulated)
                guard seen.insert(bare).inserted, selector.matches(device) else { continue }
                kinds.append(
                    DeviceKind(
                        model: device.model, memory: device.memory, accelerator: Accelerators.find(device),
                        isSimulated: device.isSimulated))
            }
        }
        return kinds
    }

    /// The same 16 digits for the same command in the same folder of the same user; nil: what is typed into, or entered through the
    /// browser, is never the same twice.
    private static func work(_ body: NewRequest, _ user: UserName) -> String? {
        // A trial is cut short.
        guard body.session == nil, body.terminal == nil, !body.command.isEmpty,
            !(body.environment?.contains("CARREL_TRIAL=1") ?? false)
        else { return nil }
        var hash = SHA256()
        for text in [user.name, body.directory] + body.command {
            hash.update(data: Array(text.utf8))
            hash.update(data: [0])
        }
        return hash.finalize().prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension EnergyResult {
    /// nil: it was not measured, or only for a part of the time.
    var millijoules: Int64? {
        if case .measured(let measure) = self, measure.coverage >= 90 { measure.energy.millijoules } else { nil }
    }
}

extension LedgerState {
    fileprivate var deviceModels: [DeviceKey: Device] {
        var models: [DeviceKey: Device] = [:]
        for node in nodes { for slot in node.slots { models[slot.device.key] = slot.device } }
        return models
    }
}

/// The catalogue's entries for devices of the pool. A look through it for each request would take longer than the rest.
private enum Accelerators {
    private static let known = Mutex<[String: Accelerator?]>([:])

    static func find(_ device: Device) -> Accelerator? {
        let key = "\(device.model)/\(device.memory.bytes)"
        if let known = known.withLock({ $0[key] }) { return known }
        let model = device.isSimulated ? device.model.replacing(" (simulated)", with: "") : device.model
        let found = BuiltInTables.catalogue.find(model: model, memory: device.memory)
        known.withLock { known in
            // A pool has a handful of models.
            if known.count > 1_000 { known = [:] }
            known[key] = .some(found)
        }
        return found
    }
}
