import FileActs
import HTTPTypes
import Hummingbird
import LeaseLedger
import NIOCore
import WebPages
import WireModel

/// `/files`: one's own and one's team's files, in a browser.
struct FilePages {
    let desk: FileDesk

    private static let pageSize = 500
    static let files = "/files/", folder = "/file-folder/", removal = "/file-remove/"

    func add(to router: Router<CarrelContext>) {
        router.get("files", use: begin)
        router.get("files/**", use: show)
        router.post("files/**", use: upload)
        router.post("file-folder/**", use: makeFolder)
        router.get("file-remove/**", use: askRemove)
        router.post("file-remove/**", use: remove)
    }

    private func begin(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try context.signedIn()
        return .seeOther(Link("/files/my"))
    }

    private func target(_ request: Request, _ context: CarrelContext, _ route: String) throws -> (Caller, FileTarget) {
        let caller = try desk.caller(context)
        let target = try desk.target(request.uri.path.dropFirst(route.utf8.count), of: caller)
        context.audit.subject = target.shown
        return (caller, target)
    }

    /// A folder as a page; a file is sent to be kept.
    private func show(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context, Self.files)
        let opened: OpenedFiles
        do { opened = try await desk.open(target.place, for: caller) } catch {
            // The places are shown all the same: another one may be open.
            let page = FilesPage(
                viewer: Viewer(caller, request), places: desk.places(of: caller), path: target.text, problem: error)
            return .page(page.html(), status: .init(code: error.status))
        }
        guard case .entry(let found) = try await desk.ask(.look(target.path), opened, target) else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        guard found.kind == .folder else {
            guard case .contents(let entry) = try await desk.ask(.read(target.path), opened, target) else {
                throw Problem(FileFault.silent, at: target.shown)
            }
            return .download(entry, opened, on: context.channel)
        }
        return .page(try await page(target, found, opened, caller, request, nil).html())
    }

    private func page(
        _ target: FileTarget, _ found: FileEntry, _ opened: OpenedFiles, _ caller: Caller, _ request: Request,
        _ problem: Problem?
    ) async throws(Problem) -> FilesPage {
        let after = request.uri.queryParameters["after"].map(String.init)
        var page = FilesPage(
            viewer: Viewer(caller, request), places: desk.places(of: caller), path: target.text, problem: problem)
        page.now = ViewMaker(desk.service).wall
        page.list = try await desk.list(target, found, after: after, limit: Self.pageSize, opened)
        page.isLater = after != nil
        page.done = request.uri.queryParameters["done"].flatMap { FilesPage.Done(rawValue: String($0)) }
        page.isOnTheWay = request.uri.queryParameters["next"] == "get"
        // What a whole place takes is counted where one comes in.
        if target.path.isTop, after == nil { page.use = try? await desk.use(target, opened) }
        return page
    }

    /// Takes files in as they come. The one that can't be taken in ends it; those before it stay.
    private func upload(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context, Self.files)
        try SameOrigin.check(request)
        guard var form = Multipart(type: request.headers[.contentType] ?? "") else {
            throw Problem(
                "unsupported-type", title: "Not a form", status: 415, detail: "This address takes files from its own page.")
        }
        context.takeLargeBody()
        let opened = try await desk.open(target.place, for: caller)
        do {
            var intake = FileIntake(desk: desk, folder: target, opened: opened)
            do {
                for try await bytes in request.body {
                    for piece in try form.take(bytes.readableBytesView) { try await intake.take(piece) }
                }
                try form.finish()
            } catch let error where !(error is Problem) && !(error is CancellationError) {
                throw Problem.badInput(
                    "The form can't be read, or was cut off. Files that had not arrived whole are not kept.")
            }
            guard intake.count > 0 else { throw Problem.badInput("No file was chosen; nothing was sent.") }
            return .seeOther(Self.link(target).with("done", "sent").with("next", next(request)))
        } catch let problem as Problem {
            // Another conversation: this one may be in the middle of a file.
            let again = try await desk.open(target.place, for: caller)
            guard case .entry(let found) = try await desk.ask(.look(target.path), again, target) else { throw problem }
            let page = try await page(target, found, again, caller, request, problem)
            return .page(page.html(), status: .init(code: problem.status))
        }
    }

    private func next(_ request: Request) -> String? { request.uri.queryParameters["next"] == "get" ? "get" : nil }

    private func makeFolder(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context, Self.folder)
        let name = try await request.form()["name"] ?? ""
        let opened = try await desk.open(target.place, for: caller)
        do {
            let inner: FileTarget
            do throws(FileFault) { inner = try target.appending(Array(name.utf8)) } catch {
                throw Problem(error, at: name.shown)
            }
            context.audit.subject = inner.shown
            _ = try await desk.ask(.makeFolder(inner.path), opened, inner)
            return .seeOther(Self.link(inner).with("next", next(request)))
        } catch let problem as Problem {
            guard case .entry(let found) = try await desk.ask(.look(target.path), opened, target) else { throw problem }
            return .page(
                try await page(target, found, opened, caller, request, problem).html(), status: .init(code: problem.status))
        }
    }

    private func askRemove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context, Self.removal)
        guard !target.path.isTop else { throw Problem(FileFault.isTop, at: target.shown) }
        let opened = try await desk.open(target.place, for: caller)
        guard case .entry(let found) = try await desk.ask(.look(target.path), opened, target) else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        var page = FileRemovalPage(
            viewer: Viewer(caller, request), entry: desk.view(found, at: target), parent: target.parent.text)
        if found.kind == .folder { page.use = try? await desk.use(target, opened) }
        return .page(page.html())
    }

    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let (caller, target) = try target(request, context, Self.removal)
        // The page before said what is in it.
        _ = try await request.form()
        let opened = try await desk.open(target.place, for: caller)
        _ = try await desk.ask(.remove(target.path, recursive: true), opened, target)
        return .seeOther(Self.link(target.parent).with("done", "removed"))
    }

    static func link(_ target: FileTarget) -> Link { Link.escaped("/files/", target.text) }
}

/// The files of a form on their way into a folder.
struct FileIntake {
    let desk: FileDesk
    let folder: FileTarget
    let opened: OpenedFiles
    private(set) var count = 0
    private var replaces = false
    private var field = ""
    private var text: [UInt8] = []
    private var current: FileTarget?

    private static let longestText = 1_024

    init(desk: FileDesk, folder: FileTarget, opened: OpenedFiles) {
        self.desk = desk
        self.folder = folder
        self.opened = opened
    }

    mutating func take(_ piece: Multipart.Piece) async throws {
        switch piece {
        case .field(let name, let file):
            (field, text, current) = (name, [], nil)
            // A form without a chosen file has one without a name.
            guard let file, !file.isEmpty else { return }
            let name = file.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? []
            let target: FileTarget
            do throws(FileFault) { target = try folder.appending(name) } catch {
                throw Problem(error, at: String(decoding: name, as: UTF8.self).shown)
            }
            _ = try await desk.ask(.write(target.path, replace: replaces, bytes: nil), opened, target)
            current = target
        case .bytes(let bytes):
            guard let current else {
                if text.count + bytes.count <= Self.longestText { text += bytes }
                return
            }
            do throws(FileFault) { try await opened.talk.send(bytes) } catch { throw Problem(error, at: current.shown) }
        case .fieldEnd:
            if field == "replace", String(decoding: text, as: UTF8.self) == "1" { replaces = true }
            guard let target = current else { return }
            do throws(FileFault) { _ = try await opened.talk.finish() } catch { throw Problem(error, at: target.shown) }
            count += 1
            current = nil
        case .end: break
        }
    }
}
