import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension PageRoutes {
    func giveBack(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        _ = try await request.form()
        return try await answer(after: .giveBack(id, by: caller.requester), id, .returned)
    }

    func keep(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        _ = try await request.form()
        return try await answer(after: .keep(id, by: caller.requester), id, .kept)
    }

    func extend(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        let time = try await request.form()["time"] ?? ""
        return try await answer(after: .extend(id, by: try Typed.span(time, "time"), caller.requester), id, .extended)
    }

    private func answer(after command: Command, _ id: LeaseID, _ done: RequestPage.Done) async throws -> Response {
        try await service.perform(command, on: id)
        return .seeOther(Link.path("work", "\(id)").with("done", done.rawValue))
    }
}
