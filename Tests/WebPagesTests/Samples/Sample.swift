import FleetModel
import WebPages
import WireModel

/// Things to make pages of.
enum Sample {
    static let now = Timestamp(utcText: "2026-11-21T15:40:00.000Z") ?? Timestamp(milliseconds: 0)
    static let viewer = Viewer(name: "alice", isAdministrator: false, canSignOut: true)
    /// What somebody would call themselves to harm others.
    static let hostile = "</td><script>alert('x')</script>\"' onload=\"x\u{202E}\u{1B}[2J&amp;"
    static let long = String(repeating: "a-very-long-name-", count: 40)

    static func at(_ minutes: Int64) -> String { (now + .minutes(minutes)).utcText }

    static func device(_ number: Int, _ state: String = "free", on node: String = "node1") -> DeviceView {
        var device = DeviceView(
            uuid: "GPU-\(number)-4f1c-8e2a", node: node, model: "NVIDIA A100-SXM4-80GB", memoryBytes: 85_899_345_920,
            simulated: false, minor: number, pciAddress: nil, state: state)
        device.utilization = number * 13 % 101
        device.memoryUsedBytes = Int64(number % 80) << 30
        device.powerWatts = 60 + Double(number % 300)
        device.temperature = 40 + number % 40
        return device
    }

    static func held(_ number: Int, by user: String, _ name: String = "train.py") -> DeviceView {
        var device = device(number, "leased")
        device.lease = Int64(number + 100)
        device.user = user
        device.name = name
        device.until = at(200)
        return device
    }

    static func node(_ name: String = "node1") -> NodeView {
        NodeView(
            name: name, cores: 128, coresFree: 60.5, memoryBytes: 1_000_000_000_000, memoryFreeBytes: 300_000_000_000,
            contact: "known")
    }

    static func request(_ id: Int64, _ state: String, user: String = "alice", name: String = "train.py") -> RequestView {
        var request = RequestView(
            id: id, user: user, team: "vision", name: name, kind: "job", state: state,
            words: "Request \(id) is \(state).", submittedAt: at(-90), gpus: 2, asked: "2 × a100", durationSeconds: 7_200)
        guard !["waiting", "refused", "cancelled"].contains(state) else { return request }
        request.lease = LeaseView(
            node: "node1",
            devices: [1, 2].map { LeasedDevice(uuid: "GPU-\($0)-4f1c", model: "NVIDIA A100-SXM4-80GB", simulated: true) },
            cores: 8, memoryBytes: 64_000_000_000, grantedAt: at(-60), endsAt: at(60), startedAt: at(-60),
            endedAt: request.isOver ? at(-5) : nil, attempt: 1, contact: "known")
        if request.isOver { request.exitCode = 0 }
        return request
    }

    static func idle(_ request: RequestView) -> RequestView {
        var request = request, idle = IdleView(words: "It is not used.")
        idle.since = at(-30)
        idle.releaseAt = at(15)
        idle.notice = NoticeView(
            lease: request.id, user: request.user, name: request.name, kind: "warned", at: at(-5),
            sentence: "Lease \(request.id) is not used.", evidence: "Nothing ran for 30 minutes.", releaseAt: at(15),
            keep: "carrel keep \(request.id)")
        request.lease?.idle = idle
        request.lease?.reclaim = LeaseView.Reclaim(forRequest: 9, since: at(-2), endsAt: at(3))
        request.lease?.drainedAt = at(30)
        return request
    }

    static var receipt: ReceiptView {
        var receipt = ReceiptView(
            id: 7, user: "alice", name: "train.py", node: "node1", devices: [], verdict: "clean", words: "It is clean.",
            exitCode: 0, endedBy: "finished", grantedAt: at(-60), startedAt: at(-60), endedAt: at(-5), closedAt: at(-4),
            attempts: 1,
            checks: [.init(check: "processes gone", result: "passed", detail: nil, device: "GPU-1-4f1c-8e2a-11")],
            deviceSeconds: 6_600, energy: "1.2 kWh")
        receipt.energyCost = CostView(amount: 0.36, currency: "EUR")
        return receipt
    }

    static var series: TelemetrySeries {
        let points = (0..<60).filter { !(20..<30).contains($0) }.map { index in
            var point = TelemetryPointView(at: at(Int64(index) - 60), offsetSeconds: Double(index) * 60)
            point.utilization = .init(mean: Double(index % 100), min: 0, max: 100, count: 6)
            point.powerWatts = .init(mean: 250, min: 200, max: 300, count: 6)
            return point
        }
        return TelemetrySeries(from: at(-60), until: at(0), stepSeconds: 60, points: points)
    }

    static func list(_ devices: [DeviceView], waiting: Int = 0) -> DeviceList {
        var names: [String] = []
        for device in devices where names.last != device.node { names.append(device.node) }
        return DeviceList(devices: devices, nodes: names.map { node($0) }, waiting: waiting)
    }

    static func report(_ by: String, _ names: [String]) -> EnergyReport {
        let entries = names.enumerated().map { index, name in
            EnergyReport.Entry(
                name: name, leases: index + 1, gpuSeconds: Double(index) * 4_000 + 30,
                energyJoules: index == 0 ? nil : Double(index) * 1e7, notMeasured: index,
                costs: index == 1 ? [CostView(amount: 12.5, currency: "EUR"), CostView(amount: 3, currency: "CHF")] : [])
        }
        let total = EnergyReport.Entry(
            name: "all", leases: 3, gpuSeconds: 12_000, energyJoules: 3e7, notMeasured: 1,
            costs: [CostView(amount: 15, currency: "EUR")])
        return EnergyReport(from: at(-43_200), until: at(0), by: by, entries: entries, total: total)
    }
}
