/// What came of pressing *Keep*.
package enum KeepAnswer: Hashable, Sendable {
    case kept(until: Timestamp)
    /// It was pressed a short time ago and may be again from `next` on; what was kept stays kept.
    case tooSoon(next: Timestamp)
}

extension IdleSettings {
    /// *Keep* may be pressed once in `keepEvery` and holds for `keepFor` from then on.
    package func keep(lastKept: Timestamp?, at now: Timestamp) -> KeepAnswer {
        if let lastKept {
            let next = lastKept + keepEvery
            if now < next { return .tooSoon(next: next) }
        }
        return .kept(until: now + keepFor)
    }
}
