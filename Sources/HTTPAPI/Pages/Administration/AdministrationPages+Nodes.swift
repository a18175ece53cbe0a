import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension AdministrationPages {
    func addNodes(to router: Router<CarrelContext>) {
        router.get("admin/nodes", use: nodes)
        router.get("admin/nodes/:name", use: node)
        router.post("admin/nodes/:name/cordon", use: cordon)
        router.post("admin/nodes/:name/uncordon", use: uncordon)
        router.get("admin/nodes/:name/drain", use: askDrain)
        router.post("admin/nodes/:name/drain", use: drain)
        router.get("admin/leases/:id/revoke", use: askRevoke)
        router.post("admin/leases/:id/revoke", use: revoke)
        addDevices(to: router)
    }

    private func nodes(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let views = ViewMaker(service)
        return .page(NodesPage(viewer: Viewer(caller, request), now: views.wall, list: views.deviceList).html())
    }

    private func node(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let views = ViewMaker(service), node = try context.nodeName(views)
        let list = views.deviceList
        guard let view = list.nodes.first(where: { $0.name == node.name }) else {
            throw Problem(Rejection.unknownNode(node))
        }
        return .page(
            NodePage(
                viewer: Viewer(caller, request), now: views.wall, node: view,
                devices: list.devices.filter { $0.node == node.name }, leases: views.leases(on: node),
                done: NodePage.Done(rawValue: request.typed("done"))
            ).html())
    }

    private func after(_ node: NodeName, _ done: NodePage.Done) -> Response {
        .seeOther(Link.path("admin", "nodes", node.name).with("done", done.rawValue))
    }

    private func cordon(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let node = try context.nodeName(ViewMaker(service))
        let reason = try PoolRoutes.shownReason(try await request.form()["reason"])
        _ = try await service.writer.perform(.cordon(node, detail: reason, by: caller.operating))
        return after(node, .cordoned)
    }

    private func uncordon(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let node = try context.nodeName(ViewMaker(service))
        _ = try await request.form()
        _ = try await service.writer.perform(.uncordon(node, by: caller.operating))
        return after(node, .uncordoned)
    }

    /// Names what will be ended, before it is.
    private func askDrain(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let views = ViewMaker(service), node = try context.nodeName(views)
        let within = request.typed("within"), span = try Self.drainSpan(within)
        let end = views.now + span
        let ended = views.state.liveLeases.filter { live in
            live.lease.allocation.node == node && live.lease.phase.mayBecome(.ending) && end < live.lease.lastsUntil
        }
        let all = views.leases(on: node)
        var content = ConfirmPage.Content(
            part: .nodes, question: "Empty \(node.name)?",
            consequences: [
                "No new lease begins on \(node.name).",
                ended.isEmpty
                    ? "No lease is ended by it: what runs here is over before that."
                    : "It ends \(ended.count.counted("lease")) " + (span == .zero ? "now" : "in \(span.text)")
                        + ": their work is asked to end, and ended if it does not. Who wishes so for their work waits again.",
            ],
            action: .path("admin", "nodes", node.name, "drain"), button: "Empty the node",
            back: .path("admin", "nodes", node.name))
        if all.count > ended.count, !ended.isEmpty {
            let others = all.count - ended.count
            content.consequences.append(
                "\(others.counted("other lease")) there end\(others == 1 ? "s" : "") before that anyway.")
        }
        content.requests = ended.map { views.request($0.record) }
        content.fields = [("within", within)]
        content.reason = .init(hint: "Whoever works there reads it.", value: request.typed("reason"))
        return confirm(content, request, caller)
    }

    private func drain(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.operating()
        let node = try context.nodeName(ViewMaker(service))
        let form = try await request.form()
        let span = try Self.drainSpan(form["within"] ?? "")
        let body = DrainBody(endsInSeconds: Double(span.milliseconds) / 1_000, reason: form["reason"])
        try await reservations.drain(node, body, by: caller)
        return after(node, .drained)
    }

    private static func drainSpan(_ text: String) throws(Problem) -> TimeSpan {
        text == "0" ? .zero : try Typed.span(text, "within")
    }

    private func askRevoke(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("revoke leases")
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        guard let lease = record.lease, !record.isOver else {
            throw record.isOver ? Problem(.alreadyOver(id, phase: record.phase)) : Problem(.notGrantedYet(id))
        }
        var content = ConfirmPage.Content(
            part: .nodes, question: "Revoke lease \(id)?",
            consequences: [
                "The work of \(record.user.name) is asked to end now, and ended if it does not. Its output and files stay.",
                "\(record.user.name) reads your reason.",
            ],
            action: .path("admin", "leases", "\(id)", "revoke"), button: "Revoke the lease",
            back: .path("admin", "nodes", lease.allocation.node.name))
        content.requests = [ViewMaker(service).request(record)]
        content.reason = .init(hint: "One line of plain text.", isRequired: true)
        return confirm(content, request, caller)
    }

    private func revoke(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("revoke leases")
        let id = try context.requestID()
        let reason = try await request.form()["reason"] ?? ""
        try await service.perform(.revoke(id, reason: reason, by: caller.requester), on: id)
        return .seeOther(.path("work", "\(id)"))
    }
}

extension ViewMaker {
    /// What is live on a node.
    func leases(on node: NodeName) -> [RequestView] {
        state.liveLeases.filter { $0.lease.allocation.node == node }.map { request($0.record) }
    }
}

extension CarrelContext {
    /// The node of the path, or a problem where there is none.
    fileprivate func nodeName(_ views: ViewMaker) throws(Problem) -> NodeName {
        let node = NodeName(pathPart("name"))
        guard views.state.nodeIndex(of: node) != nil else { throw Problem(Rejection.unknownNode(node)) }
        return node
    }
}
