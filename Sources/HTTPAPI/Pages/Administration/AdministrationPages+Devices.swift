import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension AdministrationPages {
    func addDevices(to router: Router<CarrelContext>) {
        router.get("admin/devices/:uuid", use: device)
        router.get("admin/devices/:uuid/quarantine", use: askQuarantine)
        router.post("admin/devices/:uuid/quarantine", use: quarantine)
        router.post("admin/devices/:uuid/retest", use: retest)
        router.get("admin/devices/:uuid/release", use: askRelease)
        router.post("admin/devices/:uuid/release", use: release)
    }

    private func device(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let views = ViewMaker(service)
        return .page(
            DevicePage(
                viewer: Viewer(caller, request), now: views.wall, device: try context.device(views),
                done: DevicePage.Done(rawValue: request.typed("done"))
            ).html())
    }

    private func after(_ device: DeviceView, _ done: DevicePage.Done) -> Response {
        .seeOther(Link.path("admin", "devices", device.uuid).with("done", done.rawValue))
    }

    private func askQuarantine(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let views = ViewMaker(service), device = try context.device(views)
        var content = ConfirmPage.Content(
            part: .nodes, question: "Take \(device.uuid) out of the pool?",
            consequences: [
                device.lease == nil
                    ? "Nobody gets it until somebody puts it back. Nobody has it now."
                    : "Lease \(device.lease ?? 0) of \(device.user ?? "somebody") goes on there. Once it is over, nobody gets the GPU "
                        + "until somebody puts it back."
            ],
            action: .path("admin", "devices", device.uuid, "quarantine"), button: "Take it out",
            back: .path("admin", "devices", device.uuid))
        content.reason = .init(hint: "Everybody reads it.", value: request.typed("reason"))
        return confirm(content, request, caller)
    }

    private func quarantine(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let device = try context.device(ViewMaker(service))
        let reason = try PoolRoutes.shownReason(try await request.form()["reason"])
        _ = try await service.writer.perform(
            .quarantine(DeviceKey(device.uuid), detail: reason, by: caller.operating))
        return after(device, .quarantined)
    }

    private func askRelease(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let device = try context.device(ViewMaker(service))
        guard let quarantine = device.quarantine else {
            throw Problem(Rejection.notQuarantined(DeviceKey(device.uuid)))
        }
        return confirm(
            ConfirmPage.Content(
                part: .nodes, question: "Put \(device.uuid) back into the pool?",
                consequences: [
                    "It is out because: \(quarantine.reason).",
                    "On your word it is lent again, to whoever is next, and no check is made before that. If it is still broken, their "
                        + "work suffers.",
                ],
                action: .path("admin", "devices", device.uuid, "release"), button: "Put it back",
                back: .path("admin", "devices", device.uuid)), request, caller)
    }

    private func release(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let device = try context.device(ViewMaker(service))
        _ = try await request.form()
        _ = try await service.writer.perform(.release(DeviceKey(device.uuid), by: caller.operating))
        return after(device, .released)
    }

    /// What the look found is said in the answer: it is nowhere else to be read.
    private func retest(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let device = try context.device(ViewMaker(service))
        let wasReset = try await request.form()["reset"] != nil
        let found = try await pool.look(at: DeviceKey(device.uuid), wasReset: wasReset)
        guard !found.cameBack else { return after(device, .cameBack) }
        let views = ViewMaker(service)
        return .page(
            DevicePage(
                viewer: Viewer(caller, request), now: views.wall, device: try context.device(views), done: nil, look: found
            ).html())
    }
}

extension CarrelContext {
    /// The device of the path, or a problem where there is none.
    fileprivate func device(_ views: ViewMaker) throws(Problem) -> DeviceView {
        let text = pathPart("uuid")
        guard let device = views.deviceList.devices.first(where: { $0.uuid == text }) else {
            throw Problem(Rejection.unknownDevice(DeviceKey(text)))
        }
        return device
    }
}
