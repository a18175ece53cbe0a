/// Which folders may be data sets, as far as their path shows it. What is shown to work must not hold what work shall not see, and must
/// not change under it by somebody else's hand.
package enum DataFolderRule {
    /// Why a folder may not be one.
    package enum Fault: Hashable, Codable, Sendable {
        /// It does not begin with `/`, or has `.`, `..` or nothing between two slashes.
        case notAbsolute
        /// The whole machine, or a folder that holds all of something: `/`, `/home`.
        case tooMuch
        /// The machine's own: beneath `/etc`, `/proc` and their like.
        case system(place: String)
        /// What comes and goes: beneath `/tmp` and its like, where everybody makes folders.
        case passing(place: String)
        /// Carrel's own data directory, something in it, or something around it.
        case dataDirectory
        /// Sockets and the like, which no work sees, lie in it.
        case holds(place: String)
    }

    /// Nothing in these is anybody's data.
    package static let systemPlaces = [
        "/boot", "/dev", "/etc", "/proc", "/root", "/run", "/sys", "/var/run", "/var/lock", "/var/spool", "/var/log",
    ]
    package static let passingPlaces = ["/tmp"]
    /// These hold what belongs to many; a folder in them may be a set.
    package static let wholes = [
        "/", "/bin", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/media", "/mnt", "/sbin", "/srv", "/usr", "/var",
        "/var/lib", "/var/tmp",
    ]

    /// - Parameters:
    ///   - path: without links and without a slash at its end.
    ///   - dataDirectory: Carrel's, in the same way.
    ///   - masked: what no work sees.
    /// - Returns: nil: it may be one.
    package static func fault(of path: String, dataDirectory: String, masked: [String]) -> Fault? {
        guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0), path.utf8.count < 4_096 else {
            return .notAbsolute
        }
        if wholes.contains(path) { return .tooMuch }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return .notAbsolute }
        if let place = systemPlaces.first(where: { isWithin(path, $0) }) { return .system(place: place) }
        if let place = passingPlaces.first(where: { isWithin(path, $0) }) { return .passing(place: place) }
        if isWithin(path, dataDirectory) || isWithin(dataDirectory, path) { return .dataDirectory }
        if let place = masked.first(where: { isWithin(path, $0) || isWithin($0, path) }) { return .holds(place: place) }
        return nil
    }

    private static func isWithin(_ path: String, _ folder: String) -> Bool { path == folder || path.hasPrefix(folder + "/") }
}
