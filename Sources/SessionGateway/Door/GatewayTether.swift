import Synchronization

/// Ends what goes on in somebody's name, at once: when a lease ends, a share is revoked, or a user signs out.
///
/// The door gives the same one to all requests that shall end together. Once cut it stays so.
package final class GatewayTether: Sendable {
    private struct State {
        var isCut = false
        var next: UInt64 = 0
        var ends: [UInt64: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How many connections hang on it.
    package var count: Int { state.withLock { $0.ends.count } }

    package var isCut: Bool { state.withLock { $0.isCut } }

    /// Closes every connection that hangs on it, tunnels too; later ones are refused.
    package func cut() {
        let ends = state.withLock { state in
            defer { state.ends = [:] }
            state.isCut = true
            return Array(state.ends.values)
        }
        for end in ends { end() }
    }

    /// Nil: it was cut already, and `end` is not called.
    func attach(_ end: @escaping @Sendable () -> Void) -> UInt64? {
        state.withLock { state in
            guard !state.isCut else { return nil }
            state.next += 1
            state.ends[state.next] = end
            return state.next
        }
    }

    func detach(_ number: UInt64) {
        state.withLock { _ = $0.ends.removeValue(forKey: number) }
    }
}
