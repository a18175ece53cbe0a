import FleetModel

/// A process that looks at devices or files for the server, as the launcher sees it: its child.
final class Helper {
    let pid: Int32
    let kind: HelperKind
    /// Whose files it has to do with; nil: it looks at devices.
    var user: UserName?
    /// What the server calls it; nil: the server that asked for it is gone.
    var number: UInt64?
    /// When it is ended; nil: it has been, or never is.
    var deadline: Int64?
    /// It was ended and may still be there: a driver can hold it in the kernel.
    var wasKilled = false

    init(pid: Int32, kind: HelperKind, number: UInt64, deadline: Int64?) {
        self.pid = pid
        self.kind = kind
        self.number = number
        self.deadline = deadline
    }
}

/// What the server asks for.
struct HelperOrder: Codable, Sendable {
    /// Chosen by the server, each once in its life.
    let number: UInt64
    let kind: HelperKind
    let words: [String]
    /// Milliseconds from now; nil: as long as the kind may live.
    let life: Int64?
}
