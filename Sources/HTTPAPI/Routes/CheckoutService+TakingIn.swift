import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

extension CheckoutService {
    /// Asks for work, and gives its request as it stands then. Throws a problem where it was refused.
    /// - Returns: `isRepeat`: it was asked for before, with the same key.
    func takeIn(_ work: NewWork) async throws -> (record: RequestRecord, isRepeat: Bool) {
        let answer = try await writer.submit(work)
        guard let id = answer.id, let record = try await record(id) else {
            throw Problem.internalError("The request was taken in and can't be found.")
        }
        if let refusal = record.refusal { throw Problem(refused: id, refusal) }
        return (record, answer.isRepeat)
    }

    /// What Carrel's own work for somebody lasts at most: no longer than a limit lets them lease for.
    func time(for user: UserName, atMost most: TimeSpan) -> TimeSpan {
        let state = state
        return min(state.policy.limits.longestLease(of: user, in: state.team(of: user))?.span ?? .forever, most)
    }
}
