import FleetModel

@testable import LeaseLedger

/// Every event and every case of what events hold, each under the name of its golden file. The values are fixed for
/// ever: a new case gets a new name, and an old one never changes.
enum GoldenCases {
    static let id = LeaseID(42)
    static let attempt = AttemptKey(lease: id, number: 2)
    static let alice = UserName("alice"), root = UserName("root")
    static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + seconds * 1_000) }

    static var all: [(name: String, event: Event)] {
        inventory + quarantines + requests + grants + attempts + endings + rests + reclaims + reservations + requeues
            + limits
    }

    private static var rests: [(String, Event)] {
        var policy = SchedulingPolicy()
        policy.idle.mode = .warn
        policy.idle.ignoring = [.power, .traffic]
        var evidence = IdleEvidenceSummary(since: at(1))
        evidence.until = at(5_401)
        evidence.looks = 360
        evidence.utilization = 0
        evidence.power = Power(milliwatts: 62_000)
        evidence.memoryChange = MemoryBytes(1_048_576)
        evidence.cpu = MilliCores(12)
        evidence.traffic = 1_000
        evidence.absent = [.terminalInput, .kernelBusy]
        func noticed(_ notice: IdleNotice, _ evidence: IdleEvidenceSummary = IdleEvidenceSummary(since: at(1))) -> Event {
            .idleNoticed(IdleNoticed(id: id, notice: notice, evidence: evidence))
        }
        let receipt = Receipt(
            reason: .idle, outcome: .signalled(signal: 15), exitCode: 122, grantedAt: at(0), startedAt: at(1),
            endedAt: at(5_402), closedAt: at(5_403), attempts: 1, checks: [CleanCheck(.processesGone, .passed)],
            deviceTime: .seconds(5_403), idle: evidence)
        return [
            ("policySet.idle", .policySet(PolicySet(policy: policy, by: root))),
            ("leaseKept", .leaseKept(LeaseKept(id: id, until: at(7_200), by: alice))),
            ("idleWatchBegan", .idleWatchBegan(IdleWatchBegan())),
            ("idleNoticed.advised", noticed(.advised)),
            ("idleNoticed.warned", noticed(.warned(releaseAt: at(2_700)), evidence)),
            ("idleNoticed.told", noticed(.warned(releaseAt: nil))),
            ("idleNoticed.warnedAgain", noticed(.warnedAgain(releaseAt: at(2_700)))),
            ("idleNoticed.wouldBeReleased", noticed(.wouldBeReleased)), ("idleNoticed.withdrawn", noticed(.withdrawn)),
            ("idleNoticed.released", noticed(.released)),
            ("leaseClosed.idle", .leaseClosed(LeaseClosed(id: id, receipt: receipt))),
        ]
    }

    private static var inventory: [(String, Event)] {
        let full = Device(
            key: DeviceKey("GPU-0a"), model: "NVIDIA A100-SXM4-80GB", vendor: .nvidia, memory: .gibibytes(80),
            isSimulated: false, minor: 0, pciAddress: "0000:3b:00.0", numaNode: 1)
        let bare = Device(
            key: DeviceKey("GPU-0b"), model: "AMD Instinct MI300X", vendor: .amd, memory: MemoryBytes(1), isSimulated: true)
        return [
            ("policySet", .policySet(PolicySet(policy: SchedulingPolicy(), by: root))),
            ("teamSet.noLimit", .teamSet(TeamSet(team: Team(name: TeamName("vision"), guarantee: 2), by: root))),
            (
                "teamSet.limit",
                .teamSet(
                    TeamSet(
                        team: Team(
                            name: TeamName("Sprache/ü \"x\""), guarantee: 1, limit: 4, members: [alice, UserName("bob")]),
                        by: root))
            ),
            ("teamRemoved", .teamRemoved(TeamRemoved(name: TeamName("vision"), by: root))),
            (
                "nodeReported.full",
                .nodeReported(
                    NodeReported(
                        report: NodeReport(
                            node: NodeName("n1"), bootID: "b-1", cores: .cores(64), memory: .gibibytes(512),
                            devices: [full, bare], links: [[0, 100], [100, 0]])))
            ),
            (
                "nodeReported.noDevices",
                .nodeReported(
                    NodeReported(
                        report: NodeReport(
                            node: NodeName("n2"), bootID: "b-2", cores: MilliCores(1_500), memory: .zero, devices: [])))
            ),
            ("nodeContact.lost", .nodeContact(NodeContact(node: NodeName("n1"), contact: .lost))),
            ("nodeContact.known", .nodeContact(NodeContact(node: NodeName("n1"), contact: .known))),
            ("devicesFrozen", .devicesFrozen(DevicesFrozen(devices: [full.key, bare.key], claim: attempt))),
            ("devicesThawed", .devicesThawed(DevicesThawed(claim: attempt))),
            (
                "deviceReleased.byHand",
                .deviceReleased(DeviceReleased(device: full.key, by: root))
            ),
            ("deviceReleased.passed", .deviceReleased(DeviceReleased(device: full.key, by: nil))),
            (
                "foreignSeen.some",
                .foreignSeen(
                    ForeignSeen(
                        device: full.key,
                        processes: [DeviceProcess(pid: 4_711, user: "bob", command: "python3"), DeviceProcess(pid: 4_712)]))
            ),
            ("foreignSeen.gone", .foreignSeen(ForeignSeen(device: full.key, processes: []))),
            (
                "nodeCordoned.ordered",
                .nodeCordoned(
                    NodeCordoned(
                        node: NodeName("n1"), cordon: Cordon(.ordered(by: root, detail: "new fans"), since: at(5))))
            ),
            (
                "nodeCordoned.suspected",
                .nodeCordoned(
                    NodeCordoned(node: NodeName("n1"), cordon: Cordon(.suspected(detail: "5 GPUs failed"), since: at(5))))
            ),
            (
                "deviceQuarantined.counters",
                .deviceQuarantined(
                    DeviceQuarantined(
                        device: full.key,
                        quarantine: Quarantine(
                            .xid(48), cure: .reset, since: at(5), bootID: "b-1",
                            counters: DeviceCounters(energy: Energy(millijoules: 71_000), uncorrectedErrors: 2))))
            ),
            ("nodeUncordoned.byHand", .nodeUncordoned(NodeUncordoned(node: NodeName("n1"), by: root))),
            ("nodeUncordoned.trusted", .nodeUncordoned(NodeUncordoned(node: NodeName("n1"), by: nil))),
            ("ledgerRestored", .ledgerRestored(LedgerRestored(nextID: LeaseID(1_043)))),
            (
                "ledgerRestored.attempts",
                .ledgerRestored(LedgerRestored(nextID: LeaseID(1_043), attemptsAbove: 7))
            ),
        ]
    }

    private static var quarantines: [(String, Event)] {
        quarantineReasons.map { name, reason, cure in
            let quarantine = Quarantine(reason, cure: cure, since: at(5))
            return (
                "deviceQuarantined.\(name)",
                .deviceQuarantined(DeviceQuarantined(device: DeviceKey("GPU-0a"), quarantine: quarantine))
            )
        }
    }

    private static var requests: [(String, Event)] {
        let full = ResourceRequest(
            devices: DeviceSelector(
                count: 2, modelWords: ["rtx", "4090"], memoryAtLeast: .gibibytes(24), memoryAtMost: .gibibytes(80)),
            cores: MilliCores(2_500), memory: .gibibytes(32), duration: .hours(2))
        let submitted = WorkKind.allCases.map { kind in
            (
                "requestSubmitted.\(kind.rawValue)",
                Event.requestSubmitted(
                    RequestSubmitted(
                        id: id, user: alice, team: .everyone, name: "train.py", kind: kind,
                        resources: kind == .job ? full : ResourceRequest(devices: .none), duration: .hours(24)))
            )
        }
        let refused = refusals.map { name, refusal in
            ("requestRefused.\(name)", Event.requestRefused(RequestRefused(id: id, refusal: refusal)))
        }
        return submitted + refused + [("requestCancelled", .requestCancelled(RequestCancelled(id: id, by: alice)))]
    }

    private static var grants: [(String, Event)] {
        let allocation = Allocation(
            node: NodeName("n1"), devices: [DeviceKey("GPU-0a")], cores: .cores(4), memory: .gibibytes(160))
        let single = reasons.map { name, reason in
            (
                "leaseGranted.\(name)",
                Event.leaseGranted(LeaseGranted(id: id, allocation: allocation, endsAt: at(60), reasons: [reason]))
            )
        }
        return single + [
            (
                "leaseGranted.allReasons",
                .leaseGranted(LeaseGranted(id: id, allocation: allocation, endsAt: at(60), reasons: reasons.map(\.1)))
            ),
            ("leaseExtended", .leaseExtended(LeaseExtended(id: id, endsAt: at(3_600), by: alice))),
        ]
    }

    private static var attempts: [(String, Event)] {
        let ended = outcomes.map { name, outcome in
            (
                "attemptEnded.\(name)",
                Event.attemptEnded(AttemptEnded(attempt: attempt, outcome: outcome, reason: .finished))
            )
        }
        return ended + [
            ("attemptStarting", .attemptStarting(AttemptStarting(attempt: attempt))),
            ("attemptRunning", .attemptRunning(AttemptRunning(attempt: attempt))),
            ("verificationFailed", .verificationFailed(VerificationFailed(attempt: attempt, checks: checks))),
        ]
    }

    private static var endings: [(String, Event)] {
        let ending = endReasons.map { name, reason in
            ("leaseEnding.\(name)", Event.leaseEnding(LeaseEnding(id: id, reason: reason, killAt: at(60))))
        }
        let full = Receipt(
            reason: .revoked(by: root, reason: "maintenance"), outcome: .exited(code: 7), exitCode: 7, grantedAt: at(0),
            startedAt: at(1), endedAt: at(2), closedAt: at(3), attempts: 2, checks: checks, deviceTime: .forever)
        let bare = Receipt(
            reason: .expired, outcome: nil, exitCode: 121, grantedAt: at(0), startedAt: nil, endedAt: at(2),
            closedAt: at(3), attempts: 1, checks: [], deviceTime: .zero)
        return ending + [
            ("leaseClosed.full", .leaseClosed(LeaseClosed(id: id, receipt: full))),
            ("leaseClosed.neverBegan", .leaseClosed(LeaseClosed(id: id, receipt: bare))),
        ]
    }
}
