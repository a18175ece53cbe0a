import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

extension CheckoutService {
    /// Does something to a request or its lease; one that ended long ago is said to be over rather than not to be there.
    func perform(_ command: Command, on id: LeaseID) async throws {
        do throws(ServiceError) {
            _ = try await writer.perform(command)
        } catch {
            // The ledger forgets what ended long ago; the history remembers.
            if case .rejected(.unknown(id)) = error, let record = try await record(id) {
                throw Problem(.alreadyOver(id, phase: record.phase))
            }
            throw error
        }
    }
}
