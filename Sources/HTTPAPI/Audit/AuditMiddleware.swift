import Accounts
import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// Writes down who did what: every request that changes something, done or refused, and whoever takes the whole ledger away.
/// It stands before all routes, so that none can be forgotten.
struct AuditMiddleware: RouterMiddleware {
    typealias Context = CarrelContext

    let trail: AuditTrail
    let clock: any LedgerClock

    func handle(
        _ request: Request, context: CarrelContext, next: (Request, CarrelContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        let route = "\(request.method.rawValue) " + CarrelAPI.templated(context.endpointPath ?? "")
        let isRead = !SameOrigin.isNeeded(for: request.method)
        guard !isRead || AuditActs.names[route] != nil || AuditActs.page(route) != nil, context.endpointPath != nil,
            let act = AuditActs.name(route)
        else {
            return response
        }
        let status = response.status.code
        // It changed nothing yet: the answer asks whether it is meant, or says to ask again in a moment.
        if context.audit.isQuestion { return response }
        let caller = context.audit.caller
        // Strangers must not be able to fill the disk: tries to sign in are limited, and nothing else of theirs is written.
        guard caller != nil || (context.audit.isTry && status != 429) else { return response }
        let subject = context.audit.subject ?? context.parameters.get("id") ?? context.pathNamed
        trail.note(
            AuditEntry(
                at: clock.now(), user: caller?.requester.user ?? context.audit.user, door: caller.doorText,
                address: context.address, act: act, subject: subject.map(\.shown), status: status))
        return response
    }
}

extension Caller? {
    fileprivate var doorText: String {
        switch self?.door {
        case .socket(let uid): "socket:\(uid)"
        case .token(let id): "token:\(id)"
        case .session(let id): "session:\(id)"
        case nil: "none"
        }
    }
}

extension CarrelContext {
    fileprivate var pathNamed: String? {
        ["name", "uuid"].first { parameters.get($0) != nil }.map(pathPart)
    }
}
