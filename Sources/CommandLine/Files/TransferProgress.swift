import FleetModel
import Foundation
import Glibc
import Synchronization

/// How far a transfer is, on one line of a terminal; nothing where standard error is none.
final class TransferProgress: Sendable {
    private let name: String
    private let total: Int64?
    private let isShown = isatty(2) == 1
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    init(_ name: String, of total: Int64?) {
        self.name = String(name.prefix(40))
        self.total = total
    }

    func moved(to count: Int64) {
        guard isShown else { return }
        let isDue = last.withLock { last in
            if let last, ContinuousClock.now - last < .milliseconds(200) { return false }
            last = .now
            return true
        }
        guard isDue else { return }
        let share = total.map { $0 > 0 ? "  \(count * 100 / $0) %" : "" } ?? ""
        write("\r\u{1b}[K\(name)  \(MemoryBytes(count).text)\(share)")
    }

    /// Takes the line away.
    func end() { if isShown, last.withLock({ $0 != nil }) { write("\r\u{1b}[K") } }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Bytes that have come.
final class TransferCount: Sendable {
    private let count = Mutex<Int64>(0)

    func add(_ more: Int) -> Int64 {
        count.withLock { count in
            count += Int64(more)
            return count
        }
    }
}
