package import FleetModel
package import LeaseLedger

/// Who sends a request, and by which door.
package struct Caller: Hashable, Sendable {
    package enum Door: Hashable, Sendable {
        /// The Unix socket: the kernel names the peer.
        case socket(uid: UInt32)
        /// An access token, by its number.
        case token(Int64)
        /// A browser's session, by its number.
        case session(Int64)
    }

    package let requester: Requester
    package let door: Door
    package let role: AccountRole
    /// The Unix user that work is started as; nil: the one of the same name.
    package let uid: UInt32?
    /// Work is started as each user's own Unix user here, and this one has none.
    package let lacksUnixUser: Bool
    /// What they ask for runs as a user that belongs to nobody, and keeps no files.
    package let hasNoFolder: Bool

    package init(
        _ requester: Requester, door: Door, role: AccountRole, uid: UInt32?, lacksUnixUser: Bool = false,
        hasNoFolder: Bool = false
    ) {
        self.requester = requester
        self.door = door
        self.role = role
        self.uid = uid
        self.lacksUnixUser = lacksUnixUser
        self.hasNoFolder = hasNoFolder
    }

    /// For acts on devices and nodes, which operators do as well.
    var operating: Requester {
        Requester(requester.user, isAdministrator: requester.isAdministrator || role == .operator)
    }

    /// Not a token: what makes new ways in would let it outlive its own end.
    var isInPerson: Bool {
        if case .token = door { return false }
        return true
    }
}

/// Judges the peers of the Unix socket; the launcher does it, since only it can see where a process sits.
package protocol PeerJudge: Sendable {
    /// Where the process sits. Throws when it can't be told now.
    /// - Parameter process: a descriptor of it, which goes before its number; nil: the kernel has none.
    func seat(pid: Int32, process: Int32?) async throws -> PeerSeat
}

/// Where the process at the other end of the Unix socket sits, which says whether its Unix identity counts.
package enum PeerSeat: Hashable, Sendable {
    /// Where the server does: its identity is a login.
    case besideServer
    /// In another pid namespace, such as the work of a lease, which would otherwise speak with its user's rights; or it has ended.
    case amongOtherProcesses
    /// In another user namespace, where a user may act as other numbers than their own.
    case amongOtherUsers
}
