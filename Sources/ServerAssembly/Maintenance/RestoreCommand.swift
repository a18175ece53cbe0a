package import ArgumentParser
import CommandLine
import FleetModel
import Foundation
import LedgerStore
import LocalEngine

/// `carrel restore`: puts a backup in the place of the ledger.
package struct RestoreCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup of the ledger back, while no server runs.",
        discussion: """
            The backup is examined as a whole before anything is changed. What happened after it was made is gone: leases \
            that the backup knows are settled by what is found of them when Carrel starts (work that ended meanwhile reads as \
            killed, since nothing says any more how it ended), and work that it doesn't know is ended. Numbers that were given since are not used again. Output of work is not part of a backup.
            """)

    @Argument(help: "The file that `carrel backup` wrote.")
    package var file: String

    @Option(name: .customLong("data-dir"), help: "Where everything is kept; also CARREL_DATA_DIR.")
    package var dataDirectory: String?

    @Flag(help: "Move a ledger that is there aside; it is kept under another name.")
    package var replace = false

    package init() {}

    package mutating func run() async throws {
        guard let backup = FileHandle(forReadingAtPath: file) else {
            let reason = String(cString: strerror(errno))
            throw Offline.failure("\(file) can't be read: \(reason). Nothing was changed.", code: 66)
        }
        let maintenance = try Offline.hold(dataDirectory)
        let used = maintenance.highestLease
        try Offline.become(maintenance)
        let restored: RestoredLedger
        do throws(StoreError) {
            restored = try await LedgerStore.restore(
                from: backup, at: maintenance.directory.serverFolder, replacing: replace, above: used)
        } catch {
            throw Offline.failure("\(error)", code: 1)
        }
        print(
            """
            Restored \((restored.sequence - 1).counted("event")), with \(restored.waiting.counted("request")) waiting and \
            \(restored.live.counted("lease")) held.
            The next request will be number \(restored.nextID).
            """)
        if let replaced = restored.replaced {
            let log = replaced + "-wal"
            let beside = FileManager.default.fileExists(atPath: log) ? ", with \(log) beside it, which belongs to it" : ""
            print("The ledger that was there is kept as \(replaced)\(beside).")
        }
        if restored.live > 0 {
            print("Leases whose work has ended since the backup will read as killed: how it ended is not known any more.")
        }
        print("Start Carrel with: carrel up --data-dir \(maintenance.directory.path)")
    }
}

/// What the verbs share that work on a data directory without a server.
enum Offline {
    /// Absolute.
    static func folder(_ dataDirectory: String?) -> String {
        URL(fileURLWithPath: ((dataDirectory ?? ServerLocation.ownDefault) as NSString).expandingTildeInPath)
            .standardizedFileURL.path
    }

    static func hold(_ dataDirectory: String?) throws -> DataDirectoryMaintenance {
        let directory = folder(dataDirectory)
        do throws(LauncherError) {
            return try DataDirectoryMaintenance(LauncherConfiguration(dataDirectory: directory, serverArguments: []))
        } catch {
            if case .alreadyRunning(let path, let pid) = error {
                throw failure(
                    "Carrel is already running on \(path)" + (pid.map { " (process \($0))" } ?? "")
                        + ". Nothing was changed. Stop it first; work goes on meanwhile.", code: 1)
            }
            throw failure(error.message, code: 1)
        }
    }

    static func become(_ maintenance: DataDirectoryMaintenance) throws {
        do throws(LauncherError) { try maintenance.becomeServerUser() } catch { throw failure(error.message, code: 1) }
    }

    static func failure(_ words: String, code: Int32) -> ArgumentParser.ExitCode {
        complain(words)
        return ArgumentParser.ExitCode(code)
    }
}
