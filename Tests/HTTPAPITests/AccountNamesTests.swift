import FleetModel
import Glibc
import Synchronization
import Testing
import WireModel

@testable import HTTPAPI

@Suite("Names of accounts")
struct AccountNamesTests {
    @Test("an account has its name, and one without an entry its number")
    func names() async throws {
        let accounts = AccountNames { $0 == 1_000 ? .name("alice") : .noSuchAccount }
        #expect(try await accounts.name(of: 1_000) == UserName("alice"))
        #expect(try await accounts.name(of: 1_001) == UserName("uid-1001"))
    }

    @Test("a number that only a group of the machine has is not free, nor is a user's")
    func owners() async throws {
        let accounts = AccountNames { $0 == 1_000 ? .name("alice") : .noSuchAccount }
        #expect(try await accounts.owner(of: 1_000) == .user("alice"))
        // The group `staff` of Debian: a user of this number would have its rights.
        let group = try #require(getgrnam("staff")?.pointee.gr_gid)
        #expect(try await accounts.owner(of: group) == .group("staff"))
        #expect(try await accounts.owner(of: 1_999_123_456) == nil)
    }

    @Test("a number that may have been lent is not taken for free: what can't be read is said")
    func unreadable() async throws {
        // A folder can't be read as a file by anybody, root included.
        let accounts = AccountNames(lentBy: ["/nonexistent", "/etc"]) { _ in .noSuchAccount }
        await #expect { try await accounts.owner(of: 1_999_123_456) } throws: { error in
            guard let problem = error as? Problem else { return false }
            return problem.status == 503 && problem.detail.contains("can't read /etc")
        }
        let absent = AccountNames(lentBy: ["/nonexistent"]) { _ in .noSuchAccount }
        #expect(try await absent.owner(of: 1_999_123_456) == nil)
    }

    @Test("the database is asked once for many who wait")
    func once() async throws {
        let questions = Atomic(0)
        let gate = AsyncStream.makeStream(of: Void.self)
        let accounts = AccountNames { _ in
            questions.add(1, ordering: .relaxed)
            gate.continuation.yield()
            return .name("alice")
        }
        try await withThrowingTaskGroup(of: UserName.self) { group in
            for _ in 0..<20 { group.addTask { try await accounts.name(of: 7) } }
            for try await name in group { #expect(name == UserName("alice")) }
        }
        #expect(questions.load(ordering: .relaxed) == 1)
    }

    @Test("a directory that fails makes nobody a stranger: the caller is told to try again")
    func failure() async throws {
        let accounts = AccountNames { _ in .failed(code: 5) }
        await #expect { try await accounts.name(of: 7) } throws: { error in
            guard let problem = error as? Problem else { return false }
            return problem.status == 503 && problem.detail.contains("error 5")
        }
    }

    @Test("a directory that hangs delays one caller by the deadline, and the others not at all")
    func hang() async throws {
        let release = Mutex(false)
        let accounts = AccountNames(patience: .milliseconds(200)) { uid in
            while uid == 7, !release.withLock({ $0 }) {}
            return .name("user\(uid)")
        }
        async let stuck: Problem? = #expect(throws: Problem.self) { try await accounts.name(of: 7) }
        #expect(try await accounts.name(of: 8) == UserName("user8"))
        _ = await stuck
        release.withLock { $0 = true }
        let deadline = ContinuousClock.now + .seconds(30)
        while (try? await accounts.name(of: 7)) == nil, .now < deadline {}
        #expect(try await accounts.name(of: 7) == UserName("user7"))
    }

    @Test("this machine's database knows root")
    func root() { #expect(AccountNames.database(0) == .name("root")) }

    @Test("names without an account are told from those with one; users without an account have their number's name")
    func unknown() async {
        let names = ["root", "no-such-account-here", "uid-61001", "uid-x"].map { UserName($0) }
        #expect(await AccountNames().unknown(among: names) == [names[1], names[3]])
    }
}
