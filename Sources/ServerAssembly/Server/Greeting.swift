import Foundation
import WireModel

/// What `up` says when it is ready.
struct Greeting: Sendable {
    private let configuration: ServerConfiguration

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    func print(devices: String, address: String?) {
        var lines = ["Carrel \(CarrelVersion.text)", "  devices  \(devices)", "  data     \(configuration.dataDirectory)"]
        if let address { lines.append("  address  \(address)  (a token signs in: carrel token create NAME)") }
        lines += [
            "", "In another terminal:", "  export CARREL_DATA_DIR=\(configuration.dataDirectory.shellQuoted)",
            "  carrel run -- python3 train.py", "  carrel gpus", "", "ready",
        ]
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

extension String {
    /// As one word of a shell.
    fileprivate var shellQuoted: String {
        let isPlain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+:".contains($0)) }
        return isPlain && !isEmpty ? self : "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
