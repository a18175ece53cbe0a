import EngineInterface
import Glibc
import NIOCore
import Testing
import WireModel

@testable import HTTPAPI

@Suite("Who calls")
struct PeerTests {
    private struct Busy: PeerJudge {
        func mayEnter(pid: Int32, process: Int32?) async throws -> Bool {
            throw EngineError.failed(detail: "the launcher has no room for another open file")
        }
    }

    private struct Nobody: PeerJudge {
        func mayEnter(pid: Int32, process: Int32?) async -> Bool { false }
    }

    private func status(_ judge: any PeerJudge) async -> Int? {
        do throws(Problem) {
            _ = try await CarrelAPI(StubParts.make(judge: judge)).peer(UnixPeer(pid: 1, uid: 0, process: nil))
            return nil
        } catch {
            return error.status
        }
    }

    @Test("a peer that can't be judged now is told to ask again, not that it is refused")
    func judged() async {
        #expect(await status(Busy()) == 503)
        #expect(await status(Nobody()) == 403)
        #expect(await status(StubParts.Everybody()) == nil)
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
