import FleetModel

/// A kind of device that can be simulated.
struct SimulatedModel: Hashable, Sendable {
    /// What is typed: `a100`.
    let shortName: String
    /// As the driver names it.
    let name: String
    let vendor: DeviceVendor
    /// As the driver reports it, which is a little less or more than the maker prints.
    let memory: MemoryBytes
    /// How many links each device has into the switch that joins all of them; 0: they talk through PCIe.
    let links: Int

    /// What the board takes when it is idle, and its limit.
    let idleWatts: Int
    let fullWatts: Int

    private init(
        _ shortName: String, _ name: String, mebibytes: Int64, watts: ClosedRange<Int>, links: Int = 0,
        vendor: DeviceVendor = .nvidia
    ) {
        self.shortName = shortName
        self.name = name
        self.vendor = vendor
        self.memory = MemoryBytes(mebibytes << 20)
        self.links = links
        idleWatts = watts.lowerBound
        fullWatts = watts.upperBound
    }

    /// Names and MiB are those that `nvidia-smi` (AMD: `rocm-smi`) prints with drivers of 2023 and
    /// later; the links are those of NVIDIA's data sheets for the SXM boards. A PCIe card may have a bridge to one
    /// neighbour in life; here it has none. The limits of power are those of the data sheets; what an idle
    /// board takes is about what such boards show.
    static let known: [SimulatedModel] = [
        SimulatedModel("b200", "NVIDIA B200", mebibytes: 183_359, watts: 140...1_000, links: 18),
        SimulatedModel("h200", "NVIDIA H200", mebibytes: 143_771, watts: 75...700, links: 18),
        SimulatedModel("h100", "NVIDIA H100 80GB HBM3", mebibytes: 81_559, watts: 70...700, links: 18),
        SimulatedModel("a100", "NVIDIA A100-SXM4-80GB", mebibytes: 81_920, watts: 60...400, links: 12),
        SimulatedModel("a100-40gb", "NVIDIA A100-SXM4-40GB", mebibytes: 40_960, watts: 50...400, links: 12),
        SimulatedModel("v100", "Tesla V100-SXM2-32GB", mebibytes: 32_768, watts: 40...300, links: 6),
        SimulatedModel("l40s", "NVIDIA L40S", mebibytes: 46_068, watts: 35...350),
        SimulatedModel("l4", "NVIDIA L4", mebibytes: 23_034, watts: 16...72),
        SimulatedModel("a40", "NVIDIA A40", mebibytes: 46_068, watts: 30...300),
        SimulatedModel("a10", "NVIDIA A10", mebibytes: 23_028, watts: 20...150),
        SimulatedModel("t4", "Tesla T4", mebibytes: 15_360, watts: 10...70),
        SimulatedModel("a6000", "NVIDIA RTX A6000", mebibytes: 49_140, watts: 22...300),
        SimulatedModel("rtx5090", "NVIDIA GeForce RTX 5090", mebibytes: 32_607, watts: 20...575),
        SimulatedModel("rtx4090", "NVIDIA GeForce RTX 4090", mebibytes: 24_564, watts: 15...450),
        SimulatedModel("rtx3090", "NVIDIA GeForce RTX 3090", mebibytes: 24_576, watts: 20...350),
        SimulatedModel("rtx3060", "NVIDIA GeForce RTX 3060", mebibytes: 12_288, watts: 12...170),
        SimulatedModel("mi300x", "AMD Instinct MI300X OAM", mebibytes: 196_592, watts: 130...750, vendor: .amd),
    ]

    /// Letter case, spaces and dashes don't matter: `RTX 4090` is `rtx4090`.
    static func named(_ text: String) -> SimulatedModel? {
        func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let wanted = plain(text)
        return known.first { plain($0.shortName) == wanted }
    }
}
