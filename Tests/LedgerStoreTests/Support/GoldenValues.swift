import FleetModel
import LeaseLedger

/// One value of every case. The switches below have no default: a new case does not compile until it has a name, and
/// the name does not pass until it has a golden file.
extension GoldenCases {
    static let refusals: [(String, Refusal)] = [
        .noDevices, .noSuchModel(asked: "h100", present: ["NVIDIA A100", "NVIDIA L4"]),
        .noDeviceOfThatMemory(asked: "24 GB or more", smallest: .gibibytes(8), largest: .gibibytes(16)),
        .tooManyDevices(asked: 8, mostOnOneNode: 4), .tooManyCores(asked: .cores(128), mostOnOneNode: .cores(64)),
        .tooMuchMemory(asked: .gibibytes(1024), mostOnOneNode: .gibibytes(512)), .neverTogether,
        .begunBeforeRestore, .reservationOver(ReservationID(7), .lapsed),
        .aboveTeamLimit(team: TeamName("vision"), asked: 4, limit: 2),
    ].map { (name(of: $0), $0) }

    static let reasons: [(String, GrantReason)] = [
        .nobodyElseWaited, .guaranteed(team: TeamName("vision"), held: 1, guarantee: 2),
        .usedLeast(used: 11_160_000, next: UserName("bob"), nextUsed: 73_440_000), .oldest(of: 3), .passed(requests: 2),
        .backfilled(holder: LeaseID(7), freeUntil: at(600)), .held(since: at(-60)),
    ].map { (name(of: $0), $0) }

    static let outcomes: [(String, AttemptOutcome)] =
        ([.exited(code: 7), .signalled(signal: 15), .killed, .neverBegan, .nodeLost, .unknown]
        + failures.map { .launchFailed(because: $0) })
        .map { (name(of: $0), $0) }

    static let quarantineReasons: [(String, Quarantine.Reason, Quarantine.Cure)] = [
        ("notReleased", .notReleased(detail: "held open by process 7"), .retest),
        ("memoryStuck", .memoryStuck(above: .gibibytes(2)), .retest), ("xid", .xid(79), .reboot),
        ("lost", .lost(detail: "fallen off the bus"), .reboot), ("silent", .silent, .retest),
        ("memoryErrors", .memoryErrors(detail: "3 uncorrected"), .hardware),
        ("recoveryDue", .recoveryDue(.reset), .reset), ("probeFailed", .probeFailed(detail: "no answer in 10s"), .retest),
        ("ordered", .ordered(by: root, detail: "a noisy fan"), .hand),
    ]

    static let failures: [LaunchFailure] = [
        .commandNotFound(command: "pyhton"), .commandNotExecutable(command: "./run.sh"),
        .directoryMissing(path: "/home/alice/gone"), .directoryForbidden(path: "/root", user: "alice"),
        .argumentsTooLong(bytes: 3_000_000), .accountUnknown(user: "alice"), .deviceNodeMissing(path: "/dev/nvidia0"),
        .storageFull(detail: "no room for the attempt's folder"), .sandbox(detail: "bwrap ended with code 1"),
        .environmentMissing(name: "torch"), .dataUnavailable(name: "imagenet", because: .removed),
        .numberTaken(number: 200_000, by: "the group “staff”"),
    ]

    static let endReasons: [(String, EndReason)] = [
        .finished, .expired, .returned(by: alice), .idle, .preempted, .revoked(by: root, reason: "maintenance"), .nodeLost,
        .deviceFailed(detail: "the driver reported error Xid 79"), .launchFailed, .drained,
    ].map { (name(of: $0), $0) }

    static let checks: [CleanCheck] = CleanCheck.Subject.allCases.enumerated().map { index, subject in
        CleanCheck(subject, [.passed, .failed(detail: "512 MiB left"), .notChecked(reason: "simulated")][index % 3])
    }

    private static func name(of refusal: Refusal) -> String {
        switch refusal {
        case .noDevices: "noDevices"
        case .noSuchModel: "noSuchModel"
        case .noDeviceOfThatMemory: "noDeviceOfThatMemory"
        case .tooManyDevices: "tooManyDevices"
        case .tooManyCores: "tooManyCores"
        case .tooMuchMemory: "tooMuchMemory"
        case .neverTogether: "neverTogether"
        case .begunBeforeRestore: "begunBeforeRestore"
        case .aboveTeamLimit: "aboveTeamLimit"
        case .reservationOver: "reservationOver"
        }
    }

    private static func name(of reason: GrantReason) -> String {
        switch reason {
        case .nobodyElseWaited: "nobodyElseWaited"
        case .guaranteed: "guaranteed"
        case .usedLeast: "usedLeast"
        case .oldest: "oldest"
        case .passed: "passed"
        case .backfilled: "backfilled"
        case .held: "held"
        case .takenBack: "takenBack"
        }
    }

    private static func name(of outcome: AttemptOutcome) -> String {
        switch outcome {
        case .exited: "exited"
        case .signalled: "signalled"
        case .killed: "killed"
        case .neverBegan: "neverBegan"
        case .nodeLost: "nodeLost"
        case .unknown: "unknown"
        case .launchFailed(let failure): "launchFailed.\(name(of: failure))"
        }
    }

    private static func name(of failure: LaunchFailure) -> String {
        switch failure {
        case .commandNotFound: "commandNotFound"
        case .commandNotExecutable: "commandNotExecutable"
        case .directoryMissing: "directoryMissing"
        case .directoryForbidden: "directoryForbidden"
        case .argumentsTooLong: "argumentsTooLong"
        case .accountUnknown: "accountUnknown"
        case .deviceNodeMissing: "deviceNodeMissing"
        case .storageFull: "storageFull"
        case .sandbox: "sandbox"
        case .environmentMissing: "environmentMissing"
        case .dataUnavailable: "dataUnavailable"
        case .numberTaken: "numberTaken"
        }
    }

    private static func name(of reason: EndReason) -> String {
        switch reason {
        case .finished: "finished"
        case .expired: "expired"
        case .returned: "returned"
        case .idle: "idle"
        case .preempted: "preempted"
        case .revoked: "revoked"
        case .nodeLost: "nodeLost"
        case .deviceFailed: "deviceFailed"
        case .launchFailed: "launchFailed"
        case .drained: "drained"
        }
    }
}
