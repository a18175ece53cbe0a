import ChildProcess
import DeviceInventory
import FleetModel
import Glibc
import LocalEngine
import Synchronization

/// This machine's devices: read in a child process, or simulated.
final class NodeDevices: Sendable {
    private let machine: MachineFacts
    private let simulated: SimulatedDevices?
    private let reader: InventoryProcess?
    private let last = Mutex<(devices: [Device], problems: [InventoryProblem])>(([], []))

    private let hasLooked = Mutex(false)

    init(machine: MachineFacts, simulate: String?, engine: LocalEngine) {
        self.machine = machine
        simulated = simulate.flatMap { try? SimulatedDevices(parsing: $0) }
        reader = simulated == nil ? InventoryProcess(starter: .launcher(engine, .inventory)) : nil
    }

    func report() async -> NodeReport {
        var readings: [InventoryReading] = []
        if let simulated { readings.append(simulated.reading(on: machine.node)) }
        if let reader { readings.append(await look(with: reader)) }
        let report = nodeReport(machine: machine, readings: readings)
        last.withLock { $0 = (report.devices, readings.flatMap(\.problems)) }
        return report
    }

    /// The first look may take a driver that starts with the machine most of a minute; work for the CPU doesn't wait for it.
    private func look(with reader: InventoryProcess) async -> InventoryReading {
        let isFirst = hasLooked.withLock { hasLooked in
            defer { hasLooked = true }
            return !hasLooked
        }
        guard isFirst else { return await reader.read() }
        let reading = await reader.readFirst()
        if isStarting(reading.problems) {
            complain("the GPU driver is starting; its GPUs are offered when it has answered")
        }
        return reading
    }

    private func isStarting(_ problems: [InventoryProblem]) -> Bool {
        problems.contains { if case .driverStarting = $0 { true } else { false } }
    }

    /// Waits until the first look has come to its end. Returns whether it had not when it was told of.
    func untilStarted() async -> Bool {
        guard isStarting(problems), let reader else { return false }
        _ = await reader.read()
        return true
    }

    /// What `--simulate` made up.
    var simulatedDevices: [Device] { simulated?.reading(on: machine.node).devices ?? [] }

    var problems: [InventoryProblem] { last.withLock(\.problems) }

    /// `4 × NVIDIA A100-SXM4-80GB (simulated)`, or that there is none.
    var summary: String {
        let devices = last.withLock(\.devices)
        var kinds: [(model: String, count: Int)] = []
        for device in devices {
            if let place = kinds.firstIndex(where: { $0.model == device.model }) {
                kinds[place].count += 1
            } else {
                kinds.append((device.model, 1))
            }
        }
        guard !kinds.isEmpty else { return "no GPU found; work for the CPU runs with --gpus 0" }
        return kinds.map { "\($0.count) × \($0.model)" }.joined(separator: ", ")
    }
}
