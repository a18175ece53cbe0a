import CNVML
import FleetModel

/// The calls that list the processes on a device. They are the dearest of all, and hold up the work on it: ask seldom.
extension NVMLLibrary {
    /// Processes that compute, draw, or use the device through MPS, each once, in the order of their numbers.
    /// nil: the device gives no list, or one that makes no sense.
    func processes(_ device: cnvml_device) throws(NVMLFailure) -> [DeviceProcess]? {
        var all: [Int32: DeviceProcess] = [:]
        var isKnown = false
        for kind in ["Compute", "Graphics", "MPSCompute"] {
            let listed = try whereSupported { () throws(NVMLFailure) in try list(kind, device) }
            guard let listed else { continue }
            guard let processes = listed.processes else { return nil }
            isKnown = true
            for process in processes where (all[process.pid]?.memory ?? MemoryBytes(-1)) <= (process.memory ?? .zero) {
                all[process.pid] = process
            }
        }
        return isKnown ? all.values.sorted { $0.pid < $1.pid } : nil
    }

    private struct Listed {
        /// nil: what was read can't be process numbers.
        let processes: [DeviceProcess]?
    }

    private func list(_ kind: String, _ device: cnvml_device) throws(NVMLFailure) -> Listed {
        let name = "nvmlDeviceGet\(kind)RunningProcesses"
        do {
            return try list("\(name)_v3", device, stride: nil)
        } catch { guard error.code.isOfVersion else { throw error } }
        do {
            return try list("\(name)_v2", device, stride: ProcessTable.narrow)
        } catch { guard error.code.isOfVersion else { throw error } }
        return try list(name, device, stride: ProcessTable.first)
    }

    /// - Parameter stride: the bytes of an entry; nil: two are known under this name.
    private func list(_ name: String, _ device: cnvml_device, stride: Int?) throws(NVMLFailure) -> Listed {
        var room = 16
        // Processes begin while we look: with more than there was room for, we look again.
        for _ in 0..<8 {
            var table = ProcessTable(room: room)
            var count = UInt32(room)
            do {
                try call(name, as: cnvml_processes_call.self) { function in
                    table.bytes.withUnsafeMutableBytes { function(device, &count, $0.baseAddress) }
                }
            } catch {
                guard error.code == .insufficientSize else { throw error }
                room = max(room, min(Int(count), 65_536)) * 2 + 5
                continue
            }
            guard Int(count) <= room else { return Listed(processes: nil) }
            return Listed(processes: table.processes(Int(count), stride: stride, otherwise: strideBySymbols))
        }
        throw NVMLFailure(call: name, code: .insufficientSize)
    }

    /// For some versions the third call gave wider entries under the same name. Those versions have the call for
    /// protected memory, and not yet the one for details of processes.
    private var strideBySymbols: Int {
        has("nvmlDeviceGetConfComputeMemSizeInfo") && !has("nvmlDeviceGetRunningProcessDetailList")
            ? ProcessTable.wide : ProcessTable.narrow
    }
}
