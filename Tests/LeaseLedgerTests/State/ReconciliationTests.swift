import FleetModel
import FleetTestKit
import Testing

@testable import LeaseLedger

/// What is owed for every phase of a lease and everything that the engine may list for its attempt.
@Suite struct ReconciliationTests {
    private static let columns: [AttemptStatus.Phase?] = [
        nil, .preparing, .running, .ended(.exited(code: 0)), .ended(.killed), .ended(.neverBegan),
        .ended(.launchFailed(because: .commandNotFound(command: "x"))), .ended(.nodeLost),
    ]

    /// In the order of the columns. A lease that is only pledged has launched nothing: what runs in its name is a stray.
    private static let expected: [LeasePhase: [String]] = [
        .pledged: [
            "", "kill 1/1; saw stray 1/1 n1:0", "kill 1/1; saw stray 1/1 n1:0", "forget 1/1", "forget 1/1", "forget 1/1",
            "forget 1/1", "forget 1/1",
        ],
        .starting: [
            "launch 1/1", "", "saw 1/1 running", "saw 1/1 running; saw 1/1 exited 0", "saw 1/1 running; saw 1/1 killed",
            "saw 1/1 neverBegan", "saw 1/1 launchFailed", "saw 1/1 running; saw 1/1 nodeLost",
        ],
        .running: [
            "saw 1/1 unknown", "", "", "saw 1/1 exited 0", "saw 1/1 killed", "saw 1/1 neverBegan", "saw 1/1 launchFailed",
            "saw 1/1 nodeLost",
        ],
        .ending: [
            "saw 1/1 neverBegan", "stop 1/1", "stop 1/1; saw 1/1 running", "saw 1/1 running; saw 1/1 exited 0",
            "saw 1/1 running; saw 1/1 killed", "saw 1/1 neverBegan", "saw 1/1 launchFailed",
            "saw 1/1 running; saw 1/1 nodeLost",
        ],
        .verifying: ["verify 1/1", "kill 1/1", "kill 1/1"] + Array(repeating: "verify 1/1", count: 5),
        .closed: [
            "", "kill 1/1; saw stray 1/1 n1:0", "kill 1/1; saw stray 1/1 n1:0", "forget 1/1", "forget 1/1", "forget 1/1",
            "forget 1/1", "forget 1/1",
        ],
    ]

    @Test(arguments: LeasePhase.allCases) func everyPhaseAndEverythingListed(phase: LeasePhase) throws {
        let state = try Self.state(phase)
        #expect(state.requests[LeaseID(1)]?.lease?.phase == phase)
        let row = try #require(Self.expected[phase])
        for (listed, expected) in zip(Self.columns, row) {
            let owed = Self.owed(state, listed)
            #expect(owed == expected, "\(phase), listed as \(listed.map { "\($0)" } ?? "nothing")")
            #expect(Self.owed(state, listed) == owed)
        }
        #expect(row.count == Self.columns.count)
    }

    @Test(arguments: LeasePhase.allCases) func nothingIsOwedWhileAnAnswerIsAwaited(phase: LeasePhase) throws {
        for listed in Self.columns { #expect(Self.owed(try Self.state(phase), listed, pending: true) == "") }
    }

    @Test(arguments: LeasePhase.allCases.filter(\.isLive)) func aLeaseOutOfContactIsLeftAlone(phase: LeasePhase) throws {
        var state = try Self.state(phase)
        _ = state.handle(.contact(NodeName("n1"), .lost), at: ManualClock.start)
        for listed in Self.columns where phase != .pledged { #expect(Self.owed(state, listed) == "") }
    }

    @Test func ofWorkThatWasSeenToRunAndIsNotListedNobodyKnowsHowItEnded() throws {
        try LedgerTable.verify(
            """
            node    n1 a100:1
            request 1 alice 1
            grant   1 n1:0
            owed                           | launch 1/1
            engine  1 running              | 1/1 running
            return  1 alice                | 1 ending
            owed                           | saw 1/1 unknown
            owed    1 running              | stop 1/1
            wait    59s
            owed    1 running              | stop 1/1
            wait    1s
            owed    1 running              | kill 1/1
            engine                         | 1/1 verifying unknown returned
            owed                           | verify 1/1
            verified 1 dirty               | 1/1 unclean
            owed    1 killed               | verify 1/1              # until the devices are clean
            verified 1 clean               | 1 closed exit 118
            owed    1 killed               | forget 1/1
            owed                           | -
            """)
    }

    /// Its lease may be given back before anybody has seen it run: the receipt says all the same when it began.
    @Test func workThatIsFirstSeenWhileItsLeaseEndsHasBegun() throws {
        var state = try Self.state(.ending)
        let key = AttemptKey(lease: LeaseID(1), number: 1)
        func turn(_ listed: AttemptStatus.Phase) {
            let status = AttemptStatus(key: key, phase: listed)
            for seen in Reconciliation(state, at: ManualClock.start, listed: [status], pending: []).observations {
                _ = state.handle(seen, at: ManualClock.start)
            }
        }
        turn(.running)
        #expect(state.requests[key.lease]?.lease?.phase == .ending)
        #expect(state.requests[key.lease]?.lease?.startedAt == ManualClock.start)
        #expect(Self.owed(state, nil) == "saw 1/1 unknown")
        turn(.ended(.signalled(signal: 15)))
        _ = state.handle(.verified(key, []), at: ManualClock.start)
        #expect(state.requests[key.lease]?.lease?.receipt?.startedAt == ManualClock.start)
    }

    @Test func anOldAttemptIsForgottenAndTheNewOneLaunched() throws {
        try LedgerTable.verify(
            """
            node    n1 a100:1
            request 1 alice 1
            grant   1 n1:0
            engine  1/1 neverBegan         | 1/2 starting
            owed    1/1 neverBegan         | launch 1/2; forget 1/1
            owed    1/1 neverBegan pending=1/1 | launch 1/2
            owed    1/1 neverBegan pending=1/2 | forget 1/1
            engine  1/2 exited 5           | 1/2 running; 1/2 verifying exited 5 finished
            """)
    }

    @Test func whatNobodyKnowsIsStopped() throws {
        try LedgerTable.verify(
            """
            node    n1 a100:1
            owed    5/1 running on=none, 5/2 preparing on=none, 6/1 exited 0, -3/0 running on=none | kill 5/1; kill 5/2; forget 6/1; kill -3/0
            """)
    }

    @Test func whatNobodyKnowsFreezesWhatTheEngineSaysItIsOn() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            engine   7/3 running on=n1:1;2          | frozen n1:1,2 by 7/3
            request  1 alice 2
            grant    1 n1:1,3                       | ! staleGrant 1 deviceNotFree n1:1
            owed     7/3 running on=n1:1;2          | kill 7/3; saw stray 7/3 n1:1,2
            owed     7/3 exited 0 on=n1:1;2         | verify 7/3
            verified 7/3 dirty                      | -
            show     n1:1                           | frozen 7/3
            verified 7/3 clean                      | thawed 7/3
            owed     7/3 exited 0 on=n1:1;2         | forget 7/3
            show     n1                             | known free n1:0,1,2,3
            """)
    }

    @Test func whatNobodyKnowsAndNothingIsSaidOfMayBeOnAnyDevice() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            node     n2 a100:1
            engine   7/1 preparing                  | frozen n1:0,1 n2:0 by 7/1
            owed                                    | verify 7/1
            verified 7/1 clean                      | thawed 7/1
            """)
    }

