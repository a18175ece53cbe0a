import Accounts
import FleetModel

/// Accounts, sessions and tickets in memory.
actor MemoryAccounts: AccountStorage {
    private var all: [Account]
    private var sessions: [(digest: [UInt8], session: BrowserSession)] = []
    private var shared: [(request: LeaseID, user: UserName)] = []
    private var tickets: [(digest: [UInt8], ticket: SignInTicket)] = []

    private let allocated: Set<UInt32>

    init(_ accounts: [Account], allocated: Set<UInt32> = [], identities: [(UserName, OutsideIdentity)] = []) {
        all = accounts
        outside = identities.map { (user: $0, identity: $1) }
        self.allocated = allocated
    }

    func wasAllocated(unixID: UInt32) -> Bool { allocated.contains(unixID) }

    func accounts() -> [Account] { all }

    func addAccount(_ account: Account) -> Bool {
        guard !all.contains(where: { $0.name == account.name }) else { return false }
        all.append(account)
        return true
    }

    func changeAccount(_ account: Account) -> Bool {
        guard let index = all.firstIndex(where: { $0.name == account.name }) else { return false }
        all[index] = account
        return true
    }

    func addSession(
        digest: [UInt8], user: UserName, at: Timestamp, expiresAt: Timestamp, address: String, agent: String
    ) -> BrowserSession {
        let session = BrowserSession(
            id: Int64(sessions.count + 1), user: user, createdAt: at, lastSeenAt: at, expiresAt: expiresAt, address: address,
            agent: agent)
        sessions.append((digest, session))
        return session
    }

    func addEntrance(
        to request: LeaseID, digest: [UInt8], user: UserName, parent: Int64?, at: Timestamp, expiresAt: Timestamp,
        address: String, agent: String
    ) -> BrowserSession? {
        if let parent, !sessions.contains(where: { $0.session.id == parent && $0.session.endedAt == nil }) { return nil }
        let session = BrowserSession(
            id: Int64(sessions.count + 1), user: user, createdAt: at, lastSeenAt: at, expiresAt: expiresAt, address: address,
            agent: agent, entrance: request)
        sessions.append((digest, session))
        return session
    }

    func openEntrances(_ numbers: [Int64]) -> [BrowserSession] {
        sessions.map(\.session).filter { numbers.contains($0.id) && $0.entrance != nil && $0.endedAt == nil }
    }

    func shares(of request: LeaseID) -> [UserName] { shared.filter { $0.request == request }.map(\.user) }
    func addShare(of request: LeaseID, with user: UserName) { shared.append((request, user)) }
    func removeShare(of request: LeaseID, with user: UserName) -> Bool {
        let count = shared.count
        shared.removeAll { $0 == (request, user) }
        return shared.count < count
    }

    private var outside: [(user: UserName, identity: OutsideIdentity)]
    func identities(of user: UserName) -> [OutsideIdentity] { outside.filter { $0.user == user }.map(\.identity) }
    func dropIdentity(of user: UserName, issuer: String) -> Bool {
        let count = outside.count
        outside.removeAll { $0.user == user && $0.identity.issuer == issuer }
        return outside.count < count
    }

    func session(digest: [UInt8]) -> BrowserSession? { sessions.first { $0.digest == digest }?.session }

    func openSessions(of user: UserName?) -> [BrowserSession] {
        sessions.map(\.session).filter { $0.endedAt == nil && (user == nil || $0.user == user) }.reversed()
    }

    func markSessionSeen(_ id: Int64, at: Timestamp) { change(id) { ($0.endedAt, at) } }

    func endSession(_ id: Int64, of user: UserName?, at: Timestamp) -> BrowserSession? {
        guard let found = sessions.first(where: { $0.session.id == id })?.session, user == nil || found.user == user else {
            return nil
        }
        change(id) { ($0.endedAt ?? at, $0.lastSeenAt) }
        return found
    }

    func endSessions(of user: UserName, except: Int64?, at: Timestamp) -> Int {
        let open = openSessions(of: user).filter { $0.id != except }
        for session in open { change(session.id) { ($0.endedAt ?? at, $0.lastSeenAt) } }
        return open.count
    }

    func addTicket(
        digest: [UInt8], user: UserName, madeBy: UserName?, at: Timestamp, expiresAt: Timestamp
    ) -> SignInTicket {
        dropTickets(of: user)
        let ticket = SignInTicket(
            id: Int64(tickets.count + 1), user: user, madeBy: madeBy, createdAt: at, expiresAt: expiresAt)
        tickets.append((digest, ticket))
        return ticket
    }

    func ticket(digest: [UInt8]) -> SignInTicket? { tickets.first { $0.digest == digest }?.ticket }

    func useTicket(digest: [UInt8], at: Timestamp) -> SignInTicket? {
        guard let index = tickets.firstIndex(where: { $0.digest == digest }) else { return nil }
        let old = tickets[index].ticket
        guard old.usedAt == nil, at < old.expiresAt else { return nil }
        tickets[index].ticket = SignInTicket(
            id: old.id, user: old.user, madeBy: old.madeBy, createdAt: old.createdAt, expiresAt: old.expiresAt, usedAt: at)
        return tickets[index].ticket
    }

    func dropTickets(of user: UserName) { tickets.removeAll { $0.ticket.user == user && $0.ticket.usedAt == nil } }

    private func change(_ id: Int64, _ times: (BrowserSession) -> (endedAt: Timestamp?, lastSeenAt: Timestamp)) {
        guard let index = sessions.firstIndex(where: { $0.session.id == id }) else { return }
        let old = sessions[index].session, new = times(old)
        sessions[index].session = BrowserSession(
            id: old.id, user: old.user, createdAt: old.createdAt, lastSeenAt: new.lastSeenAt, expiresAt: old.expiresAt,
            address: old.address, agent: old.agent, endedAt: new.endedAt)
    }
}
