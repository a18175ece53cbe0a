import CNVML
import FleetModel

/// The bytes that a call filled with processes, and what they say.
///
/// The third version of the call gives entries of 24 or of 32 bytes, and nothing in it says which. Read with the wrong
/// size, the numbers are other numbers: so the bytes themselves are asked. They are filled with a mark before the call;
/// where the last byte that lost its mark lies says how wide n entries are.
struct ProcessTable {
    static let first = MemoryLayout<cnvml_process_v1>.size
    static let narrow = MemoryLayout<cnvml_process_v2>.size
    static let wide = MemoryLayout<cnvml_process_wide>.size
    /// No kernel gives a number above this (`PID_MAX_LIMIT`).
    static let largestPID: UInt32 = 4_194_304
    private static let mark: UInt8 = 0xa5

    var bytes: [UInt8]

    /// - Parameter room: in entries of the widest kind.
    init(room: Int) { bytes = [UInt8](repeating: Self.mark, count: room * Self.wide) }

    /// - Parameters:
    ///   - stride: the bytes of an entry where they are known.
    ///   - otherwise: taken where they are not, and the bytes don't tell.
    /// - Returns: nil where an entry can be no process: then nothing of it is believed.
    func processes(_ count: Int, stride: Int?, otherwise: @autoclosure () -> Int) -> [DeviceProcess]? {
        let stride = stride ?? measuredStride(count) ?? otherwise()
        guard count >= 0, count * stride <= bytes.count else { return nil }
        var processes: [DeviceProcess] = []
        for index in 0..<count {
            let entry = index * stride
            let pid = number(at: entry, as: UInt32.self)
            guard (1...Self.largestPID).contains(pid) else { return nil }
            let memory = number(at: entry + 8, as: UInt64.self)
            // All ones: the driver doesn't know.
            processes.append(
                DeviceProcess(pid: Int32(pid), memory: memory == .max ? nil : MemoryBytes(Int64(clamping: memory))))
        }
        return processes
    }

    /// nil: nothing was written, or more than the entries.
    func measuredStride(_ count: Int) -> Int? {
        guard count > 0, let last = bytes.lastIndex(where: { $0 != Self.mark }) else { return nil }
        for stride in [Self.narrow, Self.wide] where (count - 1) * stride <= last && last < count * stride {
            return stride
        }
        return nil
    }

    private func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }
}
