import CheckoutService
import EngineInterface
import FleetModel
import Foundation
import Hummingbird
import LeaseLedger
import NIOCore
import WireModel

/// What work writes and reads: `/v1/leases/ID/console`, `…/logs`, `…/input`.
struct ConsoleRoutes {
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("leases/:id/console", use: console)
        group.get("leases/:id/logs", use: logs)
        group.put("leases/:id/input", use: input)
    }

    /// Frames of both streams, from the offsets `out` and `error`, until the work is over; with `notices=1` also what its
    /// user should know meanwhile, with `latest=1` a terminal's picture rather than all that was ever on it, and with `sizes=1`
    /// each size that it is given.
    private func console(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try await service.ownAttempt(context)
        let id = try context.requestID()
        try await service.checkOutputIsKept(id)
        let offsets: [EngineInterface.OutputStream: Int64] = [
            .standardOutput: try request.number("out") ?? 0, .standardError: try request.number("error") ?? 0,
        ]
        let reader = ConsoleReader(
            service, id, follow: request.flag("follow"), from: offsets, tellsNotices: request.flag("notices"),
            showsLatest: request.flag("latest"), tellsSizes: request.flag("sizes"))
        let service = service
        let body = ResponseBody { writer in
            var reader = reader
            steps: while true {
                switch try await reader.next() {
                case .chunk(let chunk): try await writer.write(ByteBuffer(bytes: ConsoleFrame(chunk).bytes))
                case .notice(let record):
                    guard let notice = ViewMaker(service).notice(record, record.lease?.idle) else { continue }
                    try await writer.write(ByteBuffer(bytes: try ConsoleFrame(notice).bytes))
                case .quiet: try await writer.write(ByteBuffer(bytes: ConsoleFrame(kind: .heartbeat).bytes))
                case .warned(let record):
                    let notice = ViewMaker(service).notice(of: record, now: service.clock.now())
                    try await writer.write(ByteBuffer(bytes: try ConsoleFrame(notice).bytes))
                case .told(let record):
                    guard let notice = ViewMaker(service).telling(of: record) else { continue }
                    try await writer.write(ByteBuffer(bytes: try ConsoleFrame(notice).bytes))
                case .drained(let record):
                    try await writer.write(
                        ByteBuffer(bytes: try ConsoleFrame(ViewMaker(service).drainNotice(of: record)).bytes))
                case .resized(let size): try await writer.write(ByteBuffer(bytes: try ConsoleFrame(size).bytes))
                case .over: break steps
                }
            }
            if let record = try await service.record(id) {
                let view = try JSONEncoder().encode(ViewMaker(service).request(record))
                try await writer.write(ByteBuffer(bytes: ConsoleFrame(kind: .end, payload: [UInt8](view)).bytes))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: ConsoleFrame.mediaType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ], body: body)
    }

    /// Plain bytes of one stream (`?stream=out` or `error`), or of both in the order in which they are found.
    private func logs(_ request: Request, _ context: CarrelContext) async throws -> Response {
        _ = try await service.ownAttempt(context)
        let wanted: EngineInterface.OutputStream?
        switch request.uri.queryParameters["stream"] {
        case nil, "both": wanted = nil
        case "out": wanted = .standardOutput
        case "error": wanted = .standardError
        case .some(let text): throw Problem.badInput("“\(String(text).shown)” is no stream; use out, error or both.")
        }
        let follow = request.flag("follow"), id = try context.requestID()
        try await service.checkOutputIsKept(id)
        let reader = ConsoleReader(service, id, follow: follow)
        let body = ResponseBody { writer in
            if follow {
                // Plain bytes have no heartbeat that would find out that the reader has gone while the work is quiet.
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await Self.copy(reader, wanted, to: &writer)
                }
            } else {
                try await Self.copy(reader, wanted, to: &writer)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ],
            body: body)
    }

    private static func copy(
        _ reader: ConsoleReader, _ wanted: EngineInterface.OutputStream?, to writer: inout any ResponseBodyWriter
    ) async throws {
        var reader = reader
        while true {
            switch try await reader.next() {
            case .chunk(let chunk) where wanted == nil || chunk.stream == wanted:
                try await writer.write(ByteBuffer(bytes: chunk.piece.plainBytes))
            case .chunk, .quiet, .notice, .warned, .told, .drained, .resized: continue
            case .over: return
            }
        }
    }

    /// Bytes of standard input from `?offset=`; `?end=1` closes it. Answers how much was taken in all. With `?writer=` they
    /// are typed into the work's terminal, and counted for this writer alone.
    private func input(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let offset = try request.number("offset") ?? 0
        guard offset < 1 << 60 else { throw Problem.badInput("No program was ever sent that much input.") }
        var request = request
        let end = request.flag("end"), writer = try request.writer()
        // Whose work it is says what goes into it: an administrator may look on and end it.
        try await service.checkIsOwn(context)
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: 1 << 20) } catch {
            throw Problem("too-large", title: "Too large", status: 413, detail: "Send input in pieces of at most 1 MiB.")
        }
        guard let attempt = try await service.ownRunningAttempt(context, wait: .seconds(20)) else {
            return .json(InputAccepted(accepted: 0, waits: true), status: .accepted)
        }
        let bytes = Array(body.readableBytesView)
        guard let writer else {
            return .json(
                InputAccepted(
                    accepted: try await service.console.writeInput(attempt, offset: offset, bytes: bytes, end: end)))
        }
        let accepted = try await service.console.type(attempt, writer: writer, offset: offset, bytes: bytes)
        service.writer.publisher.wake(try context.requestID())
        return .json(InputAccepted(accepted: accepted))
    }
}

