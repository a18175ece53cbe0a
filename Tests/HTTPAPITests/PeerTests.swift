import Accounts
import EngineInterface
import FleetModel
import Glibc
import NIOCore
import Testing
import WireModel

@testable import HTTPAPI

@Suite("Who calls")
struct PeerTests {
    private struct Busy: PeerJudge {
        func seat(pid: Int32, process: Int32?) async throws -> PeerSeat {
            throw EngineError.failed(detail: "the launcher has no room for another open file")
        }
    }

    private struct Nobody: PeerJudge {
        let seat: PeerSeat
        func seat(pid: Int32, process: Int32?) async -> PeerSeat { seat }
    }

    private func status(
        _ judge: any PeerJudge, accounts: [Account] = [], allocated: Set<UInt32> = [], uid: UInt32 = 0
    ) async -> Int? {
        do throws(Problem) {
            _ = try await CarrelAPI(StubParts.make(judge: judge, accounts: accounts, allocated: allocated)).peer(
                UnixPeer(pid: 1, uid: uid, process: nil))
            return nil
        } catch {
            return error.status
        }
    }

    @Test("only root is told whom its work runs as, and only where work runs as each user")
    func workUser() throws {
        func told(_ uid: UInt32, owner: UInt32) throws -> UInt32? {
            let makers = CallerMaker(directory: StubParts.desk([]).directory, owner: owner, rootWorkUser: 2_100_000_001)
            return makers.otherWorkUser(of: try makers.caller(SocketPeer(uid: uid, name: UserName("user-\(uid)"))))
        }
        #expect(try told(0, owner: 0) == 2_100_000_001)
        for (uid, owner) in [(1_001, 0), (1_001, 1_000), (0, 1_000)] as [(UInt32, UInt32)] {
            #expect(try told(uid, owner: owner) == nil, "\(uid) of \(owner)'s")
        }
    }

    @Test("a peer that can't be judged now is told to ask again, not that it is refused")
    func judged() async {
        #expect(await status(Busy()) == 503)
        #expect(await status(Nobody(seat: .amongOtherProcesses)) == 403)
        #expect(await status(Nobody(seat: .amongOtherUsers)) == 403)
        #expect(await status(StubParts.Everybody()) == nil)
    }

    @Test("a number that was given to an account is nobody's login, whoever has it now")
    func numbers() async {
        let number: UInt32 = 1_999_123_456
        let account = Account(name: UserName("alice"), unixID: number, createdAt: StubParts.start)
        func status(_ uid: UInt32, accounts: [Account] = [], allocated: Set<UInt32> = []) async -> Int? {
            await self.status(StubParts.Everybody(), accounts: accounts, allocated: allocated, uid: uid)
        }
        #expect(await status(number) == nil)
        #expect(await status(number, accounts: [account], allocated: [number]) == 403)
        #expect(await status(number, allocated: [number]) == 403)
        // An administrator said that she is whoever logs in by this number, which this machine has no name for.
        #expect(await status(number, accounts: [account]) == nil)
        // A user of the machine is one, whatever was given.
        #expect(await status(1, allocated: [1]) == nil)
    }

    @Test(
        "an address that is taken must be changed, and one that isn't there yet may come",
        arguments: [(EADDRINUSE, true), (EACCES, true), (EADDRNOTAVAIL, false), (EMFILE, false)])
    func listening(_ number: Int32, _ isLasting: Bool) {
        #expect(ListenFailure(IOError(errnoCode: number, reason: "bind")).isLasting == isLasting)
    }

    @Test("a full table of files is no stranger", arguments: [(EMFILE, true), (ENOMEM, true), (ENOTCONN, false)])
    func exhaustion(_ number: Int32, _ passes: Bool) {
        #expect(UnixPeer.isExhaustion(IOError(errnoCode: number, reason: "getsockopt")) == passes)
    }
}
