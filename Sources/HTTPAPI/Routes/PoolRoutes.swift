import CheckoutService
import FleetModel
import Foundation
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/devices`, `/v1/health` and the bare `/health`.
struct PoolRoutes {
    let service: CheckoutService
    let health: @Sendable (Bool) async -> HealthView

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("devices", use: devices)
        group.put("devices/:uuid/quarantine", use: quarantine)
        group.delete("devices/:uuid/quarantine", use: release)
        group.get("health", use: report)
    }

    private func devices(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(ViewMaker(service).deviceList)
    }

    private func quarantine(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: QuarantineBody.self).value
        let detail = body.reason ?? ""
        guard detail.utf8.count <= 500 else { throw Problem.badInput("A reason has at most 500 bytes.") }
        _ = try await service.writer.perform(
            .quarantine(context.device, detail: detail.shown, by: caller.requester))
        return .json(ViewMaker(service).deviceList)
    }

    private func release(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        _ = try await service.writer.perform(.release(context.device, by: caller.requester))
        return .json(ViewMaker(service).deviceList)
    }

    private func report(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        // A replay of the whole log takes a while: not for everybody.
        return .json(await health(request.flag("deep") && caller.requester.isAdministrator))
    }
}

extension CarrelContext {
    /// The router leaves escapes as they are.
    fileprivate var device: DeviceKey {
        let text = parameters.get("uuid") ?? ""
        return DeviceKey(text.removingPercentEncoding ?? text)
    }
}
