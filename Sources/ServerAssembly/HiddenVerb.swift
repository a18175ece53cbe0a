import DeviceInventory
import Foundation

/// Verbs for Carrel's own processes; no help lists them.
package enum HiddenVerb: String, Sendable {
    /// The server, child of the launcher: `__server JSON`.
    case server = "__server"
    /// One look at the devices in a process of its own, since the driver may never answer.
    case inventory = "__inventory"

    package static func isNamed(_ arguments: [String]) -> Bool {
        arguments.count > 1 && HiddenVerb(rawValue: arguments[1]) != nil
    }

    /// Runs the verb that the arguments name.
    package static func run(_ arguments: [String]) async {
        guard arguments.count > 1, let verb = HiddenVerb(rawValue: arguments[1]) else { return }
        switch verb {
        case .inventory: InventoryReader.printReading()
        case .server:
            guard arguments.count == 3,
                let configuration = try? JSONDecoder().decode(ServerConfiguration.self, from: Data(arguments[2].utf8))
            else {
                complain("this verb is for Carrel itself; use `carrel up`")
                exit(78)
            }
            await ServerProcess(configuration).run()
        }
    }
}

/// Words on standard error.
func complain(_ words: String) { FileHandle.standardError.write(Data(("carrel: " + words + "\n").utf8)) }
