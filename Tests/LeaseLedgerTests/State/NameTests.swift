import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// Names end up on terminals and pages.
@Suite struct NameTests {
    static let good = [
        "a", "train ResNet-50", "Übung 3", "機械学習", "🚀", "👩‍💻", "e\u{301}", "قطار", "a/b:c\"d'e\\f", " ", "\u{a0}",
        String(repeating: "x", count: 200), String(repeating: "é", count: 100),
    ]
    static let bad = [
        "", "\n", "a\nb", "a\tb", "a\u{0}b", "\u{1b}[2J", "a\u{7f}", "\u{80}", "\u{9b}31m", "\u{9f}", "a\r\nb",
        "\u{2028}", "a\u{2029}b", "\u{202e}gpj.exe", "\u{2066}x\u{2069}", String(repeating: "x", count: 201),
        String(repeating: "é", count: 101), String(repeating: "🚀", count: 51),
    ]

    @Test(arguments: good) func namesOfRequestsThatAreTaken(name: String) throws {
        var ledger = RecordedLedger()
        let events = try ledger.handle(submission(name), at: ManualClock.start).get()
        #expect(events.count == 1)
        #expect(ledger.state.requests[LeaseID(1)]?.name == name)
        try ledger.verifyHistory()
    }

    @Test(arguments: bad) func namesOfRequestsThatAreRejected(name: String) throws {
        var ledger = RecordedLedger()
        #expect(try ledger.handle(submission(name), at: ManualClock.start) == .failure(.invalidName(name)))
    }

    @Test(arguments: good.filter { $0.utf8.count <= 64 }) func namesOfTeamsAndMembersThatAreTaken(name: String) throws {
        var ledger = RecordedLedger()
        let root = Requester(UserName("root"), isAdministrator: true)
        let change = TeamChange(name: TeamName(name), adding: [UserName(name)])
        #expect(try ledger.handle(.setTeam(change, by: root), at: ManualClock.start).get().count == 1)
        #expect(ledger.state.team(of: UserName(name)) == TeamName(name))
    }

    @Test(arguments: bad + [String(repeating: "x", count: 65)])
    func namesOfTeamsAndMembersThatAreRejected(name: String) throws {
        var ledger = RecordedLedger()
        let root = Requester(UserName("root"), isAdministrator: true)
        let team = TeamChange(name: TeamName(name)), member = TeamChange(name: TeamName("a"), adding: [UserName(name)])
        #expect(try ledger.handle(.setTeam(team, by: root), at: ManualClock.start) == .failure(.invalidName(name)))
        #expect(try ledger.handle(.setTeam(member, by: root), at: ManualClock.start) == .failure(.invalidName(name)))
    }

    @Test(arguments: [Int64.min, -1, 0]) func amountsThatAreNotPositive(amount: Int64) throws {
        var ledger = RecordedLedger()
        let none = DeviceSelector.none
        let cores = ResourceRequest(devices: none, cores: MilliCores(amount))
        let memory = ResourceRequest(devices: none, memory: MemoryBytes(amount))
        let duration = ResourceRequest(devices: none, duration: TimeSpan(milliseconds: amount))
        #expect(try ask(&ledger, cores) == .failure(.coresNotPositive(MilliCores(amount))))
        #expect(try ask(&ledger, memory) == .failure(.memoryNotPositive(MemoryBytes(amount))))
        #expect(try ask(&ledger, duration) == .failure(.durationNotPositive(TimeSpan(milliseconds: amount))))
    }

    private func ask(_ ledger: inout RecordedLedger, _ resources: ResourceRequest) throws -> Result<
        [RecordedEvent], Rejection
    > {
        let submission = Submission(user: UserName("alice"), name: "x", resources: resources)
        return try ledger.handle(.submit(submission), at: ManualClock.start)
    }

    private func submission(_ name: String) -> Command {
        .submit(Submission(user: UserName("alice"), name: name, resources: ResourceRequest(devices: .none)))
    }
}
