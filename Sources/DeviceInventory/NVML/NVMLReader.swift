import CNVML
import FleetModel

/// Reads the NVIDIA devices of this machine. It blocks, perhaps for ever: call it through `InventoryProcess`.
///
/// Devices are known by their UUIDs; indices and minor numbers may change at every boot and are read each time. A GPU
/// with MIG on is replaced by its slices. One GPU that fails is left out and named; the others are read.
package struct NVMLReader {
    private let library: NVMLLibrary
    private let root: String
    private var reading = InventoryReading()
    /// The GPUs that were read, sliced ones included.
    private var gpus: [GPU] = []
    /// For each device of the reading its place in `gpus`.
    private var places: [Int] = []

    /// - Parameters:
    ///   - library: the library's path or name; nil: the standard name. Where that is not to be found and no driver
    ///     is loaded, there is no NVIDIA driver, which is no problem.
    ///   - root: where `/proc` and `/sys` are.
    package static func read(library: String? = nil, root: String = "/") -> InventoryReading {
        read(library ?? NVMLLibrary.standardName, isExpected: library != nil, root: root)
    }

    static func read(_ path: String, isExpected: Bool, root: String) -> InventoryReading {
        do {
            var reader = NVMLReader(library: try NVMLLibrary(path: path), root: root)
            return reader.readAll()
        } catch {
            let isDriverLoaded = TextFile.read("\(root)/proc/driver/nvidia/version") != nil
            guard isExpected || isDriverLoaded else { return InventoryReading() }
            return InventoryReading(problems: [.libraryNotLoaded(path: path, detail: error.detail)])
        }
    }

    private init(library: NVMLLibrary, root: String) {
        self.library = library
        self.root = root
    }

    /// A GPU as far as it was read.
    private struct GPU {
        let index: Int
        let handle: cnvml_device
        var isSliced = false
        var pciAddress: String?
        var minor: Int?
        var numaNode: Int?
    }

    private mutating func readAll() -> InventoryReading {
        do {
            try library.start()
            // Only a decoration: the devices matter, whatever the driver says of itself.
            reading.driverVersion = try? library.driverVersion()
            for index in 0..<(try library.deviceCount()) { readGPU(at: index) }
        } catch {
            reading.problems.append(.driverCallFailed(call: error.call, code: error.code))
        }
        reading.links = links()
        return reading
    }

    private mutating func readGPU(at index: Int) {
        var pciAddress: String?
        do {
            let handle = try library.device(at: index)
            pciAddress = try whereSupported { () throws(NVMLFailure) in try library.pciAddress(handle) }
            var gpu = GPU(index: index, handle: handle, pciAddress: pciAddress)
            gpu.minor = try whereSupported { () throws(NVMLFailure) in try library.minor(handle) }
            gpu.isSliced = try whereSupported { () throws(NVMLFailure) in try library.isSliced(handle) } ?? false
            gpu.numaNode = numaNode(of: gpu)
            if gpu.isSliced {
                gpus.append(gpu)
                try readSlices(of: gpu)
            } else {
                let device = try device(handle, of: gpu)
                gpus.append(gpu)
                add(device)
            }
        } catch {
            note(error, at: index, pciAddress)
        }
    }

    private mutating func readSlices(of gpu: GPU) throws(NVMLFailure) {
        let before = reading.devices.count + reading.problems.count
        for number in 0..<(try library.mostSlices(gpu.handle)) {
            do {
                guard let slice = try library.slice(number, of: gpu.handle) else { continue }
                add(try device(slice, of: gpu))
            } catch {
                note(error, at: gpu.index, gpu.pciAddress)
            }
        }
        if reading.devices.count + reading.problems.count == before {
            reading.problems.append(.noSlices(index: gpu.index, pciAddress: gpu.pciAddress))
        }
    }

    private mutating func add(_ device: Device) {
        reading.devices.append(device)
        places.append(gpus.count - 1)
    }

    private mutating func note(_ failure: NVMLFailure, at index: Int, _ pciAddress: String?) {
        reading.problems.append(
            .gpuCallFailed(index: index, pciAddress: pciAddress, call: failure.call, code: failure.code))
    }

    private func device(_ handle: cnvml_device, of gpu: GPU) throws(NVMLFailure) -> Device {
        Device(
            key: DeviceKey(try library.uuid(handle)), model: try library.name(handle), memory: try memory(handle),
            minor: gpu.minor, pciAddress: gpu.pciAddress, numaNode: gpu.numaNode)
    }

    /// A GPU that shares the machine's memory (GB10) supports no call for its own: it is given the machine's.
    private func memory(_ handle: cnvml_device) throws(NVMLFailure) -> MemoryBytes {
        do {
            return MemoryBytes(Int64(clamping: try library.totalMemory(handle)))
        } catch {
            guard error.code == .notSupported, let shared = MachineMemory.total(root: root) else { throw error }
            return shared
        }
    }

    private func numaNode(of gpu: GPU) -> Int? {
        if let named = try? library.nearestNUMANode(gpu.handle) { return named }
        return gpu.pciAddress.flatMap { TextFile.numaNode("\(root)/sys/bus/pci/devices/\($0)/numa_node") }
    }

    /// Slices of one GPU are on one board. NVLink does not reach slices.
    private func links() -> [[Int]] {
        guard reading.devices.count > 1 else { return [] }
        let between = linksBetweenGPUs()
        let all = places.indices.map { row in
            places.indices.map { column in
                if row == column { return 0 }
                return places[row] == places[column] ? LinkScore.sameBoard : between[places[row]][places[column]]
            }
        }
        return all.contains { $0.contains { $0 > 0 } } ? all : []
    }

    private func linksBetweenGPUs() -> [[Int]] {
        let nvlinks = gpus.map { $0.isSliced ? NVMLLibrary.NVLinks() : library.nvlinks($0.handle) }
        var scores = gpus.map { _ in gpus.map { _ in 0 } }
        for row in gpus.indices {
            for column in gpus.indices where row < column {
                let path = (try? library.pathScore(gpus[row].handle, gpus[column].handle)) ?? 0
                let count = gpus[column].pciAddress.map { nvlinks[row].count(to: nvlinks[column], at: $0) } ?? 0
                scores[row][column] = path + LinkScore.nvlink * count
                scores[column][row] = scores[row][column]
            }
        }
        return scores
    }
}
