import CheckoutService
import EngineInterface
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension PageRoutes {
    private static let listLength = 50
    private static let mostOpen = 200

    func work(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = try viewer(request, context)
        let views = ViewMaker(service)
        let before = try request.number("before").map { LeaseID($0) }
        let ended = try await service.archive.endedRecords(
            before: before, limit: Self.listLength + 1, user: UserName(viewer.name))
        let open = views.openWork(of: viewer, service, atMost: Self.mostOpen)
        // The history may be a moment ahead of the state.
        let shown = ended.prefix(Self.listLength).filter { views.state.requests[$0.id]?.isOver ?? true }.map(views.request)
        let next = ended.count > Self.listLength ? shown.last?.id : nil
        let terminals = try await service.terminals(of: open.first)
        return .page(
            WorkPage(
                viewer: viewer, now: views.wall, open: open.first, openCount: open.count, ended: shown, next: next,
                terminals: terminals
            ).html())
    }

    func request(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        let views = ViewMaker(service)
        var content = RequestPage.Content(views.request(record))
        content.mayAct = record.mayBeTouched(by: caller)
        if content.mayAct {
            content.request.data = record.wishes?.data
            content.request.forecast = ForecastView(record.forecast)
        }
        content.hasTerminal = try await !service.terminals(of: [content.request]).isEmpty
        content.shares = try await access.shares(of: record, for: caller)
        content.done = request.uri.queryParameters["done"].flatMap { RequestPage.Done(rawValue: String($0)) }
        if !record.isOver, let reasons = service.reasons(for: record) {
            content.why = reasons.words
            content.notBefore = reasons.notBefore.map(views.text)
        }
        if let lease = record.lease {
            content.deviceMemory = views.state.devices(of: lease.allocation).first?.memory.bytes
            if !lease.allocation.devices.isEmpty { content.series = await series(of: record, lease, views) }
            content.receipt = lease.receipt.map { views.receipt(record, lease, $0) }
        }
        await addOutput(of: record, to: &content)
        return .page(RequestPage(viewer: Viewer(caller, request), now: views.wall, content: content).html())
    }

    private func series(of record: RequestRecord, _ lease: Lease, _ views: ViewMaker) async -> TelemetrySeries {
        let end = max(lease.receipt?.closedAt ?? views.now, lease.grantedAt + .seconds(1))
        let step = TimeSpan(milliseconds: max(1_000, (end - lease.grantedAt).milliseconds / 240))
        return await service.telemetry.view(views, of: .lease(record.id), from: lease.grantedAt, until: end, step: step)
    }

    private func addOutput(of record: RequestRecord, to content: inout RequestPage.Content) async {
        guard content.mayAct else {
            content.noOutput = "Only who asked for it and administrators may read what it writes."
            return
        }
        do throws(EngineError) {
            content.output = try await outputView(of: record)
        } catch {
            content.noOutput =
                switch error {
                case .outputExpired(let kept): "Its output is no longer kept (logs are kept \(kept))."
                default: "Its output can't be read now. Load the page again in a moment."
                }
        }
    }

    /// The newest output alone, for a page that is open; nothing where nothing more can come.
    func output(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.requestID()
        guard let record = try await service.record(id) else { throw Problem.noRequest(id.number) }
        guard record.mayBeTouched(by: caller) else { throw Problem(.notYours(id, owner: record.user)) }
        guard let view = try await outputView(of: record) else { return Response(status: .noContent) }
        return .page(view.html())
    }

    /// nil: nothing ever began.
    private func outputView(of record: RequestRecord) async throws(EngineError) -> OutputView? {
        let more: Link? = record.isOver ? nil : .path("work", "\(record.id)", "output")
        guard let lease = record.lease, lease.attempt > 0 else {
            guard more != nil else { return nil }
            return OutputView(output: .init(bytes: [], before: 0), error: .init(bytes: [], before: 0), more: more)
        }
        let attempt = AttemptKey(lease: record.id, number: lease.attempt)
        do throws(EngineError) {
            return OutputView(
                output: try await service.console.tail(of: attempt, .standardOutput),
                error: try await service.console.tail(of: attempt, .standardError), more: more)
        } catch {
            // Before the work has begun there is nothing to read.
            guard !record.isOver, lease.startedAt == nil else { throw error }
            return OutputView(output: .init(bytes: [], before: 0), error: .init(bytes: [], before: 0), more: more)
        }
    }
}

extension RequestRecord {
    /// By whose it is, and by administrators.
    func mayBeTouched(by caller: Caller) -> Bool {
        user == caller.requester.user || caller.requester.isAdministrator
    }
}

extension AttemptConsole {
    /// How much of a stream's end a page shows.
    private static var tailLength: Int64 { 64 * 1_024 }
    /// No stream is longer than 2 to this power.
    private static var mostDoublings: Int64 { 50 }

    /// The end of a stream.
    func tail(of attempt: AttemptKey, _ stream: OutputStream) async throws(EngineError) -> OutputView.Stream {
        let length = try await length(of: attempt, stream), start = max(0, length - Self.tailLength)
        var bytes: [UInt8] = [], offset = start, before = start
        while offset < length + Self.tailLength {
            guard let piece = try await readOutput(attempt, stream, from: offset, limit: Int(Self.tailLength)),
                piece.nextOffset > offset
            else { break }
            switch piece {
            case .bytes(_, let more): bytes += more
            case .gap:
                bytes = []
                before = piece.nextOffset
            }
            offset = piece.nextOffset
        }
        return OutputView.Stream(bytes: bytes, before: before)
    }

    /// Found by asking what lies behind ever larger offsets, and then between them.
    private func length(of attempt: AttemptKey, _ stream: OutputStream) async throws(EngineError) -> Int64 {
        func hasMore(_ offset: Int64) async throws(EngineError) -> Bool {
            try await readOutput(attempt, stream, from: offset, limit: 1) != nil
        }
        guard try await hasMore(0) else { return 0 }
        var doublings: Int64 = 12
        while doublings < Self.mostDoublings, try await hasMore(1 << doublings) { doublings += 1 }
        var least: Int64 = doublings == 12 ? 1 : 1 << (doublings - 1), most: Int64 = 1 << doublings
        while least < most {
            let middle = least + (most - least) / 2
            if try await hasMore(middle) { least = middle + 1 } else { most = middle }
        }
        return least
    }
}
