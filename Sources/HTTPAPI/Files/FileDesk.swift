import CheckoutService
import FileActs
import FleetModel
import Hummingbird
import LeaseLedger
import NIOCore
import SessionGateway
import WireModel

/// People's and teams' files, for the API and the pages alike. Nobody reaches another one's, administrators included.
struct FileDesk {
    let service: CheckoutService
    /// nil: this server opens none.
    let opener: (any FileOpener)?

    /// Who may have to do with files: a token that is for looking shows what runs, and not what somebody keeps.
    func caller(_ context: CarrelContext) throws(Problem) -> Caller {
        let caller = try context.signedIn()
        guard !context.isReadOnly else { throw .filesNeedScope }
        return caller
    }

    func target(_ text: some StringProtocol, of caller: Caller) throws(Problem) -> FileTarget {
        try FileTarget(text, of: caller, in: service.state)
    }

    func places(of caller: Caller) -> [FilePlaceView] { places(of: caller.requester.user) }

    func places(of user: UserName) -> [FilePlaceView] {
        let team = service.state.team(of: user)
        let own = FilePlaceView(path: FileTarget.own, team: nil)
        return team == .everyone ? [own] : [own, FilePlaceView(path: FileTarget.text(.team(team)), team: team.name)]
    }

    func open(_ place: FilePlace, for caller: Caller) async throws(Problem) -> OpenedFiles {
        let user = caller.requester.user
        guard !caller.lacksUnixUser else { throw .noUnixUser(user) }
        guard let opener else { throw Problem(PlaceFault.away(detail: "this server opens no files"), of: user) }
        do throws(PlaceFault) { return try await opener.open(place, of: user, uid: caller.uid) } catch {
            throw Problem(error, of: user)
        }
    }

    /// Asks one question; a fault becomes a problem that names the path.
    func ask(_ question: FileQuestion, _ opened: OpenedFiles, _ target: FileTarget) async throws(Problem) -> FileAnswer {
        do throws(FileFault) { return try await opened.talk.ask(question) } catch {
            switch question {
            case .write where error == .missing, .makeFolder where error == .missing:
                throw Problem.noFolder(for: target.shown)
            default: break
            }
            let isRemoval = if case .remove(_, recursive: true) = question { true } else { false }
            throw Problem(error, at: target.shown, isRemoval: isRemoval, isLook: question.isLook)
        }
    }

    /// Writes a body into a file, piece by piece as it comes.
    /// - Parameter length: as the client said; nil: it did not.
    func write(
        _ body: some AsyncSequence<ByteBuffer, any Error>, length: Int64?, to target: FileTarget, replace: Bool,
        _ opened: OpenedFiles
    ) async throws -> (entry: FileEntry, replaced: Bool) {
        guard case .ready = try await ask(.write(target.path, replace: replace, bytes: length), opened, target) else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        var count: Int64 = 0
        do {
            for try await piece in body {
                try await opened.talk.send(Array(piece.readableBytesView))
                count += Int64(piece.readableBytes)
            }
            guard length == nil || length == count else { throw FileFault.cutOff }
            guard case .written(let entry, let replaced) = try await opened.talk.finish() else { throw FileFault.silent }
            return (entry, replaced)
        } catch let fault as FileFault {
            throw Problem(fault, at: target.shown)
        } catch let error as CancellationError {
            throw error
        } catch {
            // The sender has gone, or said something else than it should.
            throw Problem(FileFault.cutOff, at: target.shown)
        }
    }

    func view(_ entry: FileEntry, in folder: FileTarget) -> FileEntryView {
        let name = String(decoding: entry.name, as: UTF8.self)
        return FileEntryView(
            name: name, path: "\(folder.text)/\(FilePath.escaped(entry.name))", kind: entry.kind.rawValue,
            sizeBytes: entry.bytes, changedAt: Timestamp(milliseconds: entry.changedAt).utcText)
    }

    /// The same of what was asked for itself.
    func view(_ entry: FileEntry, at target: FileTarget) -> FileEntryView {
        FileEntryView(
            name: target.name, path: target.text, kind: entry.kind.rawValue,
            sizeBytes: entry.bytes, changedAt: Timestamp(milliseconds: entry.changedAt).utcText)
    }

    /// What something is, and what is in it where it is a folder.
    func about(
        _ target: FileTarget, _ found: FileEntry, after: String?, limit: Int, _ opened: OpenedFiles
    ) async throws(Problem) -> FileListView {
        guard found.kind != .folder else { return try await list(target, found, after: after, limit: limit, opened) }
        return FileListView(
            entry: view(found, at: target), folder: opened.folder, entries: [], next: nil, cut: false,
            sharedUser: opened.isShared)
    }

    func list(
        _ target: FileTarget, _ found: FileEntry, after: String?, limit: Int, _ opened: OpenedFiles
    ) async throws(Problem) -> FileListView {
        let start: FilePath?
        do throws(FileFault) { start = try after.map { text throws(FileFault) in try FilePath(escaped: text) } } catch {
            throw Problem(error, at: after?.shown ?? "")
        }
        guard case .list(let list) = try await ask(.list(target.path, after: start?.last, limit: limit), opened, target)
        else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        return FileListView(
            entry: view(found, at: target), folder: opened.folder, entries: list.entries.map { view($0, in: target) },
            next: list.next.map(FilePath.escaped), cut: list.isCut, sharedUser: opened.isShared)
    }

    func use(_ target: FileTarget, _ opened: OpenedFiles) async throws(Problem) -> FileUseView {
        guard case .use(let use) = try await ask(.use(target.path), opened, target) else {
            throw Problem(FileFault.silent, at: target.shown)
        }
        // The process is its user's: what it says may be anything.
        func sane<Number: FixedWidthInteger>(_ number: Number) -> Number { min(max(0, number), 1 << 60) }
        var view = FileUseView(
            path: target.text, usedBytes: sane(use.bytes), files: sane(use.files), folders: sane(use.folders),
            whole: use.isWhole,
            freeBytes: sane(use.freeBytes), totalBytes: sane(use.totalBytes))
        view.quotaUsedBytes = use.quota.map { sane($0.usedBytes) }
        view.quotaBytes = use.quota.map { sane($0.limitBytes) }
        return view
    }
}

extension CarrelContext {
    /// The body of this request may be large: it is waited for as long as something of it comes.
    func takeLargeBody() { channel.triggerUserOutboundEvent(PatientBody(), promise: nil) }
}

extension FileQuestion {
    /// It changes nothing.
    fileprivate var isLook: Bool {
        switch self {
        case .list, .look, .read, .use: true
        case .write, .makeFolder, .remove, .move: false
        }
    }
}
