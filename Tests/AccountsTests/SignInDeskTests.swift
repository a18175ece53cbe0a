import FleetModel
import Foundation
import LedgerStore
import Testing

@testable import Accounts

extension LedgerStore: AccountStorage {}

/// Accounts, links, passwords and sessions on a real store.
@Suite("Signing in")
struct SignInDeskTests {
    private let folder: TestFolder
    private let store: LedgerStore
    private let desk: SignInDesk
    private let alice = UserName("alice"), bob = UserName("bob")
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + seconds * 1_000) }
    private static let day: Int64 = 86_400
    private let password = "correct horse battery"

    init() async throws {
        folder = try TestFolder("accounts")
        store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        desk = try await SignInDesk.open(store)
        for name in [alice, bob] { try await desk.directory.add(Account(name: name, createdAt: at(0))) }
    }

    @Test("a link signs in once, and of many who open it at once one is let in")
    func once() async throws {
        let (ticket, text) = try await desk.tickets.make(for: alice, by: nil, at: at(0))
        #expect(try await desk.tickets.look(text, at: at(1)) == ticket)
        let desk = desk, now = at(2)
        let entered = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask { (try? await desk.examine(.ticket(text), from: "10.0.0.1", at: now)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(entered == 1)
        await #expect(throws: SignInRefusal.noTicket) { try await desk.tickets.look(text, at: now) }
        #expect(desk.directory.account(alice)?.lastSignInAt == now)
    }

    @Test("a link is worthless after a day, after a newer one, and for who is disabled")
    func stale() async throws {
        let (_, old) = try await desk.tickets.make(for: alice, by: bob, at: at(0))
        await #expect(throws: SignInRefusal.noTicket) {
            try await desk.examine(.ticket(old), from: "", at: at(Self.day))
        }
        let (_, newer) = try await desk.tickets.make(for: alice, by: bob, at: at(1))
        await #expect(throws: SignInRefusal.noTicket) { try await desk.examine(.ticket(old), from: "", at: at(2)) }
        try await desk.setDisabled(true, alice, at: at(3))
        await #expect(throws: SignInRefusal.noTicket) { try await desk.examine(.ticket(newer), from: "", at: at(4)) }
        for text in ["", "ticket_", String(newer.dropLast()), newer + "A", "carrel_" + newer.dropFirst(7)] {
            await #expect(throws: SignInRefusal.noTicket) { try await desk.examine(.ticket(text), from: "", at: at(4)) }
        }
    }

    @Test("a password signs in its account and no other; nothing tells unknown, disabled and wrong apart")
    func passwords() async throws {
        try await desk.setPassword(password, of: alice, proof: nil, from: "", keeping: nil, at: at(0))
        #expect(try await desk.examine(.password(name: "alice", password), from: "", at: at(1)).name == alice)
        for (name, text) in [("alice", password + "x"), ("bob", password), ("nobody", password), ("alice", ""), ("", "")] {
            await #expect(throws: SignInRefusal.wrongNameOrPassword) {
                try await desk.examine(.password(name: name, text), from: "", at: at(1))
            }
        }
        try await desk.setDisabled(true, alice, at: at(2))
        await #expect(throws: SignInRefusal.wrongNameOrPassword) {
            try await desk.examine(.password(name: "alice", password), from: "", at: at(3))
        }
        let stored = try #require(try await store.accounts().first?.passwordHash)
        #expect(stored.hasPrefix("$y$") && !stored.contains(password))
    }

    @Test("letters that look the same are the same in a password")
    func composed() async throws {
        try await desk.setPassword("caf\u{e9} au lait", of: alice, proof: nil, from: "", keeping: nil, at: at(0))
        let account = try await desk.examine(.password(name: "alice", "cafe\u{301} au lait"), from: "", at: at(1))
        #expect(account.name == alice)
    }

    @Test("a new password needs the old one where it must be shown, and ends every other session")
    func change() async throws {
        try await desk.setPassword(password, of: alice, proof: nil, from: "", keeping: nil, at: at(0))
        let here = try await desk.sessions.begin(for: alice, address: "", agent: "", at: at(1))
        let elsewhere = try await desk.sessions.begin(for: alice, address: "", agent: "", at: at(1))
        let others = try await desk.sessions.begin(for: bob, address: "", agent: "", at: at(1))
        await #expect(throws: AccessChangeFailure.refused(.wrongNameOrPassword)) {
            try await desk.setPassword("another password", of: alice, proof: "no", from: "", keeping: nil, at: at(2))
        }
        try await desk.setPassword(
            "another password", of: alice, proof: password, from: "", keeping: here.session.id, at: at(3))
        #expect(try await desk.sessions.authenticate(here.secret, at: at(4)) != nil)
        #expect(try await desk.sessions.authenticate(elsewhere.secret, at: at(4)) == nil)
        #expect(try await desk.sessions.authenticate(others.secret, at: at(4)) != nil)
        for bad in ["short", "alice", String(repeating: "x", count: 512), "tab\tinside it", ""] {
            await #expect(throws: AccessChangeFailure.self) {
                try await desk.setPassword(bad, of: alice, proof: nil, from: "", keeping: nil, at: at(5))
            }
        }
    }

    @Test("a session ends when it is ended, rests too long, or is too old, and is found by its whole secret alone")
    func sessions() async throws {
        let (session, secret) = try await desk.sessions.begin(
            for: alice, address: "10.0.0.1", agent: "B\u{1b}[1m", at: at(0))
        #expect(session.agent == "B[1m")
        #expect(try await desk.sessions.authenticate(secret, at: at(1))?.user == alice)
        #expect(try await desk.sessions.authenticate(String(secret.dropLast()) + "!", at: at(1)) == nil)
        #expect(try await desk.sessions.authenticate(secret, at: at(4 * Self.day + 1)) == nil, "it rested")
        for day in 1...29 { #expect(try await desk.sessions.authenticate(secret, at: at(Int64(day) * Self.day)) != nil) }
        #expect(try await desk.sessions.authenticate(secret, at: at(30 * Self.day)) == nil, "it is too old")
        let (second, other) = try await desk.sessions.begin(for: alice, address: "", agent: "", at: at(0))
        #expect(try await !desk.sessions.end(second.id, of: bob, at: at(1)))
        #expect(try await desk.sessions.authenticate(other, at: at(1)) != nil)
        #expect(try await desk.sessions.end(second.id, of: alice, at: at(2)))
        #expect(try await desk.sessions.authenticate(other, at: at(3)) == nil)
        #expect(try await desk.signOut(alice, at: at(4)) == 1)
        #expect(try await desk.sessions.list(of: nil, at: at(5)).isEmpty)
    }

    @Test(
        "signing out everywhere ends browsers, what was entered from anywhere and links on their way; disabling does too",
        arguments: [false, true])
    func everywhere(isDisabling: Bool) async throws {
        let request = LeaseID(7)
        func way(_ parent: Int64?) async -> String {
            await desk.entrances.makeTicket(
                to: request, for: alice, parent: parent, in: nil, lasting: .minutes(10), at: at(0)
            ).text
        }
        func enter(_ ticket: String) async throws -> String? {
            try await desk.entrances.enter(ticket, to: request, from: "", agent: "", in: "", at: at(1))?.secret
        }
        let (session, secret) = try await desk.sessions.begin(for: alice, address: "", agent: "", at: at(0))
        let fromBrowser = try #require(try await enter(await way(session.id)))
        let fromSocket = try #require(try await enter(await way(nil)))
        let unused = [await way(session.id), await way(nil)]
        let link = try await desk.tickets.make(for: alice, by: nil, at: at(0)).text
        for entered in [fromBrowser, fromSocket] {
            #expect(try await desk.entrances.authenticate(entered, in: "", at: at(2)) != nil)
        }
        let changes = desk.changes
        if isDisabling {
            try await desk.setDisabled(true, alice, at: at(3))
        } else {
            #expect(try await desk.signOut(alice, at: at(3)) == 1)
        }
        #expect(desk.changes != changes, "what is open is looked at")
        #expect(try await desk.sessions.authenticate(secret, at: at(4)) == nil)
        for entered in [fromBrowser, fromSocket] {
            #expect(try await desk.entrances.authenticate(entered, in: "", at: at(4)) == nil)
        }
        for ticket in unused { #expect(try await enter(ticket) == nil) }
        await #expect(throws: SignInRefusal.noTicket) { try await desk.examine(.ticket(link), from: "", at: at(4)) }
    }

    @Test("what is stored opens nothing")
    func digests() async throws {
        let (_, ticket) = try await desk.tickets.make(for: alice, by: nil, at: at(0))
        let (_, session) = try await desk.sessions.begin(for: alice, address: "", agent: "", at: at(0))
        try store.close()
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for file in files {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + file))
            for secret in [ticket, session] {
                #expect(data.range(of: Data(secret.dropFirst(10).utf8)) == nil, "\(file) has a secret")
            }
        }
        #expect(!files.isEmpty)
    }

    @Test("after ten tries a name waits from there, and not from elsewhere; after many from everywhere it waits too")
    func limits() async throws {
        try await desk.setPassword(password, of: alice, proof: nil, from: "", keeping: nil, at: at(0))
        var limiter = SignInLimiter()
        for _ in 0..<10 { #expect(limiter.wait(name: "alice", address: "10.0.0.1", at: at(0)) == nil) }
        #expect(limiter.wait(name: "ALICE", address: "10.0.0.1", at: at(60)) == .minutes(14))
        #expect(limiter.wait(name: "alice", address: "10.0.0.2", at: at(60)) == nil)
        #expect(limiter.wait(name: "bob", address: "10.0.0.1", at: at(60)) == nil)
        #expect(limiter.wait(name: "alice", address: "10.0.0.1", at: at(900)) == nil)
        var everywhere = SignInLimiter()
        for number in 0..<100 { #expect(everywhere.wait(name: "alice", address: "10.1.\(number).1", at: at(0)) == nil) }
        #expect(everywhere.wait(name: "alice", address: "10.2.0.1", at: at(1)) != nil)
        var flood = SignInLimiter()
        for number in 0..<60 {
            #expect(flood.wait(name: "n\(number)", address: "2001:db8:1:2::\(number)", at: at(0)) == nil)
        }
        #expect(flood.wait(name: "fresh", address: "2001:db8:1:2:ffff::1", at: at(1)) != nil)
        for number in 0..<50_000 {
            _ = flood.wait(name: "x", address: "10.\(number / 65_536).\(number / 256).\(number)", at: at(2))
        }
    }

    @Test("accounts have plain names of their own, whatever the case, and one Unix user each")
    func accounts() async throws {
        for name in ["", "a b", "-x", ".x", "uid-7", "a\u{202e}b", "été", "a/b", "a\n", String(repeating: "x", count: 65)] {
            await #expect(throws: AccountError.invalidName(name, longest: 64), "\(name)") {
                try await desk.directory.add(Account(name: UserName(name), createdAt: at(0)))
            }
        }
        await #expect(throws: AccountError.nameTaken(UserName("Alice"))) {
            try await desk.directory.add(Account(name: UserName("Alice"), createdAt: at(0)))
        }
        try await desk.directory.change(alice) { $0.unixID = 1_000 }
        await #expect(throws: AccountError.unixUserTaken(1_000, by: alice)) {
            try await desk.directory.change(bob) { $0.unixID = 1_000 }
        }
        try await desk.directory.change(alice) { $0.role = .operator }
        let again = try await AccountDirectory.load(store)
        #expect(again.all == desk.directory.all && again.account(unixID: 1_000)?.role == .operator)
    }

    @Test("the only administrator who may sign in stays one, and nobody disables them; with a second one either may go")
    func lastAdministrator() async throws {
        try await desk.directory.change(alice) { $0.role = .administrator }
        await #expect(throws: AccountError.lastAdministrator(alice)) {
            try await desk.directory.change(alice) { $0.role = .operator }
        }
        await #expect(throws: AccessChangeFailure.account(.lastAdministrator(alice))) {
            try await desk.setDisabled(true, alice, at: at(1))
        }
        #expect(desk.directory.account(alice)?.isDisabled == false)
        try await desk.directory.change(bob) { ($0.role, $0.isDisabled) = (.administrator, true) }
        await #expect(throws: AccountError.lastAdministrator(alice)) {
            try await desk.directory.change(alice) { $0.role = .member }
        }
        try await desk.setDisabled(false, bob, at: at(2))
        try await desk.setDisabled(true, alice, at: at(3))
        // Where the machine's groups say who is one, they do.
        try await desk.directory.change(bob, mayLeaveNoAdministrator: true) { $0.role = .member }
    }

    @Test("a machine without libcrypt says so, and links still work")
    func noLibrary() async throws {
        let desk = SignInDesk(
            directory: desk.directory, storage: store, passwords: PasswordChecker(names: ["libnothing-here.so.9"]))
        await #expect(throws: SignInRefusal.noPasswordLibrary) {
            try await desk.examine(.password(name: "alice", "something else"), from: "", at: at(0))
        }
        let (_, text) = try await desk.tickets.make(for: alice, by: nil, at: at(0))
        #expect(try await desk.examine(.ticket(text), from: "", at: at(1)).name == alice)
    }

    @Test("hashes are compared as a whole")
    func comparison() {
        #expect(PasswordChecker.isEqual("abc", "abc"))
        for other in ["", "ab", "abd", "xbc", "abcd"] { #expect(!PasswordChecker.isEqual("abc", other)) }
    }
}
