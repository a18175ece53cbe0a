import FleetModel
import Synchronization

/// How many bytes of input attempts have taken since this server began to feed them: every byte goes through here.
final class FedInput: Sendable {
    private let bytes = Mutex<[AttemptKey: Int64]>([:])

    /// 0: nobody has fed it anything; one that takes no input is as good as that.
    subscript(key: AttemptKey) -> Int64 { bytes.withLock { $0[key] ?? 0 } }

    /// Notes how far the input has been taken in all.
    func note(_ key: AttemptKey, upTo offset: Int64) {
        bytes.withLock { $0[key] = max($0[key] ?? 0, offset) }
    }

    /// Notes so many more, of one of several who feed it.
    func add(_ key: AttemptKey, _ count: Int64) { bytes.withLock { $0[key, default: 0] += count } }

    func forget(_ key: AttemptKey) { bytes.withLock { $0[key] = nil } }
}
