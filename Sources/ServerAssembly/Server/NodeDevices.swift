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

    init(machine: MachineFacts, simulate: String?, engine: LocalEngine) {
        self.machine = machine
        simulated = simulate.flatMap { try? SimulatedDevices(parsing: $0) }
        reader = simulated == nil ? InventoryProcess(starter: .launcher(engine, .inventory)) : nil
    }

    func report() async -> NodeReport {
        var readings: [InventoryReading] = []
        if let simulated { readings.append(simulated.reading(on: machine.node)) }
        if let reader { readings.append(await reader.read()) }
        let report = nodeReport(machine: machine, readings: readings)
        last.withLock { $0 = (report.devices, readings.flatMap(\.problems)) }
        return report
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
