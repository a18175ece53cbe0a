import Accounts
import FleetModel
import LeaseLedger
import WireModel

/// A process on the Unix socket whose identity counts.
struct SocketPeer: Hashable, Sendable {
    let uid: UInt32
    /// What the machine calls that user.
    let name: UserName
}

/// Makes callers of what they came with, anew for each request: who is disabled is out at once.
struct CallerMaker: Sendable {
    let directory: AccountDirectory
    /// Whoever ran `up`: an administrator, as is root, whatever an account says, so that nobody can lock them out.
    let owner: UInt32
    /// Whom root's work runs as; nil: as root, or as the owner.
    var rootWorkUser: UInt32?

    /// Under root work runs as each user's own Unix user.
    var separatesUsers: Bool { owner == 0 }

    /// Whom root's work runs as; nil: as root, or it is somebody else's, or they come from elsewhere.
    func otherWorkUser(of caller: Caller) -> UInt32? {
        guard separatesUsers, case .socket(uid: 0) = caller.door else { return nil }
        return rootWorkUser
    }

    func caller(_ peer: SocketPeer) throws(Problem) -> Caller {
        let rules = peer.uid == 0 || peer.uid == owner
        guard let account = directory.account(unixID: peer.uid) else {
            // An account of that name is somebody else's: two people must not be one in the ledger.
            let name = directory.account(peer.name) == nil ? peer.name : UserName("uid-\(peer.uid)")
            return Caller(
                Requester(name, isAdministrator: rules), door: .socket(uid: peer.uid),
                role: rules ? .administrator : .member, uid: peer.uid)
        }
        guard rules || !account.isDisabled else { throw .accountDisabled }
        let role = rules ? .administrator : account.role
        return Caller(
            Requester(account.name, isAdministrator: role == .administrator), door: .socket(uid: peer.uid), role: role,
            uid: peer.uid)
    }

    /// nil: the account is disabled.
    func caller(_ token: TokenRecord) -> Caller? {
        guard let account = directory.account(token.user) else {
            // Made over the socket by a user of the machine who has no account.
            let rules = token.scope == .admin
            return Caller(
                Requester(token.user, isAdministrator: rules), door: .token(token.id),
                role: rules ? .administrator : .member, uid: nil)
        }
        guard !account.isDisabled else { return nil }
        let role = token.scope == .admin ? account.role : .member
        return caller(account, .token(token.id), role)
    }

    /// nil: there is no such account any more, or it is disabled.
    func caller(_ session: BrowserSession) -> Caller? {
        guard let account = directory.account(session.user), !account.isDisabled else { return nil }
        return caller(account, .session(session.id), account.role)
    }

    private func caller(_ account: Account, _ door: Caller.Door, _ role: AccountRole) -> Caller {
        Caller(
            Requester(account.name, isAdministrator: role == .administrator), door: door, role: role, uid: account.unixID,
            lacksUnixUser: separatesUsers && account.unixID == nil,
            hasNoFolder: separatesUsers && (account.unixID ?? 0) == 0)
    }
}
