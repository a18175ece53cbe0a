package import LeaseLedger

/// Who is on the other end of a connection.
package struct Caller: Hashable, Sendable {
    package let requester: Requester
    /// The Unix user of the peer; nil: it came with a token.
    package let uid: UInt32?

    package init(_ requester: Requester, uid: UInt32?) {
        self.requester = requester
        self.uid = uid
    }
}

/// Judges the peers of the Unix socket; the launcher does it, since only it can see where a process sits.
package protocol PeerJudge: Sendable {
    /// Whether the process may use its Unix identity here: false for one in another pid namespace, such as the work of
    /// a lease, which would otherwise speak with its user's rights.
    /// Throws when it can't be told now.
    /// - Parameter process: a descriptor of it, which goes before its number; nil: the kernel has none.
    func mayEnter(pid: Int32, process: Int32?) async throws -> Bool
}
