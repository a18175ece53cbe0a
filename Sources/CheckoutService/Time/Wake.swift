/// What ended a wait for a bell.
package enum Wake: Sendable {
    case rang
    case timeUp
    /// There is nothing to wait for any more: the bell is gone, or the task was cancelled.
    case over
}

extension AsyncStream<Void> {
    /// Waits for the next ring, and not longer than a span.
    package func ring(within span: Duration) async -> Wake {
        await withTaskGroup(of: Wake.self) { group in
            group.addTask { (try? await Task.sleep(for: span)) == nil ? .over : .timeUp }
            group.addTask {
                for await _ in self { return .rang }
                return .over
            }
            let first = await group.next() ?? .over
            group.cancelAll()
            return first
        }
    }
}
