import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/advice/cost/kept`: what administrators have compared with the pool's use.
struct KeptCostRoutes {
    /// nil: this server keeps nothing.
    let keeper: OwnershipKeeper?

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("advice/cost/kept", use: show)
        group.put("advice/cost/kept", use: keep)
        group.delete("advice/cost/kept", use: forget)
    }

    /// Prices that a site pays are not everybody's business.
    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.administrating("see what this site pays")
        return answer
    }

    private func keep(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("have owning and renting compared")
        let body = try await request.body(as: NewKeptOwnership.self).value
        try await keep(body.options, by: caller)
        return answer
    }

    private func forget(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try await forget(by: try context.administrating("end the comparison of owning and renting"))
        return answer
    }

    func keep(_ options: [String: String], by caller: Caller) async throws {
        guard let keeper else { throw Problem.badInput("This server keeps no such comparison.") }
        try await keeper.keep(options, by: caller.requester.user)
    }

    func forget(by caller: Caller) async throws { try await keeper?.forget() }

    private var answer: Response { .json(KeptOwnershipAnswer(kept: keeper?.view)) }
}
