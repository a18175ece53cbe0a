import CCUDA
import FleetModel

extension CUDALibrary {
    /// The device that is meant, among those that this process sees; nil: it is not among them.
    ///
    /// By its UUID. Where the driver gives none that fits, by its address on the bus, if exactly one device has it: the slices
    /// of a GPU share its address, and a slice must not be taken for another one.
    func choose(_ wanted: ProbeTarget, among devices: [ccuda_device]) -> ccuda_device? {
        guard let name = wanted.key?.name else { return devices.first }
        let key = Self.bytes(ofKey: name)
        if let key, let found = devices.first(where: { (try? uuid($0)) == key }) { return found }
        guard let address = wanted.pciAddress?.lowercased() else { return nil }
        let there = devices.filter { (try? pciAddress($0)).map(Self.shortened) == Self.shortened(address) }
        guard there.count == 1, let only = there.first else { return nil }
        // A UUID that was read and is another's speaks against the address, except of a slice: older drivers give the
        // GPU's UUID for it.
        let isSlice = name.hasPrefix("MIG-")
        if !isSlice, key != nil, let read = try? uuid(only), read != key { return nil }
        return only
    }

    /// `GPU-6d1f…` and `MIG-8c…` as 16 bytes; nil: another form.
    static func bytes(ofKey key: String) -> [UInt8]? {
        let digits = key.split(separator: "-", maxSplits: 1).dropFirst().joined().filter { $0 != "-" }
        guard digits.utf8.count == 32, digits.allSatisfy(\.isHexDigit) else { return nil }
        let values = digits.compactMap(\.hexDigitValue)
        return stride(from: 0, to: 32, by: 2).map { UInt8(values[$0] * 16 + values[$0 + 1]) }
    }

    /// Some write eight digits for the domain, others four.
    private static func shortened(_ address: String) -> String {
        let parts = address.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return address }
        return "\(parts[0].drop { $0 == "0" }):\(parts[1])"
    }
}
