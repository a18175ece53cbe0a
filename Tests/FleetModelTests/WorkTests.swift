import FleetModel
import Testing

/// Exit codes, receipts, and the small values that others build on.
@Suite struct WorkTests {
    @Test(
        arguments: [
            (.exited(code: 0), .finished, 0), (.exited(code: 3), .finished, 3), (.exited(code: -1), .finished, -1),
            (.signalled(signal: 11), .finished, 139), (.killed, .finished, 137), (.nodeLost, .finished, 120),
            (.unknown, .finished, 118),
            (.neverBegan, .launchFailed, 126), (.launchFailed(because: .commandNotFound(command: "x")), .launchFailed, 127),
            (.launchFailed(because: .directoryMissing(path: "/")), .launchFailed, 126), (.exited(code: 0), .expired, 121),
            (.signalled(signal: 9), .expired, 121), (.exited(code: 0), .idle, 122), (.exited(code: 0), .preempted, 123),
            (.exited(code: 5), .nodeLost, 120), (.exited(code: 7), .returned(by: UserName("a")), 7),
            (nil, .returned(by: UserName("a")), 143),
            (.signalled(signal: 15), .revoked(by: UserName("root"), reason: "x"), 143), (nil, .expired, 121),
            (.signalled(signal: .max), .finished, 128 &+ .max),
        ] as [(AttemptOutcome?, EndReason, Int32)])
    func exitCodes(outcome: AttemptOutcome?, reason: EndReason, code: Int32) {
        #expect(ExitCode.of(outcome, endedBy: reason) == code)
    }

    @Test func theCodesAreFixedForEver() {
        #expect(
            [ExitCode.neverFits, ExitCode.nodeLost, ExitCode.expired, ExitCode.idle, ExitCode.preempted] == [
                119, 120, 121, 122, 123,
            ])
        #expect([ExitCode.notExecutable, ExitCode.notFound, ExitCode.signal(2)] == [126, 127, 130])
    }

    @Test func aVerdictIsCleanOnlyWhenEverythingWasLookedAt() {
        let all = CleanCheck.Subject.allCases.map { CleanCheck($0, .passed) }
        let skipped = CleanCheck(.probePassed, .notChecked(reason: "none")),
            failed = CleanCheck(.nodeReleased, .failed(detail: "1"))
        #expect(receipt(all).verdict == .clean)
        #expect(receipt([]).verdict == .unproven)
        #expect(receipt(all + [skipped]).verdict == .unproven)
        #expect(receipt([skipped] + all + [failed]).verdict == .failed)
        #expect(receipt([failed, skipped]).verdict == .failed)
        #expect(receipt(Array(all.prefix(1))).verdict == .clean)
    }

    @Test func devicesOfAReportAreInOrderWithTheirLinks() {
        let devices = ["c", "a", "b"].map { Device(key: DeviceKey($0), model: "x", memory: .zero) }
        let report = NodeReport(
            node: NodeName("n"), bootID: "1", cores: .zero, memory: .zero, devices: devices,
            links: [[0, 10, 20], [11, 0, 12], [21, 22, 0]])
        #expect(report.devices.map(\.key.name) == ["a", "b", "c"])
        #expect(report.links == [[0, 12, 11], [22, 0, 21], [10, 20, 0]])
        for links in [[[1]], [[1, 2, 3], [1, 2, 3]], [[1, 2, 3], [1, 2, 3], [1, 2]], [[], [], []]] {
            let other = NodeReport(
                node: NodeName("n"), bootID: "1", cores: .zero, memory: .zero, devices: devices, links: links)
            #expect(other.links == [])
        }
    }

    @Test func namesAndNumbersHaveAnOrder() {
        #expect(LeaseID(2) < LeaseID(10))
        #expect(LeaseID(1).next == LeaseID(2))
        let keys = [
            AttemptKey(lease: LeaseID(2), number: 1), AttemptKey(lease: LeaseID(1), number: 10),
            AttemptKey(lease: LeaseID(1), number: 2),
        ]
        #expect(keys.sorted().map(\.description) == ["1/2", "1/10", "2/1"])
        #expect(Team(name: TeamName("t"), members: [UserName("b"), UserName("a")]).members.map(\.name) == ["a", "b"])
        #expect(UserName("é") != UserName("e"))
    }

    private func receipt(_ checks: [CleanCheck]) -> Receipt {
        let now = Timestamp(milliseconds: 0)
        return Receipt(
            reason: .finished, outcome: nil, exitCode: 0, grantedAt: now, startedAt: nil, endedAt: now, closedAt: now,
            attempts: 1,
            checks: checks, deviceTime: .zero)
    }
}
