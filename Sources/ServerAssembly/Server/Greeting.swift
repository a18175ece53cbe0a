import Foundation
import WireModel

/// What `up` says when it is ready.
struct Greeting: Sendable {
    private let configuration: ServerConfiguration

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    /// - Parameter link: signs the first administrator in, once.
    func print(devices: String, address: String?, link: String?) {
        var lines = ["Carrel \(CarrelVersion.text)", "  devices  \(devices)", "  data     \(configuration.dataDirectory)"]
        if let address { lines.append("  address  \(address)  (carrel user link prints a link that signs you in)") }
        if let link {
            let isJournal = configuration.printsToJournal
            lines.append("  sign in  " + (isJournal ? "as the first administrator: carrel user link" : link))
            if !isJournal { lines.append("           (as the first administrator; the link works once, until tomorrow)") }
        }
        lines += [
            "", "In another terminal:", "  export CARREL_DATA_DIR=\(configuration.dataDirectory.shellQuoted)",
            "  carrel run -- python3 train.py", "  carrel gpus", "", "ready",
        ]
        if let user = configuration.rootWorkUser {
            complain(
                "What root asks for runs as the user \(user), which can enter and write only folders that are open to everybody, and not "
                    + "/root. Ask for work as an ordinary user, or start with --allow-root-work.")
        }
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
