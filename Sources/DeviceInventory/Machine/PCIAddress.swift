/// A device's place on the PCI bus.
enum PCIAddress {
    /// As Linux writes it: `0000:3b:00.0`. A GPU is always function 0.
    static func text(domain: UInt32, bus: UInt32, device: UInt32) -> String {
        func hex(_ number: UInt32, _ digits: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        return "\(hex(domain, 4)):\(hex(bus, 2)):\(hex(device, 2)).0"
    }
}
