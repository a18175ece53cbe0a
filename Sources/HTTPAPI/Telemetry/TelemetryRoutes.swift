import CheckoutService
import FleetModel
import Foundation
import Hummingbird
import LeaseLedger
import WireModel

/// What devices do and did: `/v1/telemetry/now`, `/v1/devices/UUID/telemetry` and `/v1/leases/ID/telemetry`.
struct TelemetryRoutes {
    let service: CheckoutService

    /// An answer has no more points than this.
    private static let mostPoints: Int64 = 1_000
    /// Unless a step is asked for.
    private static let usualPoints: Int64 = 240

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("telemetry/now", use: now)
        group.get("devices/:uuid/telemetry", use: ofDevice)
        group.get("leases/:id/telemetry", use: ofLease)
    }

    private func now(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let views = ViewMaker(service), list = views.deviceList
        return .json(
            TelemetryNow(
                at: views.text(service.clock.now()), devices: list.devices,
                totals: PoolTotals(list.devices, waiting: list.waiting)))
    }

    private func ofDevice(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let text = context.pathPart("uuid")
        let key = DeviceKey(text)
        guard service.state.slot(of: key) != nil else {
            throw Problem.notFound("There is no GPU \(text.shown). `carrel gpus` lists them.")
        }
        let now = service.clock.now()
        return try await answer(.device(key), request, within: (now + .hours(-1), now))
    }

    private func ofLease(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        guard let lease = record.lease else { throw Problem(.notGrantedYet(id)) }
        return try await answer(
            .lease(id), request, within: (lease.grantedAt, lease.receipt?.closedAt ?? service.clock.now()))
    }

    private func answer(
        _ subject: TelemetrySubject, _ request: Request, within usual: (from: Timestamp, until: Timestamp)
    ) async throws -> Response {
        let views = ViewMaker(service)
        let from = try request.time("from", views) ?? usual.from
        let until = try request.time("until", views) ?? max(usual.until, from + TimeSpan(milliseconds: 1))
        guard from < until else { throw Problem.badInput("`from` lies before `until`.") }
        let span = until - from
        let longest = TelemetryLevel.quarterHour.kept + .days(30)
        guard span <= longest || request.uri.queryParameters["from"] == nil else {
            throw Problem.badInput("At most \(longest.text) can be asked for at once; telemetry is kept for 90 days.")
        }
        let step: TimeSpan
        if let seconds = try request.number("step") {
            guard (1...86_400).contains(seconds) else {
                throw Problem.badInput("`step` is a number of seconds from 1 to 86400.")
            }
            step = .seconds(seconds)
            guard span.milliseconds / step.milliseconds <= Self.mostPoints else {
                throw Problem.badInput(
                    "That would be more than \(Self.mostPoints) points; ask for a shorter time or a longer `step`.")
            }
        } else {
            step = TimeSpan(milliseconds: max(1_000, span.milliseconds / Self.usualPoints))
        }
        return .json(await service.telemetry.view(views, of: subject, from: from, until: until, step: step))
    }
}

extension Telemetry {
    /// A series as it goes over the wire.
    func view(
        _ views: ViewMaker, of subject: TelemetrySubject, from: Timestamp, until: Timestamp, step: TimeSpan
    ) async -> TelemetrySeries {
        let (points, width) = await series(of: subject, from: from, until: until, step: step)
        let start = from.start(of: width)
        return TelemetrySeries(
            from: views.text(start), until: views.text(until), stepSeconds: width.milliseconds / 1_000,
            points: points.map { TelemetryPointView($0, at: views.text($0.start), since: start) })
    }
}

extension TelemetryPointView {
    fileprivate init(_ point: TelemetryPoint, at: String, since start: Timestamp) {
        self.init(at: at, offsetSeconds: Double((point.start - start).milliseconds) / 1_000)
        utilization = point.rollup.utilization.map { Values($0) }
        memoryUsedBytes = point.rollup.memoryUsed.map { Values($0) }
        powerWatts = point.rollup.power.map { Values($0, parts: 1_000) }
        temperature = point.rollup.temperature.map { Values($0) }
        energyJoules = point.rollup.energy.map { Double($0.energy.millijoules) / 1_000 }
    }
}

extension TelemetryPointView.Values {
    /// - Parameter parts: how many of the numbers make one of the wire's unit.
    fileprivate init(_ spread: Spread, parts: Double = 1) {
        self.init(
            mean: Double(spread.sum) / Double(Swift.max(1, spread.count)) / parts, min: Double(spread.least) / parts,
            max: Double(spread.most) / parts, count: spread.count)
    }
}

extension Request {
    /// A time of the wall clock, on the ledger's; nil: none is given.
    func time(_ name: String, _ views: ViewMaker) throws(Problem) -> Timestamp? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let time = Timestamp(utcText: String(text)), time.milliseconds.magnitude < 1 << 52 else {
            throw .badInput("`\(name)` is a time in UTC such as 2026-01-31T09:30:00Z, not “\(String(text).shown)”.")
        }
        return time + TimeSpan(milliseconds: -views.wallAhead.milliseconds)
    }
}
