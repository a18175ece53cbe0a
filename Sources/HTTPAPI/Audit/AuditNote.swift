import FleetModel
import Synchronization

/// What a route adds to the line that is written about its request.
final class AuditNote: Sendable {
    private struct State {
        var caller: Caller?
        var user: UserName?
        var subject: String?
        var isTry = false
        var isQuestion = false
    }

    private let state = Mutex(State())

    /// Who is signed in; known to what stands before the sign-in too.
    var caller: Caller? {
        get { state.withLock { $0.caller } }
        set { state.withLock { $0.caller = newValue } }
    }

    /// Somebody tries to sign in, and may: such tries are limited.
    var isTry: Bool {
        get { state.withLock { $0.isTry } }
        set { state.withLock { $0.isTry = newValue } }
    }

    /// It asked whether something is meant, or whether it can be done yet, and did nothing.
    var isQuestion: Bool {
        get { state.withLock { $0.isQuestion } }
        set { state.withLock { $0.isQuestion = newValue } }
    }

    /// Who signed in by this request.
    var user: UserName? {
        get { state.withLock { $0.user } }
        set { state.withLock { $0.user = newValue } }
    }

    /// What it did it to, where the path doesn't say.
    var subject: String? {
        get { state.withLock { $0.subject } }
        set { state.withLock { $0.subject = newValue } }
    }
}
