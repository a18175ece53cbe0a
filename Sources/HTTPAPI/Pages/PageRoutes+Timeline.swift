import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension PageRoutes {
    /// Devices on a page.
    private static let lanes = 32
    /// Ended leases that are looked at.
    private static let mostEnded = 1_000

    func timeline(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = try viewer(request, context)
        let views = ViewMaker(service)
        let span = request.uri.queryParameters["span"].flatMap { TimelinePage.Span(rawValue: String($0)) } ?? .day
        let from = views.wall + TimeSpan(milliseconds: -span.past.milliseconds)
        let slots = views.state.nodes.flatMap { node in node.slots.map { (node: node.name, device: $0.device) } }
        let pages = max(1, (slots.count + Self.lanes - 1) / Self.lanes), page = min(try request.pageNumber(), pages)
        let shown = slots.dropFirst((page - 1) * Self.lanes).prefix(Self.lanes)
        let ended = try await service.archive.endedRecords(before: nil, limit: Self.mostEnded, user: nil)
        let bars = views.bars(ended: ended, from: from)
        let lanes = shown.map { slot in
            TimelinePage.Lane(
                uuid: slot.device.key.name, model: slot.device.model, node: slot.node.name,
                bars: bars[slot.device.key.name] ?? [])
        }
        let oldest = ended.last?.lease?.receipt?.closedAt
        let isCut = ended.count == Self.mostEnded && oldest.map { $0 + views.wallAhead > from } ?? true
        return .page(
            TimelinePage(
                viewer: viewer, now: views.wall, span: span, lanes: Array(lanes), page: page, pages: pages, isCut: isCut
            ).html())
    }
}

extension ViewMaker {
    /// Who had each device when, by its UUID, and what is promised.
    fileprivate func bars(ended: [RequestRecord], from: Timestamp) -> [String: [TimelinePage.Bar]] {
        var bars: [String: [TimelinePage.Bar]] = [:]
        func add(_ record: RequestRecord, _ lease: Lease, until end: Timestamp, promisedFrom: Timestamp?) {
            guard end > from else { return }
            let bar = TimelinePage.Bar(
                request: record.id.number, user: record.user.name, name: record.name, start: lease.grantedAt + wallAhead,
                end: end, promisedFrom: promisedFrom)
            for device in lease.allocation.devices { bars[device.name, default: []].append(bar) }
        }
        for (id, record, lease) in state.liveLeases where state.requests[id] != nil {
            // One that is ending holds its devices until they were looked at.
            let isPromised = lease.phase.mayBecome(.ending)
            add(
                record, lease, until: isPromised ? max(wall, lease.lastsUntil + wallAhead) : wall,
                promisedFrom: isPromised ? wall : nil)
        }
        for record in ended {
            guard state.requests[record.id]?.lease?.phase.isLive != true, let lease = record.lease,
                let receipt = lease.receipt
            else { continue }
            add(record, lease, until: receipt.closedAt + wallAhead, promisedFrom: nil)
        }
        for reservation in reservationList.reservations {
            guard let start = Timestamp(utcText: reservation.startsAt), let end = Timestamp(utcText: reservation.endsAt)
            else {
                continue
            }
            let bar = TimelinePage.Bar(
                request: nil, user: reservation.user ?? reservation.team ?? reservation.by, name: reservation.name,
                start: start, end: end, promisedFrom: nil)
            for device in reservation.devices { bars[device, default: []].append(bar) }
        }
        return bars
    }
}
