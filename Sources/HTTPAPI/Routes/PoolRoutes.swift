import CheckoutService
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/devices`, `/v1/health` and the bare `/health`.
struct PoolRoutes {
    let service: CheckoutService
    let health: @Sendable (Bool) async -> HealthView

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("devices", use: devices)
        group.get("health", use: report)
    }

    private func devices(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(ViewMaker(service).deviceList)
    }

    private func report(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        // A replay of the whole log takes a while: not for everybody.
        return .json(await health(request.flag("deep") && caller.requester.isAdministrator))
    }
}
