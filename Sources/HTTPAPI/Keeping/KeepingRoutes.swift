import Foundation
import Glibc
import Hummingbird
import LeaseLedger
import NIOCore
import WireModel

/// `/v1/backup` and `/v1/export`: the ledger as a whole, for administrators.
struct KeepingRoutes {
    let keeper: any LedgerKeeper
    private let turns = BackupTurns()

    init(keeper: any LedgerKeeper) { self.keeper = keeper }

    private static let pageSize = 1_000
    private static let pieceBytes = 1 << 20

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("backup", use: backup)
        group.get("export", use: export)
    }

    /// The bytes of a complete copy, made now.
    private func backup(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try context.administratorOnly("back the ledger up: it holds the commands and environments of everybody's work")
        let turn: BackupTurns.Turn, path: String
        do {
            turn = try await turns.take(within: .seconds(2))
            path = try await keeper.makeBackup()
        } catch let refusal as BackupRefusal {
            throw Problem(refusal)
        }
        // The name goes at once, so that a transfer that is cut off leaves nothing behind.
        let file = FileHandle(forReadingAtPath: path)
        unlink(path)
        guard let file, let size = try? file.seekToEnd(), (try? file.seek(toOffset: 0)) != nil else {
            throw Problem.internalError("The backup could not be read.")
        }
        let channel = context.channel
        let body = ResponseBody(contentLength: Int(size)) { [turn] writer in
            let watch = TransferWatch()
            let watching = Task { await watch.run { channel.close(promise: nil) } }
            defer { watching.cancel() }
            while let part = try file.read(upToCount: Self.pieceBytes), !part.isEmpty {
                try await writer.write(ByteBuffer(bytes: part))
                watch.moved()
            }
            try await writer.finish(nil)
            withExtendedLifetime(turn) {}
        }
        return Response(
            status: .ok, headers: [.contentType: "application/vnd.sqlite3", .cacheControl: "no-store"], body: body)
    }

    /// Every event above `?after=`, or every one that is kept; a line of JSON each.
    private func export(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try context.administratorOnly("export the events")
        let keeper = keeper
        // Before the answer begins, so that a gap is refused with words.
        let first = try await keeper.exportedLines(after: try request.number("after"), limit: Self.pageSize)
        let body = ResponseBody { writer in
            var page = first
            while let last = page.last {
                try await writer.write(ByteBuffer(string: page.lines.joined(separator: "\n") + "\n"))
                page = try await keeper.exportedLines(after: last, limit: Self.pageSize)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"], body: body)
    }
}

extension CarrelContext {
    fileprivate func administratorOnly(_ act: String) throws(Problem) {
        let caller = try signedIn()
        guard caller.requester.isAdministrator else {
            throw Problem(
                "needs-administrator", title: "For administrators", status: 403,
                detail: "Only administrators may \(act). Ask one of them, or root.")
        }
    }
}
