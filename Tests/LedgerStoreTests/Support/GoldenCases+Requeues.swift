import FleetModel

@testable import LeaseLedger

extension GoldenCases {
    /// Of waiting again and of being told of an end: what earlier versions did not write.
    static var requeues: [(String, Event)] {
        let wishes = WorkWishes(warnSignal: SignalNumber(10), warnBefore: .minutes(5), requeues: true)
        let requeue = Requeue(of: LeaseID(41), first: LeaseID(7), firstSubmittedAt: at(-60), count: 2)
        let told: [(String, AnnouncedEnd)] = [
            ("takenBack", .takenBack(warnedAt: at(1))), ("idle", .idle(warnedAt: at(2))),
            ("expiring", .expiring(endsAt: at(60))), ("ending", .ending(since: at(3))),
        ]
        return [
            (
                "requestSubmitted.again",
                .requestSubmitted(
                    RequestSubmitted(
                        id: id, user: alice, team: .everyone, name: "train.py", kind: .job,
                        resources: ResourceRequest(devices: .none), duration: .hours(24), wishes: wishes, requeue: requeue))
            ),
            (
                "requestSubmitted.forecast",
                .requestSubmitted(
                    RequestSubmitted(
                        id: id, user: alice, team: .everyone, name: "train.py", kind: .job,
                        resources: ResourceRequest(devices: DeviceSelector(count: 1)), duration: .hours(24),
                        forecast: WorkForecast(
                            work: "00ff00ff00ff00ff",
                            memory: ForecastRange(lower: 1, expected: 2_000_000_000, upper: 3_000_000_000),
                            time: ForecastRange(lower: 500, expected: 1_000, upper: 1_500, runs: 3), energy: nil)))
            ),
        ]
            + told.map { name, end in
                ("workTold.\(name)", .workTold(WorkTold(attempt: AttemptKey(lease: id, number: 1), end: end)))
            }
    }
}
