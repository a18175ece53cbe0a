import DataCopying
import DeviceInventory
import DeviceProbe
import Environments
import FileActs
import Foundation
import LocalEngine
import UnixPasswords

/// Verbs for Carrel's own processes; no help lists them.
package enum HiddenVerb: String, Sendable {
    /// The server, child of the launcher: `__server JSON`.
    case server = "__server"
    /// One look at the devices in a process of its own, since the driver may never answer.
    case inventory = "__inventory"
    /// Watches devices, for the same reason.
    case watch = "__watch"
    /// Has one device compute, for the same reason: `__probe WORDS`.
    case probe = "__probe"
    /// Asks PAM, for the same reason: `__sign-in SERVICE`.
    case signIn = "__sign-in"
    /// Does things to somebody's files, as them: `__files FOLDER own|team`.
    case files = "__files"
    /// Makes or removes an environment, as the work of a lease: `__environment JSON`.
    case environment = "__environment"
    /// Copies a data set, or deletes its copy, as the work of a lease: `__data-copy JSON`.
    case dataCopy = "__data-copy"

    /// What the launcher starts for the server, and what may be said to it.
    static let helpers = HelperPrograms(
        arguments: [
            .inventory: ["carrel", inventory.rawValue], .watch: ["carrel", watch.rawValue],
            .probe: ["carrel", probe.rawValue], .files: ["carrel", files.rawValue],
        ],
        probeTasks: ProbeOrder.Task.allCases.map(\.rawValue), probeNames: ProbeOrder.names)

    /// The verb that the arguments name; nil: none of these.
    package init?(_ arguments: [String]) {
        guard arguments.count > 1 else { return nil }
        self.init(rawValue: arguments[1])
    }

    /// Before anything is started: the reader closes what it inherited, and must find nothing of its own there.
    package func runAlone(_ arguments: [String]) {
        switch self {
        case .inventory: InventoryReader.printReading()
        case .watch: DeviceWatchChild.run()
        case .probe: DeviceProbeChild.main(Array(arguments.dropFirst(2)))
        case .signIn: UnixPasswordChild.main(Array(arguments.dropFirst(2)))
        case .files: FileServant.main(Array(arguments.dropFirst(2)))
        case .environment: exit(EnvironmentJob.run(arguments.count == 3 ? arguments[2] : ""))
        case .dataCopy: exit(DataCopyJob.run(arguments.count == 3 ? arguments[2] : ""))
        case .server: break
        }
    }

    package func run(_ arguments: [String]) async {
        guard self == .server, arguments.count == 3,
            let configuration = try? JSONDecoder().decode(ServerConfiguration.self, from: Data(arguments[2].utf8))
        else {
            complain("this verb is for Carrel itself; use `carrel up`")
            exit(78)
        }
        await ServerProcess(configuration).run()
    }
}

/// Words on standard error.
func complain(_ words: String) { FileHandle.standardError.write(Data(("carrel: " + words + "\n").utf8)) }
