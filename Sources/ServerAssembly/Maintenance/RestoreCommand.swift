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
            that the backup knows are settled by what is found of them when Carrel starts (of work that ended meanwhile nothing \
            says any more how: exit code 118), and work that it doesn't know is ended. A request that waits in the backup and has \
            begun since is not run twice. Numbers that were given since are not used again. Only those tokens stay valid that the \
            ledger which is replaced still has. Output of work is not part of a backup.
            """)

    @Argument(help: "The file that `carrel backup` wrote.")
    package var file: String

    @Option(name: .customLong("data-dir"), help: "Where everything is kept; also CARREL_DATA_DIR.")
    package var dataDirectory: String?

    @Flag(help: "Move a ledger that is there aside; it is kept under another name.")
    package var replace = false

    @Option(
        help: ArgumentHelp(
            "What the next request is called at the least; needed where the ledger that is there can't be read.",
            valueName: "n"))
    package var numbersFrom: Int64?

    package init() {}

    package func validate() throws {
        guard numbersFrom.map({ $0 > 0 && $0 < 1 << 53 }) ?? true else {
            throw ValidationError("--numbers-from must be a number from 1 on.")
        }
    }

    package mutating func run() async throws {
        guard let backup = FileHandle(forReadingAtPath: file) else {
            let reason = String(cString: strerror(errno))
            throw Offline.failure("\(file) can't be read: \(reason). Nothing was changed.", code: 66)
        }
        let maintenance = try Offline.hold(dataDirectory)
        let launched = maintenance.launched
        try Offline.become(maintenance)
        let restored: RestoredLedger
        do throws(StoreError) {
            restored = try await LedgerStore.restore(
                from: backup, at: maintenance.directory.serverFolder, replacing: replace, launched: launched,
                numbersFrom: numbersFrom.map { LeaseID($0) })
        } catch {
            throw Offline.failure("\(error)", code: 1)
        }
        print(
            """
            Restored \(restored.backupSequence.counted("event")), with \(restored.waiting.counted("request")) waiting and \
            \(restored.live.counted("lease")) held.
            The next request will be number \(restored.nextID).
            Whoever exports or follows events goes on after event \(restored.backupSequence): \
            what this ledger had above it is another history.
            """)
        if let replaced = restored.replaced {
            let log = replaced + "-wal"
            let beside = FileManager.default.fileExists(atPath: log) ? ", with \(log) beside it, which belongs to it" : ""
            print("The ledger that was there is kept as \(replaced)\(beside).")
        }
        if restored.live > 0 {
            print(
                "Of leases whose work has ended since the backup nothing says how it ended: they will read so, exit code 118."
            )
        }
        if !restored.refused.isEmpty {
            print(
                "Not run again, since their work has begun after the backup: requests "
                    + restored.refused.map(\.description).joined(separator: ", ") + ".")
        }
        if restored.revokedTokens > 0 {
            let why =
                restored.replaced == nil ? "no ledger was there that could say" : "the ledger that was there doesn't say"
            print("\(restored.revokedTokens) tokens of the backup are revoked, since \(why) that they are still valid.")
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
