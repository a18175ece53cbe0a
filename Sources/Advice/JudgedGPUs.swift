import Advisor
import FleetModel
import WireModel

/// The GPUs that a question is judged by.
struct JudgedGPUs {
    let accelerators: [Accelerator]
    /// Whether one was named; the first is meant then, and its variants stand beside it.
    let isNamed: Bool
    /// As in `a100:2`; nil: it doesn't say.
    let count: Int?

    /// As `carrel run --gpus` reads it: `a100`, `24GB..`, `a100:2`. nil: one of each common size of memory.
    /// - Parameter pool: what there is; it is judged before what there might be.
    init(_ given: String?, in catalogue: Catalogue, pool: [Accelerator] = []) throws(AdviceError) {
        let usual = pool + Self.common(catalogue).filter { !pool.contains($0) }
        guard let given else {
            (accelerators, isNamed, count) = (usual, false, nil)
            return
        }
        let selector: DeviceSelector?
        do throws(DeviceSelector.ParseError) { selector = try DeviceSelector(parsing: given) } catch {
            guard case .empty = error else { throw .notThere("--gpu: \(error.words)") }
            selector = nil
        }
        let name = given.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let count = given.contains(":") ? selector?.count : nil
        if count == 0 { throw .outOfRange(what: "--gpu", given: given, least: "1 GPU", most: "100000") }
        self.count = count
        guard let selector, selector.memoryAtLeast != nil || selector.memoryAtMost != nil else {
            accelerators = Array(try Given.accelerators(String(name), in: catalogue).prefix(4))
            isNamed = true
            return
        }
        let common = usual.filter { selector.holds($0.memory) }
        let recent = common.isEmpty ? Self.recent(catalogue).filter { selector.holds($0.memory) } : common
        guard !recent.isEmpty else {
            throw .notThere("No GPU of the catalogue from 2020 on has such a memory: \(given).")
        }
        accelerators = Array(recent.prefix(10))
        isNamed = false
    }

    /// New ones and those that pools and clouds still have.
    static func recent(_ catalogue: Catalogue) -> [Accelerator] {
        catalogue.accelerators.filter { $0.segment != .reference && $0.year >= 2_020 }
            .sorted { ($0.memory, $0.name) < ($1.memory, $1.name) }
    }

    private static func common(_ catalogue: Catalogue) -> [Accelerator] {
        [
            "GeForce RTX 3060 12GB", "GeForce RTX 4060 Ti 16GB", "GeForce RTX 4090", "GeForce RTX 5090", "L40S",
            "A100 SXM4 80GB", "H100 SXM5 80GB", "H200 SXM 141GB", "B200 SXM 180GB", "Instinct MI300X",
        ].compactMap { name in catalogue.accelerators.first { $0.name == name } }
    }
}
