/// What work has to do with an environment of software: a folder with a Python of its own and what was installed into it.
package enum EnvironmentUse: Hashable, Codable, Sendable {
    /// Starts in the one of this name: the user's own, else the shared one.
    case named(String)
    /// Starts in the one in this folder, wherever it came from. Absolute.
    case folder(String)
    /// Makes or removes the shared one of this name, whose folder is there to be written.
    case changesShared(String)
}

/// Where environments lie; server, launcher and clients agree on it.
package enum EnvironmentPlace {
    /// A user's own, below what `HOME` says. Not in the data directory, which no work sees.
    package static let ownFolder = ".local/share/carrel-environments"
    /// The shared ones, below the data directory.
    package static let sharedFolder = "environments"
    /// In the folder of each: written last, so that what has none is not whole.
    package static let record = "carrel-environment.json"
    /// In the folder of each: locked while it is changed.
    package static let lock = ".carrel-lock"
    /// Where a sandbox shows the program of Carrel to work that begins with it.
    package static let program = "/dev/carrel-program"

    /// Letters, digits and `. _ -`, of which only the first two may begin it; at most 64 bytes.
    package static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isLetterOrDigit(first) else { return false }
        let others: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")]
        return text.utf8.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
