package import CheckoutService
package import LeaseLedger
package import WireModel

/// Notices to users, as they go over the wire.
package enum Notices {
    /// nil: the event says nothing to anybody.
    package static func view(of recorded: RecordedEvent, _ service: CheckoutService) async throws -> NoticeView? {
        guard case .idleNoticed(let noticed) = recorded.event, let record = try await service.record(noticed.id) else {
            return nil
        }
        return ViewMaker(service).notice(record, noticed.notice, noticed.evidence, at: recorded.at)
    }
}
