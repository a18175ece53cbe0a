import FleetModel
import LeaseLedger
import Testing

/// The tables of transitions, written a second time; every pair of states is walked.
@Suite struct LifecycleTests {
    @Test func requests() {
        let legal: [RequestPhase: Set<RequestPhase>] = [.waiting: [.granted, .refused, .cancelled]]
        walk(legal) { $0.mayBecome($1) }
        #expect(RequestPhase.allCases.count == 4)
    }

    @Test func leases() {
        let legal: [LeasePhase: Set<LeasePhase>] = [
            .pledged: [.starting, .ending],
            .starting: [.starting, .running, .ending, .verifying],
            .running: [.ending, .verifying],
            .ending: [.verifying],
            .verifying: [.closed],
        ]
        walk(legal) { $0.mayBecome($1) }
        #expect(LeasePhase.allCases.count == 6)
        #expect(LeasePhase.allCases.filter(\.isLive) == [.pledged, .starting, .running, .ending, .verifying])
    }

    @Test func devices() {
        let legal: [DeviceCondition.Kind: Set<DeviceCondition.Kind>] = [
            .offered: [.missing, .frozen], .missing: [.offered, .frozen], .frozen: [.offered, .missing],
        ]
        walk(legal) { $0.mayBecome($1) }
        let claim = AttemptKey(lease: LeaseID(1), number: 1)
        #expect([DeviceCondition.offered, .missing, .frozen(claim: claim)].map(\.kind) == DeviceCondition.Kind.allCases)
    }

    /// Every lease ends: from each phase the closed one can be reached, and nothing leads out of it.
    @Test func everyLeaseCanBeClosed() {
        for start in LeasePhase.allCases {
            var reached: Set<LeasePhase> = [start]
            for _ in LeasePhase.allCases {
                for from in LeasePhase.allCases where reached.contains(from) {
                    reached.formUnion(LeasePhase.allCases.filter { from.mayBecome($0) })
                }
            }
            #expect(reached.contains(.closed), "a lease that is \(start) can't be closed")
        }
    }

    private func walk<State: CaseIterable & Hashable>(_ legal: [State: Set<State>], _ mayBecome: (State, State) -> Bool) {
        for from in State.allCases {
            for to in State.allCases {
                let expected = legal[from]?.contains(to) ?? false
                #expect(mayBecome(from, to) == expected, "from \(from) to \(to)")
            }
        }
    }
}
