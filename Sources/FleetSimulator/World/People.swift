import FleetModel
import LeaseLedger

/// What people want in a run.
struct People {
    /// By idempotency key.
    var submissions: [Submission] = []
    var askAt: [TimeSpan] = []
    /// The answers that were had, by key.
    var answered: [LeaseID?] = []
    var isOver: [Bool] = []

    init(_ options: SimulationOptions, _ random: inout SeededGenerator) {
        let largest = options.nodes.reduce(0) { max($0, $1.devices.count) }
        for number in 0..<options.crowd.requests {
            // Most fit somewhere; a few never do.
            let devices = random.below(12) == 0 ? random.below(9) : min(largest, random.pick([0, 1, 1, 1, 2, 2, 3, 4, 8]))
            let words = random.below(8) == 0 ? ["a100"] : []
            let resources = ResourceRequest(
                devices: DeviceSelector(count: devices, modelWords: devices > 0 ? words : []),
                cores: random.below(4) == 0 ? .cores(Int64(1 + random.below(8))) : nil,
                memory: random.below(8) == 0 ? MemoryBytes(Int64(1 + random.below(40)) * 1_000_000_000) : nil,
                duration: random.span(.minutes(2), options.crowd.longestLease))
            submissions.append(
                Submission(
                    user: random.pick(options.crowd.users), name: "work \(number)", resources: resources,
                    wishes: Self.wishes(number)))
            let latest = TimeSpan(milliseconds: options.safetyPhase.milliseconds / 10 * 8)
            // Some come in crowds.
            let last = askAt.last
            askAt.append(random.below(3) == 0 ? last ?? .zero : random.span(.zero, latest))
            answered.append(nil)
            isOver.append(false)
        }
    }
}

extension People {
    /// By number and not by chance, so that runs without wishes stay what they were.
    private static func wishes(_ number: Int) -> WorkWishes {
        let signal = number % 3 == 0 ? SignalNumber(parsing: "USR1") : nil
        return WorkWishes(warnSignal: signal, warnBefore: signal.map { _ in .minutes(1) }, requeues: number % 2 == 0)
    }

    /// Everybody who asked knows what became of it.
    var allAnswered: Bool { submissions.indices.allSatisfy { answered[$0] != nil || isOver[$0] } }

    /// Takes in somebody who was not expected.
    mutating func add(_ submission: Submission) -> Int {
        submissions.append(submission)
        answered.append(nil)
        isOver.append(false)
        return submissions.count - 1
    }
}