    @Test func anAttemptOnOtherDevicesThanItsLeaseHoldsIsNotThatLeases() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 1
            grant    1 n1:0
            owed     1/1 running on=n1:0            | saw 1/1 running
            owed     1/1 running on=none            | saw 1/1 running
            owed     1/1 running on=n1:0;2          | kill 1/1; saw 1/1 unknown; saw stray 1/1 n1:0,2
            engine   1/1 running on=n1:0;2          | 1/1 verifying unknown finished; frozen n1:0,2 by 1/1
            owed     1/1 running on=n1:0;2          | kill 1/1; saw stray 1/1 n1:0,2
            owed     1/1 killed on=n1:0;2           | verify 1/1
            owed                                    | verify 1/1
            verified 1/1 dirty                      | 1/1 unclean
            show     n1:2                           | frozen 1/1
            verified 1/1 clean                      | 1 closed exit 118; thawed 1/1
            show     n1                             | known free n1:0,1,2,3
            owed     1/1 killed on=n1:0;2           | forget 1/1
            """)
    }

    @Test func whatEndedBeforeTheFirstComparisonLeftDevicesThatNobodyHasLookedAt() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 1
            grant    1 n1:0
            seen     1 exited 0
            verified 1 clean
            request  2 alice 1
            grant    2 n1:3
            owed     1/1 exited 0 on=n1:0, 7/1 exited 0 on=n1:1;3, 8/1 neverBegan on=n1:2 first=yes | launch 2/1; forget 1/1; forget 8/1; saw stray 7/1 n1:1
            owed     7/1 exited 0 on=n1:1;3         | launch 2/1; forget 7/1
            engine   7/1 exited 0 on=n1:1;3 first=yes | frozen n1:1 by 7/1
            owed     7/1 exited 0 on=n1:1;3         | verify 7/1; launch 2/1
            verified 7/1 clean                      | thawed 7/1
            owed     7/1 exited 0 on=n1:1;3         | launch 2/1; forget 7/1
            """)
    }

    private static func owed(_ state: LedgerState, _ listed: AttemptStatus.Phase?, pending: Bool = false) -> String {
        let key = AttemptKey(lease: LeaseID(1), number: 1)
        let list = listed.map { [AttemptStatus(key: key, phase: $0)] } ?? []
        return TableWords.owed(
            Reconciliation(state, at: ManualClock.start, listed: list, pending: pending ? [key] : [])
        ).joined(separator: "; ")
    }

    /// A ledger whose lease 1 stands in a phase.
    private static func state(_ phase: LeasePhase) throws -> LedgerState {
        var state = LedgerState()
        let now = ManualClock.start, alice = UserName("alice"), key = AttemptKey(lease: LeaseID(1), number: 1)
        func add(_ event: Event) { state.apply(RecordedEvent(sequence: state.sequence + 1, at: now, event: event)) }
        _ = state.handle(.node(try FleetBuilder.report("n1", "a100:2")), at: now)
        let resources = ResourceRequest(devices: DeviceSelector(count: 1))
        _ = try state.handle(.submit(Submission(user: alice, name: "x", resources: resources)), at: now)
        let allocation = Allocation(node: NodeName("n1"), devices: [FleetBuilder.key("n1", 0)], cores: .zero, memory: .zero)
        add(.leaseGranted(LeaseGranted(id: LeaseID(1), allocation: allocation, endsAt: now + .hours(1), reasons: [])))
        if phase == .pledged { return state }
        add(.attemptStarting(AttemptStarting(attempt: key)))
        if phase == .starting { return state }
        if phase == .running {
            add(.attemptRunning(AttemptRunning(attempt: key)))
            return state
        }
        _ = try state.handle(.giveBack(LeaseID(1), by: Requester(alice)), at: now)
        if phase == .ending { return state }
        _ = state.handle(.attemptEnded(key, .exited(code: 0)), at: now)
        if phase == .verifying { return state }
        _ = state.handle(.verified(key, []), at: now)
        return state
    }
}
