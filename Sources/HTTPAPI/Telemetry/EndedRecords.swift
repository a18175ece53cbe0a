import CheckoutService
import FleetModel
import LeaseLedger

extension CheckoutService {
    private static let page = 1_000

    /// Goes through all requests that are over, the newest first, a page at a time.
    func forEachEnded(_ body: (RequestRecord) -> Void) async throws {
        var before: LeaseID?
        while true {
            let records = try await archive.endedRecords(before: before, limit: Self.page, user: nil)
            for record in records { body(record) }
            guard records.count == Self.page, let last = records.last else { return }
            before = last.id
        }
    }
}
