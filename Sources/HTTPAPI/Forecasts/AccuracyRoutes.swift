import Advisor
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/reports/accuracy`: what was expected of work, beside what happened.
struct AccuracyRoutes {
    let service: CheckoutService

    private static let usual = TimeSpan.days(30)
    private static let usualEntries: Int64 = 20

    func add(to group: RouterGroup<CarrelContext>) { group.get("reports/accuracy", use: accuracy) }

    private func accuracy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn(), views = ViewMaker(service)
        let until = try request.time("until", views) ?? service.clock.now()
        let from = try request.time("from", views) ?? until + TimeSpan(milliseconds: -Self.usual.milliseconds)
        guard from < until else { throw Problem.badInput("`from` lies before `until`.") }
        let limit = try request.number("limit") ?? Self.usualEntries
        guard limit <= 1_000 else { throw Problem.badInput("`limit` is how many to list at most, up to 1000.") }
        return .json(try await service.accuracy(for: caller, views, from: from, until: until, entries: Int(limit)))
    }
}

extension CheckoutService {
    /// - Parameters:
    ///   - caller: whose entries are listed; an administrator sees everybody's. Scores count everybody's work.
    ///   - entries: how many are listed at most.
    func accuracy(
        for caller: Caller, _ views: ViewMaker, from: Timestamp, until: Timestamp, entries: Int
    ) async throws -> AccuracyReport {
        var sums = AccuracySums()
        var listed: [AccuracyReport.Entry] = []
        try await forEachEnded { record in
            guard let lease = record.lease, let receipt = lease.receipt, (from..<until).contains(receipt.closedAt),
                let forecast = record.forecast, !forecast.ranges.isEmpty
            else { return }
            let found = sums.add(record, lease, forecast, endedAt: views.text(receipt.closedAt))
            if listed.count < entries, record.mayBeTouched(by: caller) { listed += found }
        }
        return AccuracyReport(
            from: views.text(from), until: views.text(until), scores: sums.scores, entries: Array(listed.prefix(entries)),
            notCompared: sums.notCompared, notMeasured: sums.notMeasured)
    }
}

/// What can be expected, and what happened then.
private enum Quantity: String, CaseIterable {
    case memory, time, energy

    /// What its figures are divided by on the wire.
    var unit: Double { self == .memory ? 1 : 1_000 }

    func actual(_ run: RunBook.Run) -> Int64? {
        switch self {
        case .memory: run.use?.peakMemory?.bytes
        case .time: run.time.milliseconds
        case .energy: run.use?.energy.millijoules
        }
    }
}

extension WorkForecast {
    fileprivate var ranges: [(Quantity, ForecastRange)] {
        [(.memory, memory), (.time, time), (.energy, energy)].compactMap { quantity, range in range.map { (quantity, $0) } }
    }
}

/// Scores by quantity and source.
private struct AccuracySums {
    private static let bases = ["said", "history"]
    private var all: [String: ForecastScore] = [:]
    var notCompared = 0

    var notMeasured = 0

    mutating func add(
        _ record: RequestRecord, _ lease: Lease, _ forecast: WorkForecast, endedAt: String
    ) -> [AccuracyReport.Entry] {
        guard let run = RunBook.Run(record, lease) else {
            addCutOff(record, lease, forecast)
            return []
        }
        let entries = forecast.ranges.compactMap { quantity, range -> AccuracyReport.Entry? in
            guard let actual = quantity.actual(run), let error = ForecastScore.error(of: range, actual: actual) else {
                return nil
            }
            let basis = Self.bases[range.runs == nil ? 0 : 1]
            all[quantity.rawValue + basis, default: ForecastScore()].add(range, actual: actual)
            func amount(_ number: Int64) -> Double { Double(number) / quantity.unit }
            return AccuracyReport.Entry(
                id: record.id.number, user: record.user.name, name: record.name, endedAt: endedAt,
                quantity: quantity.rawValue, basis: basis, runs: range.runs, lower: amount(range.lower),
                expected: amount(range.expected), upper: amount(range.upper), actual: amount(actual), error: error)
        }
        if entries.isEmpty { notMeasured += 1 }
        return entries
    }

    /// Of what did not end well only this is known: it took longer than the range, if its time was over then.
    private mutating func addCutOff(_ record: RequestRecord, _ lease: Lease, _ forecast: WorkForecast) {
        // What waits again is told when it ends.
        guard record.requeuedAs == nil else { return }
        if let time = forecast.time, let receipt = lease.receipt, receipt.reason == .expired,
            let started = receipt.startedAt, (receipt.endedAt - started).milliseconds > time.upper
        {
            let basis = Self.bases[time.runs == nil ? 0 : 1]
            all[Quantity.time.rawValue + basis, default: ForecastScore()].addCutOff()
        } else {
            notCompared += 1
        }
    }

    var scores: [AccuracyReport.Score] {
        Quantity.allCases.flatMap { quantity in
            Self.bases.compactMap { basis in
                guard let score = all[quantity.rawValue + basis] else { return nil }
                return AccuracyReport.Score(
                    quantity: quantity.rawValue, basis: basis, forecasts: score.count, within: score.within,
                    above: score.above, meanError: score.meanError, medianError: score.medianError, bias: score.bias)
            }
        }
    }
}
