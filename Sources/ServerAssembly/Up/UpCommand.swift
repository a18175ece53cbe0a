package import ArgumentParser
import CommandLine
import DeviceInventory
import DevicePolicy
import FleetModel
import Foundation
import Glibc
import LocalEngine

/// `carrel up`: starts Carrel on this machine. This process becomes the launcher; the server is its child.
package struct UpCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Start Carrel on this machine.",
        usage: "carrel up [--simulate a100:4] [--data-dir DIR] [options]",
        discussion: """
            Stays in the foreground; Ctrl-C ends the server and leaves running work alone, to be found again by the next up. \
            Without --simulate the machine's own GPUs are offered, or none: then work runs with --gpus 0.

            Examples:
              carrel up
              carrel up --simulate a100:4 --data-dir /tmp/try
            """)

    @Option(help: "Make-believe GPUs for trying Carrel out, labelled as simulated: a100:4 or a100:2,h100:2.")
    package var simulate: String?

    @Option(name: .customLong("data-dir"), help: "Where everything is kept; also CARREL_DATA_DIR.")
    package var dataDirectory: String?

    @Option(help: "The HTTP address: 127.0.0.1:8642, :0 for any free port, or none.")
    package var listen: String?

    @Flag(help: "Allow --listen on more than loopback although the connection is not encrypted.")
    package var allowUnencrypted = false

    @OptionGroup(title: "Who may sign in, and how")
    var entry: AccessOptions

    @Flag(help: "Under root: run what root asks for as root. This lowers the grade; meant for containers and CI.")
    package var allowRootWork = false

    @Option(help: "What this machine is called in lists; its host name unless given.")
    package var nodeName: String?

    @Option(help: "How much of each end of a log is kept: 1GiB.")
    package var logKeep: String?

    @Option(help: "A control group of version 2, delegated to Carrel, for the work: /system.slice/carrel-work.service.")
    package var controlGroup: String?

    @Option(help: "How long output stays after its work is over: 30d, forever, or 0 for ten minutes to an hour.")
    package var keepLogs: String?

    @Option(
        help:
            "How much room output of work that is over may take; the oldest goes first: 50GB, none for no limit, or 0. A tenth of the disk, at most 50 GB, unless given."
    )
    package var logsLimit: String?

    @Option(help: "How much room copies of data sets may take: 500GB. What the disk has, less a tenth, unless given.")
    package var dataCache: String?

    @Option(help: "How long events and the records of what is over are kept: 400d, at least 7d, or forever.")
    package var keepEvents: String?

    @Option(help: "How long memory and processes may linger on a GPU before it goes into quarantine: 60s unless given.")
    package var returnPatience: String?

    @Option(help: "After what time a GPU in quarantine is looked at again, then twice as long each time: 1m unless given.")
    package var retestAfter: String?

    @Option(help: "How often it is looked whether leases are used: 15s unless given.")
    package var idleLooks: String?

    @Option(
        name: .customLong("allow-program"),
        help:
            "A program of the system's that may be on a GPU beside Carrel, for a desktop: gnome-shell=alice,bob. May be given several times."
    )
    package var allowedPrograms: [String] = []

    @Option(help: "A program that is run with each notice to a user, as JSON on its standard input: to send mail, say.")
    package var notify: String?
    @Option(help: "How much room the history of use, memory, power and temperature may take; the oldest goes first: 200MB.")
    package var telemetrySize: String?

    package init() {}

    package mutating func run() throws {
        let directory = absolute(dataDirectory ?? ServerLocation.ownDefault)
        let address = try parsedAddress()
        var configuration = ServerConfiguration(
            dataDirectory: directory, serverFolder: directory + "/server", simulate: simulate, host: address.host,
            port: address.port, portIsFixed: address.portIsFixed, owner: getuid(), nodeName: nodeName,
            keepEvents: try Retention.events(keepEvents), returnPatience: try returnPatience.map(Self.span),
            retestPause: try retestAfter.map(Self.span), idleLooks: try idleLooks.map(Self.span),
            allowed: try allowed(), notify: try notify.map(notifyProgram),
            telemetrySize: try telemetrySize.map(Self.telemetryAmount))
        configuration.access = try entry.settings()
        configuration.rootWorkUser =
            LauncherConfiguration(
                dataDirectory: directory, serverArguments: [], allowRootWork: allowRootWork
            ).rootWorkUser
        configuration.printsToJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
        let json = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
        var launcher = LauncherConfiguration(
            dataDirectory: directory, serverArguments: ["carrel", HiddenVerb.server.rawValue, json])
        launcher.allowRootWork = allowRootWork
        launcher.controlGroup = controlGroup
        launcher.helpers = HiddenVerb.helpers
        if let words = try entry.pamArguments() {
            launcher.helpers.arguments[.signIn] = ["carrel", HiddenVerb.signIn.rawValue] + words
        }
        launcher.allowedHolders = try allowed().entries.map { AllowedHolder($0.program, users: $0.users) }
        if let folder = ProcessInfo.processInfo.environment["CARREL_DRIVER_FOLDER"] { launcher.driverFolder = folder }
        // For tests, and for machines that keep their nodes elsewhere.
        if let folder = ProcessInfo.processInfo.environment["CARREL_DEVICE_FOLDER"] { launcher.deviceFolder = folder }
        if let logKeep { launcher.logKeep = try Self.amount(logKeep) }
        launcher.copyLimit = try dataCache.map(Self.amount)
        launcher.logRetention = try Retention.logs(keep: keepLogs, limit: logsLimit, events: keepEvents)
        let status: Int32
        do throws(LauncherError) {
            status = try Launcher.run(launcher)
        } catch {
            complain(error.message)
            status = error.exitStatus
        }
        throw ExitCode(status)
    }

    package mutating func validate() throws {
        try checkSimulation()
        _ = try entry.settings()
        _ = try parsedAddress()
        _ = try logKeep.map(Self.amount)
        _ = try dataCache.map(Self.amount)
        _ = try telemetrySize.map(Self.telemetryAmount)
        if let controlGroup, !controlGroup.hasPrefix("/") {
            throw ValidationError(
                "“\(controlGroup)” is no control group; write it as /proc/self/cgroup does: /a.slice/b.service.")
        }
        _ = try Retention.logs(keep: keepLogs, limit: logsLimit, events: keepEvents)
        _ = try Retention.events(keepEvents)
        _ = try notify.map(notifyProgram)
        _ = try allowed()
        _ = try [returnPatience, retestAfter, idleLooks].compactMap { try $0.map(Self.span) }
    }

    private func notifyProgram(_ path: String) throws -> String {
        let program = absolute(path)
        guard access(program, X_OK) == 0 else {
            throw ValidationError("\(program) can't be run; --notify names a program with its path.")
        }
        return program
    }

    private func allowed() throws -> AllowedPrograms {
        try allowedPrograms.reduce(.usual) { allowed, text in
            guard let more = allowed.adding(text) else {
                throw ValidationError(
                    "“\(text)” is no program; write its file's name, gnome-shell, or gnome-shell=alice,bob.")
            }
            return more
        }
    }

    private static func span(_ text: String) throws -> TimeSpan {
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: text) } catch {
            throw ValidationError("“\(text)” is no length of time; write 60s, 5m or 1h.")
        }
    }

    private func checkSimulation() throws {
        guard let simulate else { return }
        do throws(SimulationError) { _ = try SimulatedDevices(parsing: simulate) } catch {
            throw ValidationError(error.text)
        }
    }

    private func parsedAddress() throws -> ListenAddress {
        do throws(ListenAddress.ParseError) {
            return try ListenAddress(parsing: listen, allowAnyHost: allowUnencrypted || entry.hasTLS)
        } catch {
            switch error {
            case .notAnAddress(let text):
                throw ValidationError("“\(text)” is no address; write 127.0.0.1:8642, :0 or none.")
            case .notLoopback(let host):
                throw ValidationError(
                    "\(host) can be reached from other machines, and the connection is not encrypted: tokens could be read on the way. Name a certificate with --tls-certificate and --tls-key, listen on 127.0.0.1 behind a proxy with TLS, or accept it with --allow-unencrypted."
                )
            }
        }
    }

    private static func amount(_ text: String) throws -> MemoryBytes {
        do throws(MemoryBytes.ParseError) { return try MemoryBytes(parsing: text) } catch {
            throw ValidationError("“\(text)” is no amount; write 1GiB or 64MiB.")
        }
    }

    private static func telemetryAmount(_ text: String) throws -> Int64 {
        let bytes = try amount(text).bytes
        guard bytes >= 1_000_000 else {
            throw ValidationError("Telemetry needs at least 1MB; write --telemetry-size 200MB.")
        }
        return bytes
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
    }
}
