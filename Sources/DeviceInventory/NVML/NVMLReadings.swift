import CNVML
import FleetModel

/// Reads what NVIDIA devices show. Handles are kept from look to look, found by their place on the bus, so that no GPU is
/// touched but the one that is asked for: a sick one can be left out. Blocks, perhaps for ever.
final class NVMLReadings {
    private let library: NVMLLibrary
    private let root: String
    private var kept: [String: FoundGPU] = [:]

    /// - Parameter root: where `/proc` is.
    init(library: NVMLLibrary, root: String) {
        self.library = library
        self.root = root
    }

    /// A GPU as it was found, with what on it can be asked for.
    struct FoundGPU {
        let whole: cnvml_device
        let isSliced: Bool
        let minor: Int?
        /// The GPU itself, or its slices.
        var handles: [DeviceKey: cnvml_device] = [:]
    }

    /// What the devices of one GPU show.
    /// - Parameters:
    ///   - address: the GPU's place on the bus; nil: not known, it is looked for by its UUID.
    ///   - keys: the GPU, or its slices.
    func read(_ keys: [DeviceKey], at address: String?, _ depth: LookDepth) -> [DeviceReading] {
        keys.isEmpty ? [] : read(keys, place: address ?? keys[0].name, address, depth)
    }

    private func read(_ keys: [DeviceKey], place: String, _ address: String?, _ depth: LookDepth) -> [DeviceReading] {
        let gpu: FoundGPU
        do throws(NVMLFailure) {
            // A close look trusts nothing that it was told before.
            if depth == .sample, let known = kept[place] { gpu = known } else { gpu = try find(keys, address) }
            kept[place] = gpu
        } catch {
            kept[place] = nil
            return keys.map { DeviceReading($0, contact: .failure(error.code)) }
        }
        let readings = keys.map { key in
            guard let handle = gpu.handles[key] else {
                return DeviceReading(key, contact: .unreadable(words: "something else is at its place on the bus now"))
            }
            return read(key, handle, on: gpu, depth)
        }
        // What is in doubt is found anew.
        if readings.contains(where: { $0.contact != .answers }) { kept[place] = nil }
        return readings
    }

    /// The N of `/dev/nvidiaN`, as it was when the GPU was last found.
    func minor(at address: String?, _ key: DeviceKey) -> Int? { kept[address ?? key.name]?.minor }

    /// The GPU with its handles as last found.
    func found(at address: String?, _ key: DeviceKey) -> FoundGPU? { kept[address ?? key.name] }

    private func find(_ keys: [DeviceKey], _ address: String?) throws(NVMLFailure) -> FoundGPU {
        guard let address else {
            let handle = try library.device(named: keys[0].name)
            return FoundGPU(whole: handle, isSliced: false, minor: try minor(handle), handles: [keys[0]: handle])
        }
        let whole = try library.device(atAddress: address)
        let isSliced = try whereSupported { () throws(NVMLFailure) in try library.isSliced(whole) } ?? false
        var gpu = FoundGPU(whole: whole, isSliced: isSliced, minor: try minor(whole))
        guard isSliced else {
            gpu.handles[DeviceKey(try library.uuid(whole))] = whole
            return gpu
        }
        for number in 0..<(try library.mostSlices(whole)) {
            guard let slice = try library.slice(number, of: whole) else { continue }
            gpu.handles[DeviceKey(try library.uuid(slice))] = slice
        }
        return gpu
    }

    private func minor(_ handle: cnvml_device) throws(NVMLFailure) -> Int? {
        try whereSupported { () throws(NVMLFailure) in try library.minor(handle) }
    }

    private func read(_ key: DeviceKey, _ handle: cnvml_device, on gpu: FoundGPU, _ depth: LookDepth) -> DeviceReading {
        var look = NVMLLook(key)
        let library = library, whole = gpu.whole
        look.ask(\.utilization) { () throws(NVMLFailure) in try library.utilization(handle) }
        look.ask(\.memoryUsed) { () throws(NVMLFailure) in try library.usedMemory(handle) }
        // A GPU's power is no slice's: given to each, it would count many times.
        if !gpu.isSliced {
            look.ask(\.power) { () throws(NVMLFailure) in try library.power(handle) }
            look.ask(\.energy) { () throws(NVMLFailure) in try library.energy(handle) }
        }
        look.ask(\.temperature) { () throws(NVMLFailure) in try library.temperature(whole) }
        look.ask(\.clockLimits) { () throws(NVMLFailure) in try library.clockLimits(whole) }
        guard depth == .examine else { return look.reading }
        look.ask(\.uncorrectedErrors) { () throws(NVMLFailure) in try library.memoryErrors(.uncorrected, whole) }
        look.ask(\.correctedErrors) { () throws(NVMLFailure) in try library.memoryErrors(.corrected, whole) }
        look.ask(\.rows) { () throws(NVMLFailure) in try library.rows(whole) }
        look.ask(\.recovery) { () throws(NVMLFailure) in try library.recovery(whole) }
        look.ask(\.processes) { () throws(NVMLFailure) in try library.processes(handle) }
        var reading = look.reading
        reading.processes = reading.processes?.map { ProcessFacts.named($0, root: root) }
        return reading
    }
}
