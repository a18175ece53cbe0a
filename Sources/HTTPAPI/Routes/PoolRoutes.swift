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
        group.post("devices/:uuid/retest", use: retest)
        group.put("nodes/:name/cordon", use: cordon)
        group.delete("nodes/:name/cordon", use: uncordon)
        group.get("health", use: report)
    }

    private func devices(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .json(ViewMaker(service).deviceList)
    }

    private func quarantine(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: QuarantineBody.self).value
        let detail = try Self.shownReason(body.reason)
        _ = try await service.writer.perform(.quarantine(context.device, detail: detail, by: caller.operating))
        return .json(ViewMaker(service).deviceList)
    }

    private func release(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        _ = try await service.writer.perform(.release(context.device, by: caller.operating))
        return .json(ViewMaker(service).deviceList)
    }

    static func shownReason(_ reason: String?) throws -> String {
        let reason = reason ?? ""
        guard reason.utf8.count <= 500 else { throw Problem.badInput("A reason has at most 500 bytes.") }
        return reason.shown
    }

    /// Looks at a device in quarantine now.
    private func retest(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        guard caller.operating.isAdministrator else { throw Problem(Rejection.needsAdministrator) }
        let wasReset = try await request.body(as: RetestBody.self).value.wasReset ?? false
        return .json(try await look(at: context.device, wasReset: wasReset))
    }

    func look(at device: DeviceKey, wasReset: Bool) async throws -> RetestView {
        guard service.state.slot(of: device) != nil else { throw Problem(Rejection.unknownDevice(device)) }
        switch await service.keeper?.retest(device, wasReset: wasReset) {
        case .cameBack(let isProven):
            return RetestView(
                cameBack: true,
                words: isProven
                    ? "Every check passed: it is back in the pool."
                    : "No check failed, and not every one could be made: it is back in the pool.")
        case .stays(let words): return RetestView(cameBack: false, words: "It stays in quarantine: \(words).")
        case nil:
            throw Problem(
                "not-quarantined", title: "Nothing to look at again", status: 409,
                detail: "\(device) is in no quarantine, or a lease still holds it; nothing was changed. `carrel gpus` tells."
            )
        }
    }

    private func cordon(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let detail = try Self.shownReason(try await request.body(as: CordonBody.self).value.reason)
        _ = try await service.writer.perform(.cordon(context.node, detail: detail, by: caller.operating))
        return .json(ViewMaker(service).deviceList)
    }

    private func uncordon(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        _ = try await service.writer.perform(.uncordon(context.node, by: caller.operating))
        return .json(ViewMaker(service).deviceList)
    }

    private func report(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        // A replay of the whole log takes a while: not for everybody.
        return .json(await health(request.flag("deep") && caller.operating.isAdministrator))
    }
}

extension CarrelContext {
    fileprivate var device: DeviceKey { DeviceKey(pathPart("uuid")) }
    fileprivate var node: NodeName { NodeName(pathPart("name")) }
}
