import Hummingbird
import NIOCore
import WireModel

/// `/v1/data`.
struct DataRoutes {
    let desk: DataDesk

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("data", use: list)
        group.post("data", use: create)
        group.patch("data/:name", use: change)
        group.delete("data/:name", use: remove)
        group.post("data/:name/copy", use: copy)
        group.delete("data/:name/copy", use: deleteCopy)
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        .json(DataSetList(data: await desk.list(for: try context.signedIn())))
    }

    private func create(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: NewDataSet.self).value
        context.audit.subject = body.name
        return .json(try await desk.add(body, by: caller), status: .created)
    }

    private func change(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let body = try await request.body(as: DataSetChange.self).value
        return .json(try await desk.change(context.pathPart("name"), body, by: caller))
    }

    /// `?force=1`: also while somebody asks for it.
    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        try await desk.remove(context.pathPart("name"), force: request.flag("force"), by: caller)
        return .json(DataSetList(data: await desk.list(for: caller)))
    }

    /// Has it copied to the node's disk, by a request.
    private func copy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let key = try RequestRoutes.key(request, ByteBuffer(string: "copy \(context.pathPart("name"))"))
        let view = try await desk.copy(context.pathPart("name"), by: caller, key: key)
        context.audit.subject = "\(view.id)"
        return .json(view, status: .created)
    }

    private func deleteCopy(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let view = try await desk.deleteCopy(context.pathPart("name"), by: try context.signedIn())
        context.audit.subject = "\(view.id)"
        return .json(view, status: .accepted)
    }
}
