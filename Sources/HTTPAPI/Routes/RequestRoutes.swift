import CheckoutService
import Crypto
import FleetModel
import Foundation
import Hummingbird
import LeaseLedger
import NIOCore
import WireModel

/// `/v1/requests`: asking, listing, looking, waiting for a change.
struct RequestRoutes {
    let service: CheckoutService
    let address: HTTPAddress
    let data: DataDesk
    let callers: CallerMaker
    let forecasts: ForecastDesk

    static let longestWait = TimeSpan.seconds(60)

    func add(to group: RouterGroup<CarrelContext>) {
        group.post("requests", use: create)
        group.get("requests", use: list)
        group.get("requests/:id", use: show)
        group.get("requests/:id/why", use: why)
        group.delete("requests/:id", use: giveBack)
        group.get("queue", use: queue)
    }

    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let (body, bytes) = try await request.body(as: NewRequest.self)
        // Nobody could ever enter it, and it would hold a device for nothing.
        if body.session != nil, !address.isServed { throw Problem.noAddressForSessions }
        var submission = try body.submission(by: caller, in: service.state, service.data)
        let outlook = try forecasts.outlook(body, submission)
        submission.forecast = outlook.forecast
        let work = NewWork(
            submission: submission, order: try body.order(by: caller), key: try Self.key(request, bytes))
        let answer = try await service.writer.submit(work)
        guard let id = answer.id, let record = try await service.record(id) else {
            throw Problem.internalError("The request was taken in and can't be found.")
        }
        context.audit.subject = "\(id)"
        if let refusal = record.refusal { throw Problem(refused: id, refusal) }
        data.refillSoon(record)
        var view = ViewMaker(service).request(record)
        view.runsAs = callers.otherWorkUser(of: caller)
        view.forecast = ForecastView(record.forecast)
        view.warnings = outlook.warnings.isEmpty ? nil : outlook.warnings
        return .json(view, status: answer.isRepeat ? .ok : .created)
    }

    static func key(_ request: Request, _ bytes: ByteBuffer) throws(Problem) -> IdempotencyKey? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard !key.isEmpty, key.utf8.count <= 200 else { throw .badInput("An idempotency key has 1 to 200 bytes.") }
        let digest = SHA256.hash(data: bytes.readableBytesView).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }
        return IdempotencyKey(key: key, digest: digest.joined())
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let limit = Int(min(1_000, try request.number("limit") ?? 100))
        guard limit > 0 else { throw Problem.badInput("`limit` is how many to list at most, from 1 to 1000.") }
        let user = request.uri.queryParameters["user"].map { UserName(String($0)) }
        let views = ViewMaker(service)
        let state = views.state
        let before = try request.number("before")
        let open = (Array(state.live) + state.waiting).sorted(by: >).compactMap { state.requests[$0] }
            .filter { record in (user.map { record.user == $0 } ?? true) && (before.map { record.id.number < $0 } ?? true) }
        let ended =
            request.flag("all")
            ? try await service.archive.endedRecords(before: before.map { LeaseID($0) }, limit: limit + 1, user: user) : []
        let openIDs = Set(open.map(\.id))
        let all = (open + ended.filter { !openIDs.contains($0.id) }).sorted { $0.id > $1.id }
        let page = all.prefix(limit)
        return .json(
            RequestList(requests: page.map(views.request), next: all.count > limit ? page.last?.id.number : nil))
    }

    /// `?unless=STATE&wait=SECONDS`: answers when the state is another one, or when the time is over.
    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        let unless = request.uri.queryParameters["unless"].map(String.init)
        let wait = min(Self.longestWait, .seconds(try request.number("wait") ?? 0))
        let deadline = ContinuousClock.now + .milliseconds(wait.milliseconds)
        while true {
            let changes = service.writer.publisher.changes(of: id)
            guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
            let left = deadline - .now
            if record.stateWord != unless || left <= .zero {
                var view = ViewMaker(service).request(record)
                // What somebody reads, and how their work goes, is for them to tell.
                if record.mayBeTouched(by: caller) {
                    view.data = record.wishes?.data
                    view.forecast = ForecastView(record.forecast)
                }
                return .json(view)
            }
            _ = await changes.ring(within: left)
        }
    }

    private func why(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        let views = ViewMaker(service), view = views.request(record), reasons = service.reasons(for: record)
        var why = WhyView(
            id: id.number, state: view.state, position: reasons?.position, sentences: reasons?.words ?? [record.words])
        why.limit = reasons?.limit.map { WaitLimitView($0, notBefore: reasons?.notBefore.map(views.text)) }
        return .json(why)
    }

    private func giveBack(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await LeaseRoutes(service: service).giveBack(request, context)
    }

    private func queue(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let views = ViewMaker(service)
        return .json(RequestList(requests: service.line.compactMap { views.state.requests[$0] }.map(views.request)))
    }
}
