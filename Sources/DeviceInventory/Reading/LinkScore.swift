/// How well two devices reach each other, as NVIDIA's own allocator (go-gpuallocator, best effort policy) counts it:
/// the PCIe path between them, and 100 for each NVLink on top. So 1 220 is twelve NVLinks within one CPU's GPUs.
enum LinkScore {
    static let acrossCPUs = 10
    static let sameCPU = 20
    static let sameHostBridge = 30
    static let severalSwitches = 40
    static let oneSwitch = 50
    static let sameBoard = 60
    static let nvlink = 100

    /// From NVML's level of the nearest common ancestor; 0 for a level that is not known here.
    static func path(ancestor level: UInt32) -> Int {
        switch level {
        case 0: sameBoard
        case 10: oneSwitch
        case 20: severalSwitches
        case 30: sameHostBridge
        case 40: sameCPU
        case 50: acrossCPUs
        default: 0
        }
    }
}
