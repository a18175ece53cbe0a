import FleetModel
import Foundation
import LedgerStore
import Synchronization
import Testing

@testable import Accounts

extension LedgerStore: OutsideStorage {}

/// Accounts of those whom somebody else vouches for, on a real store.
@Suite("Whom a provider or the machine vouches for")
struct OutsideTests {
    private let folder: TestFolder
    private let store: LedgerStore
    private let desk: SignInDesk
    private let machine = Machine()
    private let now = Timestamp(milliseconds: 5_000)
    private static let issuer = "https://login.test"

    /// A machine with users, whose passwords are their names backwards.
    private final class Machine: UnixPasswords {
        let people = Mutex<[String: UnixPerson]>([:])

        func person(named name: String, password: String) async throws(SignInRefusal) -> UnixPerson? {
            if name == "away" { throw .machineSilent }
            guard password == String(name.reversed()) else { return nil }
            return people.withLock { $0[name] }
        }

        func add(_ name: String, _ uid: UInt32, isAdministrator: Bool? = nil) {
            people.withLock { $0[name] = UnixPerson(name: name, uid: uid, isAdministrator: isAdministrator) }
        }
    }

    init() async throws {
        folder = try TestFolder("outside")
        store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        desk = try await SignInDesk.open(
            store, unix: UnixSignIn(passwords: machine, owner: 1_000, complain: { _ in }))
    }

    private func admit(
        _ name: String?, _ subject: String, unixID: UInt32? = nil, ids: OutsidePeople.UnixIDs? = nil, taken: Set<UInt32> = []
    ) async throws -> Account {
        try await OutsidePeople(desk: desk, storage: store, unixIDs: ids).admit(
            .init(name: name, displayName: "A\u{202E}B\n" + String(repeating: "é", count: 80), unixID: unixID),
            issuer: Self.issuer, subject: subject, at: now
        ) { !taken.contains($0) }
    }

    @Test("an account is its issuer's and subject's, also after another start; names are only names")
    func keyed() async throws {
        let alice = try await admit("alice", "1")
        #expect(alice.role == .member && alice.unixID == nil && alice.displayName.hasPrefix("ABé"))
        #expect(alice.displayName.utf8.count <= AccountDirectory.longestDisplayName)
        for (name, subject) in [("alice", "2"), ("ALICE", "3")] {
            await #expect(throws: OutsideRefusal.nameTaken(name)) { try await admit(name, subject) }
        }
        for name in ["", "a b", "../x", "uid-7", "-a", String(repeating: "a", count: 65), "ä"] {
            await #expect(throws: OutsideRefusal.nameUnusable(name)) { try await admit(name, "4") }
        }
        await #expect(throws: OutsideRefusal.nameUnusable(nil)) { try await admit(nil, "4") }
        let other = try await OutsidePeople(desk: SignInDesk.open(store), storage: store)
        #expect(try await other.known(issuer: Self.issuer, subject: "1", at: now)?.name == alice.name)
        #expect(try await other.known(issuer: Self.issuer, subject: "2", at: now) == nil)
        #expect(try await other.known(issuer: Self.issuer + "/", subject: "1", at: now) == nil)
        // The same person twice at once is one account, and a failure leaves nothing half made.
        await #expect(throws: OutsideRefusal.nameTaken("bob")) { try await admit("bob", "1") }
        #expect(try await store.accounts().map(\.name.name) == ["alice"])
    }

    @Test("numbers are given once, past those that somebody has, and never again")
    func numbers() async throws {
        let ids = OutsidePeople.UnixIDs(first: 200_000, last: 200_003)
        try await desk.directory.add(Account(name: UserName("old"), unixID: 200_001, createdAt: now))
        #expect(try await admit("a", "1", ids: ids).unixID == 200_000)
        #expect(try await admit("b", "2", ids: ids, taken: [200_002]).unixID == 200_003)
        #expect(try await desk.wasAllocated(unixID: 200_000))
        #expect(try await !desk.wasAllocated(unixID: 200_004))
        // Whoever gives one back leaves it behind.
        try await desk.directory.change(UserName("a")) { $0.unixID = nil }
        await #expect(throws: OutsideRefusal.noNumberLeft) { try await admit("c", "3", ids: ids) }
        #expect(try await admit("d", "4", unixID: 1_001, ids: ids).unixID == 1_001)
    }

