import Accounts
import FileActs
import FleetModel
import LeaseLedger
import Testing
import WireModel

@testable import HTTPAPI

@Suite("Paths of files")
struct FileTargetTests {
    private static let caller = Caller(
        Requester(UserName("alice"), isAdministrator: true), door: .session(1), role: .administrator, uid: 1_000)

    private static func status(_ path: String, _ state: LedgerState = LedgerState()) -> Int? {
        do throws(Problem) {
            _ = try FileTarget(path, of: caller, in: state)
            return nil
        } catch { return error.status }
    }

    @Test(
        "a path begins with a place of one's own; nothing leads out of it",
        arguments: ["", "mine", "my/..", "my/a%2F..", "my/%00", "my/%zz", "../my", "teams"])
    func refused(_ path: String) { #expect([400, 404].contains(Self.status(path) ?? 0), "\(path)") }

    @Test("a team that one is not in is not there, administrators included")
    func teams() throws {
        var state = LedgerState()
        #expect(Self.status("teams/vision/x", state) == 404)
        #expect(Self.status("teams/everyone", state) == 404)
        try Self.add("bob", to: &state)
        #expect(Self.status("teams/vision/x", state) == 404)
        try Self.add("alice", to: &state)
        #expect(Self.status("teams/vision/x", state) == nil)
    }

    @Test("whoever is in no such team is told that this is missing, and not whether there is one")
    func missingMembership() throws {
        func words(_ team: String, _ state: LedgerState) -> String {
            do throws(Problem) {
                _ = try FileTarget("teams/\(team)", of: Self.caller, in: state)
                return ""
            } catch { return error.detail }
        }
        var state = LedgerState()
        let before = words("vision", state)
        #expect(before.contains("You are in no team vision") && before.contains("carrel team set"), "\(before)")
        try Self.add("bob", to: &state)
        #expect(words("vision", state) == before)
        try Self.add("alice", to: &state)
        #expect(words("speech", state).contains("teams/vision/"))
    }

    @Test("what was only looked at has not been changed, and nobody says so")
    func looks() {
        #expect(!Problem(.notAFile(.folder), at: "my/a", isLook: true).detail.contains("changed"))
        #expect(Problem(.notAFile(.folder), at: "my/a").detail.contains("replaced. Nothing was changed."))
    }

    private static func add(_ user: String, to state: inout LedgerState) throws {
        let change = TeamChange(name: TeamName("vision"), adding: [UserName(user)])
        let root = Requester(UserName("root"), isAdministrator: true)
        for event in try state.decide(.setTeam(change, by: root), at: Timestamp(milliseconds: 0)) {
            state.apply(RecordedEvent(sequence: state.sequence + 1, at: Timestamp(milliseconds: 0), event: event))
        }
    }

    @Test("what is shown is text, and what stands in an address is as it came")
    func words() throws {
        let target = try FileTarget("my/a%20b/%FF", of: Self.caller, in: LedgerState())
        #expect(target.text == "my/a%20b/%FF" && target.shown == "my/a b/\u{fffd}" && target.parent.text == "my/a%20b")
    }
}
