/// What the launcher starts for the server, since only the launcher may open the devices' nodes.
package enum HelperKind: String, Codable, Sendable, CaseIterable {
    /// One look at the devices.
    case inventory
    /// Watches them for as long as somebody listens.
    case watch
    /// Has one of them compute.
    case probe
    /// Asks the machine's own sign-in whether a password is somebody's.
    case signIn
    /// Does things to somebody's files, as them.
    case files

    /// Milliseconds, after which the launcher ends it whatever the server says; nil: none.
    var longestLife: Int64? {
        switch self {
        case .inventory: 120_000
        case .watch: nil
        case .probe: 900_000
        case .signIn: 60_000
        case .files: 86_400_000
        }
    }

    /// So many of its kind at once, whatever the server asks for: one that was taken over must not make the machine try passwords
    /// by the hundred, and whatever it does with one kind leaves room for the others.
    var most: Int {
        switch self {
        case .inventory, .signIn: 8
        case .watch: 16
        case .probe, .files: 48
        }
    }

    /// Its orders come on the socket that its answers go to.
    var takesInput: Bool { self == .watch || self == .signIn || self == .files }

    /// Root's files are its user's own, which it has no business with. Who has a driver loaded may have to write anywhere; what counts
    /// wrong passwords has files of root's.
    var writesLikeAUser: Bool { self == .watch || self == .probe }

    /// What it keeps of root's capabilities, a bit each. The devices' nodes belong to root, which is enough to open them.
    var capabilities: UInt64 {
        switch self {
        // NVIDIA's library has the driver loaded and its nodes made where nobody has used a GPU since the machine's start:
        // CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_SYS_MODULE, CAP_MKNOD. Nobody can tell this helper anything.
        case .inventory: 1 << 0 | 1 << 1 | 1 << 3 | 1 << 16 | 1 << 27
        // The kernel's log is for those who may read it: CAP_SYSLOG.
        case .watch: 1 << 34
        case .probe, .files: 0
        // Where hashes of passwords are closed to root itself, CAP_DAC_READ_SEARCH; and the kernel's audit, without which PAM
        // refuses everybody: CAP_AUDIT_WRITE.
        case .signIn: 1 << 2 | 1 << 29
        }
    }
}

/// The program that does what helpers do, and what may be asked of it. The launcher is told when it starts, never by the
/// server.
package struct HelperPrograms: Sendable {
    /// The arguments of each kind, the program's name first; a kind that is not here is refused.
    package var arguments: [HelperKind: [String]]
    /// The first word of what a probe may be told.
    package var probeTasks: [String]
    /// The names in the words that follow, `NAME=VALUE`.
    package var probeNames: [String]

    package init(arguments: [HelperKind: [String]] = [:], probeTasks: [String] = [], probeNames: [String] = []) {
        self.arguments = arguments
        self.probeTasks = probeTasks
        self.probeNames = probeNames
    }

    private static let mostWords = 16
    private static let longestValue = 96

    /// Whether these words may follow the arguments of a kind: only a known task, only known names, each once, and values that
    /// are short and of letters, digits and `- _ . : /`.
    func allows(_ words: [String], for kind: HelperKind) -> Bool {
        // Whoever does things to files is started for somebody, and never so.
        guard kind != .files else { return false }
        guard kind == .probe else { return words.isEmpty }
        guard words.count <= Self.mostWords, let task = words.first, probeTasks.contains(task) else { return false }
        var seen: Set<String> = []
        return words.dropFirst().allSatisfy { word in
            guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
            let name = String(word[..<equals]), value = word.utf8[equals...].dropFirst()
            return probeNames.contains(name) && seen.insert(name).inserted && !value.isEmpty
                && value.count <= Self.longestValue && value.allSatisfy(Self.isOrdinary)
        }
    }

    private static func isOrdinary(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.:/".utf8.contains(byte)
        }
    }
}