    @Test("an account that exists is connected once, and let go; who is disabled stays out")
    func connecting() async throws {
        let people = OutsidePeople(desk: desk, storage: store), gretel = UserName("gretel"), hans = UserName("hans")
        for name in [gretel, hans] { try await desk.directory.add(Account(name: name, createdAt: now)) }
        for _ in 0..<2 { try await people.connect(issuer: Self.issuer, subject: "1", to: gretel, at: now) }
        await #expect(throws: OutsideRefusal.connected) {
            try await people.connect(issuer: Self.issuer, subject: "1", to: hans, at: now)
        }
        await #expect(throws: OutsideRefusal.connected) {
            try await people.connect(issuer: Self.issuer, subject: "2", to: gretel, at: now)
        }
        #expect(try await people.known(issuer: Self.issuer, subject: "1", at: now)?.name == gretel)
        try await desk.setDisabled(true, gretel, at: now)
        await #expect(throws: OutsideRefusal.disabled(gretel)) {
            try await people.known(issuer: Self.issuer, subject: "1", at: now)
        }
        let identity = OutsideIdentity(issuer: Self.issuer, subject: "1", connectedAt: now)
        #expect(try await desk.identities(of: gretel) == [identity])
        #expect(try await desk.identities(of: hans).isEmpty)
        #expect(try await !desk.disconnect(hans, issuer: Self.issuer))
        #expect(try await !desk.disconnect(gretel, issuer: Self.issuer + "/"))
        #expect(try await desk.disconnect(gretel, issuer: Self.issuer))
        #expect(try await desk.identities(of: gretel).isEmpty)
        try await people.connect(issuer: Self.issuer, subject: "1", to: hans, at: now)
    }

    private func enter(_ name: String, _ password: String? = nil) async throws(SignInRefusal) -> Account {
        try await desk.examine(.password(name: name, password ?? String(name.reversed())), from: "10.0.0.1", at: now)
    }

    @Test("the machine's password makes an account at the first time and is it from then on, by the Unix user's number")
    func machinePassword() async throws {
        machine.add("uma", 1_007)
        machine.add("root", 0)
        let uma = try await enter("uma")
        #expect(uma.unixID == 1_007 && uma.role == .member && uma.lastSignInAt == now)
        machine.people.withLock { $0["uma2"] = UnixPerson(name: "uma2", uid: 1_007, isAdministrator: nil) }
        #expect(try await enter("uma2").name == uma.name)
        for (name, password) in [("uma", "x"), ("nobody-here", "x"), ("root", "toor"), ("uma", ""), ("um/a", "a/mu")] {
            await #expect(throws: SignInRefusal.wrongNameOrPassword) { try await enter(name, password) }
        }
        await #expect(throws: SignInRefusal.machineSilent) { try await enter("away") }
        try await desk.setDisabled(true, uma.name, at: now)
        await #expect(throws: SignInRefusal.wrongNameOrPassword) { try await enter("uma") }
    }

    @Test("an account of the same name that is somebody else's is not entered with the machine's password")
    func strangersName() async throws {
        machine.add("uma", 1_007)
        _ = try await admit("uma", "1")
        await #expect(throws: SignInRefusal.wrongNameOrPassword) { try await enter("uma") }
        try await desk.setPassword("several short words", of: UserName("uma"), proof: nil, from: "", keeping: nil, at: now)
        #expect(try await enter("uma", "several short words").unixID == nil)
    }

    @Test("the group says at each sign-in who administers, but for whoever runs the server")
    func group() async throws {
        machine.add("ada", 1_008, isAdministrator: true)
        #expect(try await enter("ada").role == .administrator)
        machine.add("ada", 1_008, isAdministrator: false)
        #expect(try await enter("ada").role == .member)
        try await desk.directory.change(UserName("ada")) { $0.role = .operator }
        #expect(try await enter("ada").role == .operator)
        machine.add("ada", 1_008)
        try await desk.directory.change(UserName("ada")) { $0.role = .administrator }
        #expect(try await enter("ada").role == .administrator)
        try await desk.directory.add(Account(name: UserName("owner"), role: .administrator, unixID: 1_000, createdAt: now))
        machine.add("owner", 1_000, isAdministrator: false)
        #expect(try await enter("owner").role == .administrator)
    }
}
