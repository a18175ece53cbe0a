import Advice
import Advisor
import CheckoutService
import Crypto
import FleetModel
import LeaseLedger
import WireModel

/// What is expected of work that is asked for: from its earlier runs, or else from what its user says of it.
struct ForecastDesk {
    let service: CheckoutService
    /// Tells work from other work, and nobody else what it is.
    private let key: SymmetricKey

    /// - Parameter key: 32 bytes that nobody else has.
    init(service: CheckoutService, key: [UInt8]) {
        self.service = service
        self.key = SymmetricKey(data: key)
    }

    /// What is expected of a request, and what its user should know before it waits.
    struct Outlook {
        /// nil: nothing is expected, and it is no work that comes again.
        let forecast: WorkForecast?
        let warnings: [CheckoutWarning]

        /// Tells these warnings from others; nil: there are none.
        var sign: String? {
            guard !warnings.isEmpty else { return nil }
            return SHA256.hash(data: Array(warnings.map(\.words).joined(separator: "\n").utf8)).shortHex
        }
    }

    /// - Parameter submission: what it is asked for with.
    func outlook(_ body: NewRequest, _ submission: Submission) throws(Problem) -> Outlook {
        let said = try body.forecast.map { view throws(Problem) in try WorkForecast(view) }
        let devices = submission.resources.devices, work = work(body, submission.user)
        let runs = work.map { service.runBook.runs(of: $0, devices: devices.count) } ?? []
        let saidMemory = devices.count > 0 ? said?.memory : nil
        guard !runs.isEmpty || saidMemory != nil || said?.time != nil || said?.energy != nil else {
            return Outlook(forecast: work.map { WorkForecast(work: $0) }, warnings: [])
        }
        let kinds = kinds(for: devices)
        let found = RunForecast.forecast(from: runs.map(PastRun.init), on: kinds, devices: devices.count)
        let forecast = WorkForecast(
            work: work, memory: found.memory ?? saidMemory, time: found.time ?? said?.time,
            energy: found.energy ?? said?.energy)
        let durations = service.state.durations(of: submission)
        let offer = CheckoutWarnings.Offer(
            kinds: kinds, others: self.kinds(for: DeviceSelector(count: devices.count)), devices: devices.count,
            lasts: durations.lasts, atMost: durations.atMost)
        // Who says what it holds today knows it better than what ran before does.
        let proven = saidMemory == nil ? runs.compactMap { $0.device?.memory }.min() : nil
        let warnings = CheckoutWarnings.find(
            memory: saidMemory ?? found.memory, proven: proven, time: forecast.time,
            offer)
        return Outlook(forecast: forecast, warnings: warnings)
    }

    /// The kinds of device that a selector finds on nodes that have as many of them, each once.
    private func kinds(for selector: DeviceSelector) -> [DeviceKind] {
        guard selector.count > 0 else { return [] }
        var kinds: [DeviceKind] = []
        for node in service.state.nodes {
            // In order of the node's devices: usually all are of one model.
            var found: [(device: Device, count: Int)] = [], all = 0
            for slot in node.slots where slot.condition != .missing {
                let device = slot.device
                if let index = found.firstIndex(where: {
                    $0.device.model == device.model && $0.device.memory == device.memory
                }) {
                    found[index].count += 1
                } else if selector.matches(device) {
                    found.append((device, 1))
                } else {
                    continue
                }
                all += 1
            }
            guard all >= selector.count else { continue }
            for (device, _) in found where !kinds.contains(where: { $0.model == device.model && $0.memory == device.memory })
            {
                kinds.append(
                    DeviceKind(model: device.model, memory: device.memory, accelerator: PoolAccelerators.find(device)))
            }
        }
        return kinds
    }

    /// The same 16 digits for the same command in the same folder of the same user; nil: what is typed into, entered through the
    /// browser, or cut short is never the same twice.
    private func work(_ body: NewRequest, _ user: UserName) -> String? {
        guard body.session == nil, body.terminal == nil, body.trial != true, !body.command.isEmpty else { return nil }
        var code = HMAC<SHA256>(key: key)
        for text in [user.name, body.directory] + body.command {
            code.update(data: Array(text.utf8))
            code.update(data: [0])
        }
        return code.finalize().shortHex
    }
}

extension Sequence where Element == UInt8 {
    /// Its first eight bytes, as digits.
    fileprivate var shortHex: String {
        prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension PastRun {
    init(_ run: RunBook.Run) {
        self.init(
            model: run.device?.model ?? "", accelerator: run.device.flatMap(PoolAccelerators.find),
            devices: run.devices.count,
            time: run.time.milliseconds, memory: run.use?.peakMemory?.bytes, energy: run.use?.energy.millijoules)
    }
}

extension EnergyResult {
    /// nil: it was not measured, or only for a part of the time.
    var millijoules: Int64? {
        if case .measured(let measure) = self, measure.coverage >= 90 { measure.energy.millijoules } else { nil }
    }
}
