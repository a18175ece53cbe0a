import CheckoutService
import FleetModel
import HTTPTypes
import LeaseLedger
import WireModel

/// Changes of the policy, of its limits and its profiles. Each is made to what is in force when it is made: where somebody else's
/// came between the reading and the writing, it is made anew to theirs, so that two at once never lose one.
struct PolicyDesk {
    let service: CheckoutService

    /// More than can come between: each time that it is made anew, somebody else's change went through.
    private static let mostTries = 100

    /// Puts into force what `change` makes of the policy, and gives that back. What `change` throws, such as that the policy is
    /// another one than a form was made from, leaves everything as it was; it may be asked more than once.
    @discardableResult
    func change(
        by caller: Caller, _ change: (inout SchedulingPolicy) throws(Problem) -> Void
    ) async throws -> SchedulingPolicy {
        guard caller.requester.isAdministrator else { throw Problem(Rejection.needsAdministrator) }
        for _ in 0..<Self.mostTries {
            let read = service.state.policy
            var policy = read
            try change(&policy)
            do throws(ServiceError) {
                _ = try await service.writer.perform(.setPolicy(policy, replacing: read, by: caller.requester))
                return policy
            } catch {
                if case .rejected(.policyChanged) = error { continue }
                throw error
            }
        }
        throw Problem.policyChanged
    }
}

extension Problem {
    static let policyChanged = Problem(
        "changed-meanwhile", title: "Changed meanwhile", status: 409,
        detail: "Others changed the policy each time before this could be put into force. Nothing was changed; try again.",
        exitCode: 1)

    /// A form that was made from something else than what is in force now; the page that says so keeps what was typed.
    static func changedMeanwhile(_ what: String) -> Problem {
        Problem(
            "changed-meanwhile", title: "Changed meanwhile", status: 409,
            detail: "Somebody changed \(what) after this page was made. Nothing was changed. Below is what you "
                + "typed; look at what holds now, and send it again if you still mean it.", exitCode: 1)
    }

    /// What was read is not in force any more, and the change was to be made to that and nothing else.
    static let notAsRead = Problem(
        "not-as-read", title: "Changed meanwhile", status: 412,
        detail:
            "`If-Match` names a version that is not in force any more: somebody changed it after it was read. Nothing was "
            + "changed; read it again, and send the change again if it is still meant.", exitCode: 1)
}
