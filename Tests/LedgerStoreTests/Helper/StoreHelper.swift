import FleetModel
import FleetTestKit
import Foundation
import Glibc
import LedgerStore

/// A process that writes a ledger and may be killed, or may find its disk full or broken. It says on standard output
/// what it does before it does it, and what came of it.
@main enum StoreHelper {
    static let arguments = Arguments(CommandLine.arguments.dropFirst())

    static func main() async throws {
        signal(SIGXFSZ, SIG_IGN)
        switch arguments["command"] {
        case "append": try await append()
        case "full": try await fillUp()
        case "restore":
            let backup = FileHandle(forReadingAtPath: arguments["backup"]) ?? FileHandle.nullDevice
            do throws(StoreError) {
                let from = arguments.number("numbers"), numbers = from > 0 ? LeaseID(Int64(from)) : nil
                _ = try await LedgerStore.restore(
                    from: backup, at: arguments["folder"], replacing: true, numbersFrom: numbers
                ) { step in
                    if step.rawValue == arguments["until"] { kill(getpid(), SIGKILL) }
                }
                say("done")
            } catch { say("cannotRestore \(error)") }
        case "delete": try await deleteEvents()
        case "open":
            do throws(StoreError) {
                try LedgerStore.open(at: arguments["folder"], ballastBytes: 4096).close()
                say("done")
            } catch { say("cannotOpen \(error)") }
        default: fatalError("no such command")
        }
    }

    /// One line, at once: a killed process must not keep what it has said.
    static func say(_ line: String) {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            if written <= 0 { exit(9) }
            bytes = bytes.dropFirst(written)
        }
    }
}

/// `name=value` words.
struct Arguments: Sendable {
    private var values: [String: String] = [:]

    init(_ words: some Sequence<String>) {
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            values[String(parts[0])] = String(parts[1])
        }
    }

    subscript(name: String) -> String { values[name] ?? "" }
    func number(_ name: String) -> Int { Int(self[name]) ?? 0 }
}
