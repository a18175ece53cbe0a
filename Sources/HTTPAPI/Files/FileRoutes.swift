import FileActs
import Foundation
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/files`: people's and teams' files.
struct FileRoutes {
    let desk: FileDesk

    private static let usualLimit: Int64 = 1_000

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("files", use: places)
        group.get("files/**", use: get)
        group.put("files/**", use: put)
        group.post("files/**", use: makeFolder)
        group.delete("files/**", use: remove)
        group.get("file-use/**", use: use)
        group.post("file-move/**", use: move)
    }

    private func places(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try desk.caller(context)
        return .json(FilePlaceList(places: desk.places(of: caller)))
    }

    private func target(_ request: Request, _ context: CarrelContext, _ route: String = "/v1/files/") throws -> (
        Caller, FileTarget
    ) {
        let caller = try desk.caller(context)
        let path = request.uri.path.dropFirst(route.utf8.count)
        let target = try desk.target(request.flag("escaped") ? path.removingPercentEncoding ?? "" : String(path), of: caller)
        context.audit.subject = target.shown
        return (caller, target)
    }

    /// A folder's entries, `?after=&limit=`; or a file's bytes. `?about=1`: what it is, whatever it is.
    private func get(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context)
        let opened = try await desk.open(target.place, for: caller)
        guard case .entry(let found) = try await desk.ask(.look(target.path), opened, target) else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        guard found.kind == .folder || request.flag("about") else {
            guard case .contents(let entry) = try await desk.ask(.read(target.path), opened, target) else {
                throw Problem(FileFault.silent, at: target.shown)
            }
            return .download(entry, opened, on: context.channel)
        }
        let limit = try request.number("limit") ?? Self.usualLimit
        guard (1...Self.usualLimit).contains(limit) else {
            throw Problem.badInput("`limit` is how many to list at most, from 1 to \(Self.usualLimit).")
        }
        let after = request.uri.queryParameters["after"].map(String.init)
        return .json(try await desk.about(target, found, after: after, limit: Int(limit), opened))
    }

    /// Takes a file in; one that is there is replaced with `?replace=1` only.
    private func put(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context)
        let length = request.headers[.contentLength].flatMap { Int64($0) }
        context.takeLargeBody()
        let opened = try await desk.open(target.place, for: caller)
        let (entry, replaced) = try await desk.write(
            request.body, length: length, to: target, replace: request.flag("replace"), opened)
        return .json(desk.view(entry, at: target), status: replaced ? .ok : .created)
    }

    private func makeFolder(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context)
        let opened = try await desk.open(target.place, for: caller)
        guard case .entry(let entry) = try await desk.ask(.makeFolder(target.path), opened, target) else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        return .json(desk.view(entry, at: target), status: .created)
    }

    /// A folder that is not empty with `?recursive=1` only.
    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context)
        let opened = try await desk.open(target.place, for: caller)
        let question = FileQuestion.remove(target.path, recursive: request.flag("recursive"))
        guard case .removed(let count) = try await desk.ask(question, opened, target) else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        return .json(FilesRemoved(removed: count))
    }

    /// Another name within the same place; a file that is there is replaced with `?replace=1` only.
    private func move(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context, "/v1/file-move/")
        let new = try desk.target(try await request.body(as: FileMove.self).value.to, of: caller)
        context.audit.subject = "\(target.shown) to \(new.shown)"
        let opened = try await desk.open(target.place, for: caller)
        return .json(try await desk.move(target, to: new, replace: request.flag("replace"), opened))
    }

    private func use(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context, "/v1/file-use/")
        let opened = try await desk.open(target.place, for: caller)
        return .json(try await desk.use(target, opened))
    }
}
