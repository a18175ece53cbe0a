import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import SoftwareStack
import WireModel

/// `/v1/environments`.
struct EnvironmentRoutes {
    let desk: EnvironmentDesk

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("environments", use: list)
        group.post("environments", use: create)
        group.delete("environments/:name", use: remove)
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        return .json(EnvironmentList(environments: try await desk.list(for: caller.requester.user)))
    }

    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let (body, bytes) = try await request.body(as: NewEnvironment.self)
        do throws(EnvironmentRecipe.Fault) { _ = try EnvironmentRecipe(body.with ?? [], driver: nil) } catch {
            throw Problem.badInput(error.words)
        }
        let view = try await desk.create(body, by: caller, key: try RequestRoutes.key(request, bytes))
        context.audit.subject = "\(view.id)"
        return .json(view, status: .created)
    }

    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let view = try await desk.remove(
            context.pathPart("name"), isShared: request.flag("shared"),
            home: request.uri.queryParameters["home"].map(String.init), by: caller)
        context.audit.subject = "\(view.id)"
        return .json(view, status: .accepted)
    }
}
