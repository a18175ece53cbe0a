import FleetModel

/// A line of the kernel's log that tells of an Xid, NVIDIA's number for what went wrong on a GPU:
/// `NVRM: Xid (PCI:0000:3b:00): 79, pid=4711, name=python, GPU has fallen off the bus.` The parenthesis also holds
/// `GPU-I:05`, perhaps `GPU-CI:01`, where a slice is concerned; pid and name may be missing or `'<unknown>'`.
struct KernelLogLine: Equatable {
    /// As Linux writes a GPU's place: `0000:3b:00.0`.
    let address: String
    let xid: Int
    /// The slice's GPU instance.
    let gpuInstance: UInt32?
    let pid: Int32?
    let command: String?

    /// nil: the line tells of something else.
    init?(_ message: some StringProtocol) {
        let start = "NVRM: Xid (PCI:"
        guard let found = message.ranges(of: start).first else { return nil }
        let rest = message[found.upperBound...]
        guard let close = rest.firstIndex(of: ")") else { return nil }
        let words = rest[..<close].split(separator: " ")
        guard let place = words.first.flatMap({ Self.address(String($0)) }) else { return nil }
        let text = rest[rest.index(after: close)...].drop { $0 == ":" || $0 == " " }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let parts = text.dropFirst(digits.count).split(separator: ",").map { $0.drop { $0 == " " } }
        address = place
        xid = number
        gpuInstance = words.dropFirst().first { $0.hasPrefix("GPU-I:") }.flatMap { UInt32($0.dropFirst("GPU-I:".count)) }
        pid = Self.value("pid=", parts).flatMap { Int32($0) }.flatMap { $0 > 0 ? $0 : nil }
        command = Self.value("name=", parts)
    }

    private static func value(_ name: String, _ parts: [some StringProtocol]) -> String? {
        guard let part = parts.first(where: { $0.hasPrefix(name) }) else { return nil }
        let value = String(part.dropFirst(name.count)).replacing("'", with: "")
        return value.isEmpty || value == "<unknown>" ? nil : value
    }

    /// Drivers write the domain with four digits, or with eight, and the function or not.
    static func address(_ text: String) -> String? {
        let parts = text.split(separator: ":")
        guard parts.count == 3, let domain = UInt32(parts[0], radix: 16), let bus = UInt32(parts[1], radix: 16),
            let device = UInt32(parts[2].prefix { $0 != "." }, radix: 16)
        else { return nil }
        return PCIAddress.text(domain: domain, bus: bus, device: device)
    }
}

/// A record of `/dev/kmsg`: `4,1234,5678901,-;message`.
struct KernelLogRecord: Equatable {
    /// Counts up by one, from the machine's start.
    let sequence: UInt64
    /// On the monotonic clock.
    let microseconds: UInt64
    let message: Substring

    /// nil: the line belongs to the record before it, or is none.
    init?(_ line: Substring) {
        guard let end = line.firstIndex(of: ";") else { return nil }
        let fields = line[..<end].split(separator: ",")
        guard fields.count >= 3, let sequence = UInt64(fields[1]), let microseconds = UInt64(fields[2]) else { return nil }
        self.sequence = sequence
        self.microseconds = microseconds
        message = line[line.index(after: end)...]
    }
}
