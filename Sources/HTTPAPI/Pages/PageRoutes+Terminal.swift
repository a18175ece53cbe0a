import CheckoutService
import EngineInterface
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension PageRoutes {
    /// The terminal of work that waits or runs, or what was on it: its user's to type on, and administrators' to look at.
    func terminal(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        guard record.mayBeTouched(by: caller) else { throw Problem(.notYours(id, owner: record.user)) }
        if !record.isOver, try await !service.hasTerminal(id) { throw Problem(EngineError.noTerminal) }
        let views = ViewMaker(service)
        let why = record.isOver ? [] : service.sentences(about: record) ?? []
        return .page(
            TerminalPage(viewer: Viewer(caller, request), now: views.wall, request: views.request(record), why: why).html())
    }
}

extension CheckoutService {
    /// Whether a request that is not over has a terminal, or will have one.
    func hasTerminal(_ id: LeaseID) async throws -> Bool { try await archive.workOrder(of: id)?.terminal != nil }

    /// Those of these requests that have one and are not over.
    func terminals(of requests: some Sequence<RequestView>) async throws -> Set<Int64> {
        var found: Set<Int64> = []
        for request in requests where !request.isOver {
            if try await hasTerminal(LeaseID(request.id)) { found.insert(request.id) }
        }
        return found
    }
}
