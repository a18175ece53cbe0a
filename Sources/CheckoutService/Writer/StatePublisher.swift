package import FleetModel
package import LeaseLedger
import Synchronization

/// The newest committed state, for every reader, and a bell for those who wait for a change.
package final class StatePublisher: Sendable {
    private struct Guarded: Sendable {
        var state: LedgerState
        var nextBell = 0
        var all: [Int: AsyncStream<Void>.Continuation] = [:]
        var byRequest: [LeaseID: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let guarded: Mutex<Guarded>

    package init(_ state: LedgerState) { guarded = Mutex(Guarded(state: state)) }

    package var state: LedgerState { guarded.withLock(\.state) }

    func publish(_ state: LedgerState, _ events: [RecordedEvent]) {
        let bells = guarded.withLock { guarded in
            guarded.state = state
            var bells = Array(guarded.all.values)
            guard !guarded.byRequest.isEmpty else { return bells }
            for event in events {
                guard let id = event.event.subject, let waiting = guarded.byRequest[id] else { continue }
                bells += waiting.values
            }
            return bells
        }
        for bell in bells { bell.yield() }
    }

    /// Rings after every commit; several commits may ring once.
    package func changes() -> AsyncStream<Void> { bell(for: nil) }

    /// Rings after every commit that is about one request; several may ring once.
    package func changes(of id: LeaseID) -> AsyncStream<Void> { bell(for: id) }

    /// Rings for those who wait for changes of one request, though nothing was committed: what they look at has changed, or will
    /// in a moment.
    package func wake(_ id: LeaseID) {
        let bells = guarded.withLock { guarded in guarded.byRequest[id].map { Array($0.values) } ?? [] }
        for bell in bells { bell.yield() }
    }

    private func bell(for id: LeaseID?) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = guarded.withLock { guarded in
            guarded.nextBell += 1
            if let id {
                guarded.byRequest[id, default: [:]][guarded.nextBell] = continuation
            } else {
                guarded.all[guarded.nextBell] = continuation
            }
            return guarded.nextBell
        }
        continuation.onTermination = { [weak self] _ in self?.silence(number, id) }
        return stream
    }

    private func silence(_ number: Int, _ id: LeaseID?) {
        guarded.withLock { guarded in
            guard let id else {
                guarded.all[number] = nil
                return
            }
            guarded.byRequest[id]?[number] = nil
            if guarded.byRequest[id]?.isEmpty ?? false { guarded.byRequest[id] = nil }
        }
    }
}
