import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/reservations`, and `/v1/nodes/NAME/drain`, which has a moment in its body as well.
struct ReservationRoutes {
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("reservations", use: list)
        group.post("reservations", use: reserve)
        group.delete("reservations/:id", use: cancel)
        group.put("nodes/:name/drain", use: drain)
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(ViewMaker(service).reservationList)
    }

    private func reserve(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: NewReservationBody.self).value
        return .json(try await make(body, by: caller), status: .created)
    }

    func make(_ body: NewReservationBody, by caller: Caller) async throws -> ReservationView {
        if body.user != nil, body.team != nil {
            throw Problem.badInput("A reservation is for a user or for a team; name one of them.")
        }
        let owner: ReservationOwner =
            body.team.map { .team(TeamName($0)) } ?? .user(body.user.map { UserName($0) } ?? caller.requester.user)
        let devices = try Typed.devices(body.gpus)
        let wish = NewReservation(
            owner: owner, name: body.name ?? "reservation", devices: devices,
            startsAt: try moment(body.startsAt, body.startsInSeconds, "startsAt"),
            span: try Typed.span(body.time, "time"))
        let answer = try await service.writer.perform(.reserve(wish, by: caller.requester))
        for recorded in answer.events {
            guard case .reservationMade(let made) = recorded.event else { continue }
            let maker = ViewMaker(service)
            return maker.reservation(maker.state.reservation(made.reservation.id) ?? made.reservation)
        }
        throw Problem.internalError("The reservation was accepted, and no event tells of it.")
    }

    private func cancel(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let text = context.pathPart("id")
        guard let number = Int64(text), number > 0 else {
            throw Problem.badInput("“\(text.shown)” is no number of a reservation; `carrel reserve` lists them.")
        }
        _ = try await service.writer.perform(.cancelReservation(ReservationID(number), by: caller.requester))
        return .json(ViewMaker(service).reservationList)
    }

    private func drain(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        try await drain(NodeName(context.pathPart("name")), try await request.body(as: DrainBody.self).value, by: caller)
        return .json(ViewMaker(service).deviceList)
    }

    func drain(_ node: NodeName, _ body: DrainBody, by caller: Caller) async throws {
        let reason = body.reason ?? ""
        guard reason.utf8.count <= 500 else { throw Problem.badInput("A reason has at most 500 bytes.") }
        _ = try await service.writer.perform(
            .drain(
                node, by: try moment(body.endsAt, body.endsInSeconds, "endsAt"), detail: reason.shown, caller.operating))
    }

    /// On the ledger's clock: people mean the wall clock as it is now.
    private func moment(_ text: String?, _ seconds: Double?, _ name: String) throws(Problem) -> Timestamp {
        switch (text, seconds) {
        case (let text?, nil):
            guard let time = Timestamp(utcText: text) else {
                throw .badInput("“\(text.shown)” is no time in UTC; write \(name) as 2026-01-31T09:30:00Z.")
            }
            return time + TimeSpan(milliseconds: -service.clock.wallAhead().milliseconds)
        case (nil, let seconds?):
            guard seconds.isFinite, seconds >= 0, seconds < 1e10 else {
                throw .badInput("A span from now is a number of seconds from 0 to 10¹⁰.")
            }
            return service.clock.now() + TimeSpan(milliseconds: Int64(seconds * 1_000))
        default:
            throw .badInput("Say when: \(name) as a time in UTC, or how many seconds from now, and not both.")
        }
    }
}