extension Request {
    /// The number that a writer gave itself: up to 16 hexadecimal digits.
    fileprivate func writer() throws(Problem) -> UInt64? {
        guard let text = uri.queryParameters["writer"] else { return nil }
        guard let number = UInt64(text, radix: 16) else {
            throw .badInput("`writer` is up to 16 hexadecimal digits, not “\(String(text).shown)”.")
        }
        return number
    }
}

extension CheckoutService {
    /// Says so before the answer begins when what the work wrote has been deleted since.
    fileprivate func checkOutputIsKept(_ id: LeaseID) async throws {
        do throws(EngineError) {
            if let record = try? await record(id) { try await checkOutputIsKept(of: record) }
        } catch {
            guard case .outputExpired(let kept) = error else { return }
            throw Problem(
                "output-expired", title: "No longer kept", status: 410,
                detail: "The output of request \(id) is no longer kept (logs are kept \(kept)). "
                    + "`carrel show \(id)` tells how the work ended.", exitCode: 1, request: id.number)
        }
    }

    /// Waits until the work runs; nil: it does not yet.
    func ownRunningAttempt(_ context: CarrelContext, wait: Duration) async throws -> AttemptKey? {
        let id = try context.requestID()
        let deadline = ContinuousClock.now + wait
        while true {
            let changes = writer.publisher.changes(of: id)
            let attempt = try await ownAttempt(context)
            guard let record = try await record(id) else { throw Problem.noRequest(id.number) }
            if record.exitCode != nil || record.isOver { throw Problem(.alreadyOver(id, phase: record.phase)) }
            if let attempt, record.lease?.startedAt != nil { return attempt }
            let left = deadline - .now
            if left <= .zero { return nil }
            _ = await changes.ring(within: left)
        }
    }
}

extension ConsoleFrame {
    fileprivate init(_ notice: NoticeView) throws {
        self.init(kind: .notice, payload: [UInt8](try JSONEncoder().encode(notice)))
    }

    fileprivate init(_ size: TerminalSize) throws {
        let view = TerminalSizeView(rows: size.rows, columns: size.columns)
        self.init(kind: .size, payload: [UInt8](try JSONEncoder().encode(view)))
    }

    fileprivate init(_ chunk: ConsoleReader.Chunk) {
        let isOutput = chunk.stream == .standardOutput
        switch chunk.piece {
        case .bytes(let offset, let bytes):
            self.init(kind: isOutput ? .standardOutput : .standardError, offset: offset, payload: bytes)
        case .gap(let offset, let bytes):
            self.init(kind: isOutput ? .outputGap : .errorGap, offset: offset, payload: Array("\(bytes)".utf8))
        }
    }
}

extension OutputPiece {
    fileprivate var plainBytes: [UInt8] {
        switch self {
        case .bytes(_, let bytes): bytes
        case .gap(_, let count): Array("\n[carrel: \(count) bytes are not kept here]\n".utf8)
        }
    }
}
