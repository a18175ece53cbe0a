import FleetModel
import Glibc

/// Reads what AMD devices show, from sysfs. Files differ from card to card; what isn't there is unknown. Blocks while a
/// card is being reset.
struct AMDReadings {
    private let root: String

    /// - Parameter root: where `/proc` and `/sys` are.
    init(root: String) { self.root = root }

    /// - Parameter address: the card's place on the bus.
    func read(_ key: DeviceKey, at address: String?, _ depth: LookDepth) -> DeviceReading {
        guard let address, let card = Card(at: address, root: root) else {
            return DeviceReading(key, contact: .fails(code: ENODEV, words: "the kernel has no such card any more"))
        }
        var reading = DeviceReading(key)
        // Every card has this file, and reading it asks the card: so it says how the card stands.
        switch card.number("mem_info_vram_used") {
        case .value(let bytes): reading.memoryUsed = MemoryBytes(bytes)
        case .failed(EACCES), .failed(EPERM):
            return DeviceReading(key, contact: .unreadable(words: "no permission to read \(card.path)"))
        case .failed(let code) where code != ENOENT:
            return DeviceReading(key, contact: .fails(code: code, words: String(cString: strerror(code))))
        default: break
        }
        reading.utilization = card.number("gpu_busy_percent").value.map { Int(clamping: $0) }
        if let monitor = card.monitor {
            let microwatts = card.number("\(monitor)/power1_average").value ?? card.number("\(monitor)/power1_input").value
            reading.power = microwatts.map { Power(milliwatts: $0 / 1_000) }
            reading.temperature = card.number("\(monitor)/temp1_input").value.map { Int(clamping: $0 / 1_000) }
        }
        guard depth == .examine else { return reading }
        (reading.uncorrectedErrors, reading.correctedErrors) = card.memoryErrors
        reading.processes = AMDProcesses.on(card, root: root).map { ProcessFacts.named($0, root: root) }
        return reading
    }

    /// A card's folder in sysfs.
    struct Card {
        let path: String
        /// The N of `/dev/dri/renderDN`.
        let minor: Int
        let address: String

        init?(at address: String, root: String) {
            let folder = "\(root)/sys/class/drm"
            let name = TextFile.names(in: folder).first {
                $0.hasPrefix("renderD") && TextFile.lastName(ofLink: "\(folder)/\($0)/device") == address
            }
            guard let name, let minor = Int(name.dropFirst("renderD".count)) else { return nil }
            path = "\(folder)/\(name)/device"
            self.minor = minor
            self.address = address
        }

        enum Answer {
            case value(Int64)
            /// A number of `errno`; 0: it is no number.
            case failed(Int32)

            var value: Int64? { if case .value(let value) = self { value } else { nil } }
        }

        func number(_ file: String) -> Answer {
            let opened = open("\(path)/\(file)", O_RDONLY | O_CLOEXEC)
            guard opened >= 0 else { return .failed(errno) }
            defer { close(opened) }
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = Glibc.read(opened, &buffer, buffer.count)
            guard count >= 0 else { return .failed(errno) }
            let text = String(decoding: buffer[..<count].prefix { $0 > 32 }, as: UTF8.self)
            return Int64(text).map { .value($0) } ?? .failed(0)
        }

        /// The folder of the card's sensors; its number differs from boot to boot.
        var monitor: String? {
            TextFile.names(in: "\(path)/hwmon").first { $0.hasPrefix("hwmon") }.map { "hwmon/\($0)" }
        }

        /// Of all the card's blocks, since the driver was loaded; nil: the card counts none.
        var memoryErrors: (uncorrected: Int64?, corrected: Int64?) {
            var uncorrected: Int64?, corrected: Int64?
            for name in TextFile.names(in: "\(path)/ras") where name.hasSuffix("_err_count") {
                for line in (TextFile.read("\(path)/ras/\(name)") ?? "").split(separator: "\n") {
                    let words = line.split(whereSeparator: \.isWhitespace)
                    guard words.count == 2, let count = Int64(words[1]) else { continue }
                    if words[0] == "ue:" { uncorrected = (uncorrected ?? 0) &+ count }
                    if words[0] == "ce:" { corrected = (corrected ?? 0) &+ count }
                }
            }
            return (uncorrected, corrected)
        }
    }
}
