import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/reports/energy`: what leases used, by user or team.
struct EnergyReportRoutes {
    let service: CheckoutService

    /// Thirty days, unless said otherwise.
    private static let usual = TimeSpan.days(30)

    func add(to group: RouterGroup<CarrelContext>) { group.get("reports/energy", use: energy) }

    private func energy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let views = ViewMaker(service)
        let until = try request.time("until", views) ?? service.clock.now()
        let from = try request.time("from", views) ?? until + TimeSpan(milliseconds: -Self.usual.milliseconds)
        guard from < until else { throw Problem.badInput("`from` lies before `until`.") }
        let by = request.uri.queryParameters["by"].map(String.init) ?? "user"
        guard by == "user" || by == "team" else { throw Problem.badInput("`by` is user or team, not “\(by.shown)”.") }
        let reports = try await service.energyReports(views, from: from, until: until)
        return .json(by == "user" ? reports.byUser : reports.byTeam)
    }
}

extension CheckoutService {
    /// What leases that were closed in a span of time used.
    func energyReports(
        _ views: ViewMaker, from: Timestamp, until: Timestamp
    ) async throws -> (byUser: EnergyReport, byTeam: EnergyReport) {
        let (users, teams, total) = try await energySums(from: from, until: until)
        let all = total.entry("all")
        func report(_ by: String, _ sums: [String: EnergySum]) -> EnergyReport {
            let order = sums.sorted { ($1.value.millijoules, $0.key) < ($0.value.millijoules, $1.key) }
            return EnergyReport(
                from: views.text(from), until: views.text(until), by: by, entries: order.map { $0.value.entry($0.key) },
                total: all)
        }
        return (report("user", users), report("team", teams))
    }

    /// The same, not yet put in order.
    func energySums(
        from: Timestamp, until: Timestamp
    ) async throws -> (users: [String: EnergySum], teams: [String: EnergySum], total: EnergySum) {
        var users: [String: EnergySum] = [:], teams: [String: EnergySum] = [:], total = EnergySum()
        try await forEachEnded { record in
            guard let receipt = record.lease?.receipt, (from..<until).contains(receipt.closedAt),
                receipt.deviceTime > .zero
            else { return }
            users[record.user.name, default: EnergySum()].add(receipt)
            teams[record.team.name, default: EnergySum()].add(receipt)
            total.add(receipt)
        }
        return (users, teams, total)
    }
}

/// Receipts added up.
struct EnergySum {
    var leases = 0
    var deviceTime = TimeSpan.zero
    var energy: Energy?
    var notMeasured = 0
    /// By currency, in millionths.
    var costs: [String: Int64] = [:]

    /// Per cent times seconds of GPU time, and the seconds: of leases in which it was measured.
    private var use: (weighted: Double, seconds: Double) = (0, 0)

    /// Per cent, the mean over GPU time; nil: it was never measured.
    var meanUtilization: Double? { use.seconds > 0 ? use.weighted / use.seconds : nil }

    var millijoules: Int64 { energy?.millijoules ?? 0 }

    mutating func add(_ receipt: Receipt) {
        leases += 1
        deviceTime = deviceTime + receipt.deviceTime
        if let mean = receipt.use?.meanUtilization {
            let seconds = Double(receipt.deviceTime.milliseconds) / 1_000
            use = (use.weighted + Double(mean) * seconds, use.seconds + seconds)
        }
        guard case .measured(let measure)? = receipt.use?.energy else {
            notMeasured += 1
            return
        }
        energy = (energy ?? .zero) + measure.energy
        guard let cost = receipt.electricity?.cost(of: measure.energy) else { return }
        let (sum, overflow) = costs[cost.currency, default: 0].addingReportingOverflow(cost.micros)
        costs[cost.currency] = overflow ? .max : sum
    }

    func entry(_ name: String) -> EnergyReport.Entry {
        EnergyReport.Entry(
            name: name, leases: leases, gpuSeconds: Double(deviceTime.milliseconds) / 1_000,
            energyJoules: energy.map { Double($0.millijoules) / 1_000 }, notMeasured: notMeasured,
            costs: costs.keys.sorted().map { CostView(Cost(micros: costs[$0] ?? 0, currency: $0)) })
    }
}

extension CostView {
    init(_ cost: Cost) { self.init(amount: Double(cost.micros) / 1_000_000, currency: cost.currency) }
}
