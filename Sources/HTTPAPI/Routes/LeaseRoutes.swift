import CheckoutService
import EngineInterface
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/leases`: what one does with a lease.
struct LeaseRoutes {
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("leases", use: list)
        group.get("leases/:id", use: show)
        group.post("leases/:id/return", use: giveBack)
        group.post("leases/:id/extend", use: extend)
        group.post("leases/:id/keep", use: keep)
        group.post("leases/:id/revoke", use: revoke)
        group.post("leases/:id/signal", use: signal)
        group.post("leases/:id/progress", use: progress)
        group.get("leases/:id/receipt", use: receipt)
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let views = ViewMaker(service)
        return .json(RequestList(requests: views.state.liveLeases.map { views.request($0.record) }))
    }

    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        guard record.lease != nil else { throw Problem(.notGrantedYet(id)) }
        return .json(ViewMaker(service).request(record))
    }

    func giveBack(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        return try await answer(after: .giveBack(id, by: caller.requester), id)
    }

    private func keep(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        return try await answer(after: .keep(id, by: caller.requester), id)
    }

    private func extend(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        let body = try await request.body(as: ExtendBody.self).value
        return try await answer(after: .extend(id, by: try Typed.span(body.time, "time"), caller.requester), id)
    }

    private func revoke(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        let body = try await request.body(as: RevokeBody.self).value
        return try await answer(after: .revoke(id, reason: body.reason, by: caller.requester), id)
    }

    private func answer(after command: Command, _ id: LeaseID) async throws -> Response {
        try await service.perform(command, on: id)
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        return .json(ViewMaker(service).request(record))
    }

    private func signal(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        let body = try await request.body(as: SignalBody.self).value
        guard let number: Int32 = ["interrupt": 2, "terminate": 15][body.signal] else {
            throw Problem.badInput("“\(body.signal.shown)” is no signal that can be sent; use interrupt or terminate.")
        }
        let attempt = try await service.ownAttempt(context)
        guard let attempt else { throw Problem(.notGrantedYet(try context.requestID())) }
        try await service.console.signal(attempt, number)
        return Response(status: .noContent)
    }

    /// How far the work is, said by whose it is: an administrator has no word in it.
    private func progress(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn().requester
        let id = try context.requestID()
        let body = try await request.body(as: ProgressBody.self).value
        let said = WorkProgress(step: body.step, steps: body.steps, samples: body.samples)
        guard said.makesSense else {
            throw Problem.badInput("Progress has step or samples, and whole numbers from 0 to 2⁵³: all that is done so far.")
        }
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        guard record.user == caller.user else { throw Problem(.notYours(id, owner: record.user)) }
        guard let lease = record.lease else { throw Problem(.notGrantedYet(id)) }
        guard lease.phase == .starting || lease.phase == .running || lease.phase == .ending else {
            throw Problem(.alreadyOver(id, phase: record.phase))
        }
        service.progress.say(said, of: id)
        return .json(ProgressView(said))
    }

    private func receipt(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        guard let lease = record.lease, let receipt = lease.receipt else {
            throw Problem(
                "no-receipt", title: "No receipt yet", status: 409,
                detail: record.words + " "
                    + (record.isOver
                        ? "It never held anything, so that there is no receipt."
                        : "A receipt is made when the devices are back."),
                request: id.number)
        }
        var view = ViewMaker(service).receipt(record, lease, receipt)
        if record.mayBeTouched(by: caller) { view.forecast = ForecastView(record.forecast) }
        return .json(view)
    }
}

extension CheckoutService {
    /// The newest attempt of a request that the caller may touch; nil: it has none yet.
    func ownAttempt(_ context: CarrelContext) async throws -> AttemptKey? {
        let caller = try context.signedIn().requester
        let id = try context.requestID()
        guard let record = try await record(id) else { throw Problem.noRequest(id.number) }
        guard record.user == caller.user || caller.isAdministrator else {
            throw Problem(.notYours(id, owner: record.user))
        }
        guard let lease = record.lease, lease.attempt > 0 else {
            if record.isOver { throw Problem(.alreadyOver(id, phase: record.phase)) }
            return nil
        }
        return AttemptKey(lease: id, number: lease.attempt)
    }
}
