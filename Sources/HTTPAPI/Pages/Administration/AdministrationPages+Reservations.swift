import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension AdministrationPages {
    func addReservations(to router: Router<CarrelContext>) {
        router.get("admin/reservations", use: reservationList)
        router.post("admin/reservations", use: reserve)
        router.get("admin/reservations/:id/cancel", use: askCancel)
        router.post("admin/reservations/:id/cancel", use: cancel)
    }

    private func reservationsPage(
        _ request: Request, _ caller: Caller, _ form: ReservationsPage.Form, _ problem: Problem?
    ) -> Response {
        let views = ViewMaker(service)
        return .page(
            ReservationsPage(
                viewer: Viewer(caller, request), now: views.wall, reservations: views.reservationList.reservations,
                who: views.state.policy.reservations.who.rawValue, form: form, problem: problem,
                isMade: request.typed("done") == "made"
            ).html(), status: .init(code: problem?.status ?? 200))
    }

    private func reservationList(_ request: Request, _ context: CarrelContext) async throws -> Response {
        reservationsPage(request, try context.operating(), ReservationsPage.Form(), nil)
    }

    private func reserve(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let form = ReservationsPage.Form(try await request.form())
        do {
            let made = try await reservations.make(try form.wish(), by: caller)
            context.audit.subject = "\(made.id)"
            return .seeOther(Link("/admin/reservations").with("done", "made"))
        } catch {
            return reservationsPage(request, caller, form, try Problem(thrown: error, by: request, context))
        }
    }

    private func askCancel(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let views = ViewMaker(service), id = try context.requestID().number
        guard let one = views.reservationList.reservations.first(where: { $0.id == id }) else {
            throw Problem(Rejection.unknownReservation(ReservationID(id)))
        }
        var content = ConfirmPage.Content(
            part: .reservations, question: "Cancel the reservation “\(one.name)”?",
            consequences: [
                "\(one.gpus.counted("GPU")) that \(one.team.map { "team \($0)" } ?? one.user ?? "somebody") counts on go to whoever is next.",
                one.leases.isEmpty
                    ? "No lease runs under it." : "What runs under it goes on, as a lease like any other:",
            ],
            action: .path("admin", "reservations", "\(id)", "cancel"), button: "Cancel the reservation",
            back: Link("/admin/reservations"))
        content.requests = one.leases.compactMap { views.state.requests[LeaseID($0)].map(views.request) }
        return confirm(content, request, caller)
    }

    private func cancel(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        _ = try await request.form()
        _ = try await service.writer.perform(
            .cancelReservation(ReservationID(try context.requestID().number), by: caller.requester))
        return .seeOther(Link("/admin/reservations"))
    }
}

extension ReservationsPage.Form {
    init(_ body: FormBody) {
        self.init()
        gpus = body["gpus"] ?? ""
        owner = body.said("owner") ?? ""
        isTeam = body["kind"] == "team"
        name = body["name"] ?? ""
        day = body.said("day") ?? ""
        clock = body.said("clock") ?? ""
        time = body["time"] ?? ""
    }

    fileprivate func wish() throws(Problem) -> NewReservationBody {
        var wish = NewReservationBody(gpus: gpus, time: time)
        if !name.isEmpty { wish.name = name }
        if isTeam { wish.team = owner } else if !owner.isEmpty { wish.user = owner }
        if day.isEmpty, clock.isEmpty {
            wish.startsInSeconds = 0
        } else {
            // As browsers write them: 2026-11-21 and 09:30.
            guard day.utf8.count == 10, [0, 5, 8].contains(clock.utf8.count) else {
                throw .badInput("Say the day and the time of day, such as 2026-11-21 and 09:30. Nothing was reserved.")
            }
            wish.startsAt = day + "T" + (clock.isEmpty ? "00:00" : clock) + (clock.utf8.count == 8 ? "Z" : ":00Z")
        }
        return wish
    }
}
