import CheckoutService
import EngineInterface
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// The terminal that work runs on: `/v1/leases/ID/terminal`. What is on it comes by `…/console`, what is typed goes by `…/input`.
struct TerminalRoutes {
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("leases/:id/terminal", use: show)
        group.put("leases/:id/terminal", use: resize)
    }

    /// Answers while it waits to begin, too, so that whoever is to be attached knows what to.
    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let attempt = try await service.ownAttempt(context)
        let id = try context.requestID()
        guard let record = try await service.record(id), record.exitCode == nil, !record.isOver,
            let terminal = try await service.archive.workOrder(of: id)?.terminal
        else { throw Problem(EngineError.noTerminal) }
        guard let attempt, record.lease?.startedAt != nil else {
            return .json(TerminalView(rows: terminal.size.rows, columns: terminal.size.columns, written: 0))
        }
        let size = try await service.console.resize(attempt, to: nil, redraw: false)
        let written = try await service.console.outputEnd(attempt, .standardOutput) ?? 0
        return .json(TerminalView(rows: size.rows, columns: size.columns, written: written))
    }

    private func resize(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let body = try await request.body(as: TerminalBody.self).value
        let size = try Typed.terminalSize(rows: body.rows, columns: body.columns)
        let id = try context.requestID()
        try await service.checkIsOwn(context)
        guard let attempt = try await service.ownRunningAttempt(context, wait: .seconds(20)) else {
            throw Problem(.notGrantedYet(id))
        }
        let now = try await service.console.resize(attempt, to: size, redraw: body.redraw ?? false)
        service.terminalSizes.set(now, of: id) { service.state.requests[$0].map { !$0.isOver } ?? false }
        service.writer.publisher.wake(id)
        let written = try await service.console.outputEnd(attempt, .standardOutput) ?? 0
        return .json(TerminalView(rows: now.rows, columns: now.columns, written: written))
    }
}

extension CheckoutService {
    /// What is typed on a terminal is done by whose it is: an administrator may look on, and take the lease, but has no hand in it.
    func checkIsOwn(_ context: CarrelContext) async throws {
        let caller = try context.signedIn().requester
        let id = try context.requestID()
        guard let record = try await record(id) else { throw Problem.noRequest(id.number) }
        guard record.user == caller.user else {
            throw Problem(
                "not-yours", title: "Not yours", status: 403,
                detail: "Request \(id) belongs to \(record.user): only \(record.user) may type into its work.",
                request: id.number)
        }
    }
}

extension Typed {
    static func terminalSize(rows: Int, columns: Int) throws(Problem) -> TerminalSize {
        guard let size = TerminalSize(rows: rows, columns: columns) else {
            throw .badInput("A terminal has from 1 to \(TerminalSize.allowed.upperBound) rows and columns.")
        }
        return size
    }
}
