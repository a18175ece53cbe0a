// A launcher, and a server that hands its control socket to the test that connects: so that the engine's own test
// bundle can be the server's half, and everything can be killed.
//
//   engine-examiner launcher DATA [--log-keep BYTES] [--logs-limit BYTES] [--keep-logs SECONDS] [--allow-root] [--device-folder DIR] [--driver-folder DIR]
//                                 [--sandbox PATH]
//                                 [--init PATH] [--server-status NUMBER] [--patience MILLISECONDS]
//   engine-examiner server relay | STATUS
//   engine-examiner helper KIND WORDS

import CLinux
import FleetModel
import Glibc
import LocalEngine

func fail(_ text: String, _ status: Int32) -> Never {
    let line = text + "\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
    exit(status)
}

func launch(_ arguments: [String]) -> Never {
    guard let data = arguments.first else { fail("Say where the data directory is.", 64) }
    var configuration = LauncherConfiguration(
        dataDirectory: data, serverArguments: ["engine-examiner", "server", "relay"])
    configuration.helpers = HelperPrograms(
        arguments: [
            .watch: ["engine-examiner", "helper", "watch"], .probe: ["engine-examiner", "helper", "probe"],
            .signIn: ["engine-examiner", "helper", "watch"], .files: ["engine-examiner", "helper", "files"],
        ],
        probeTasks: ["tell", "hang", "exit"], probeNames: ["key", "budget"])
    var rest = arguments.dropFirst()
    while let option = rest.popFirst() {
        switch option {
        case "--log-keep": configuration.logKeep = MemoryBytes(rest.popFirst().flatMap { Int64($0) } ?? 0)
        case "--logs-limit":
            configuration.logRetention.limit = MemoryBytes(rest.popFirst().flatMap { Int64($0) } ?? 0)
        case "--keep-logs":
            configuration.logRetention.longest = .seconds(rest.popFirst().flatMap { Int64($0) } ?? 0)
            configuration.logRetention.youngest = .zero
        case "--allow-root": configuration.allowRootWork = true
        case "--device-folder": configuration.deviceFolder = rest.popFirst() ?? ""
        case "--driver-folder": configuration.driverFolder = rest.popFirst() ?? ""
        case "--sandbox": configuration.sandboxProgram = rest.popFirst()
        case "--init": configuration.initProgram = rest.popFirst()
        case "--patience": configuration.lookoutPatience = rest.popFirst().flatMap { Int($0) } ?? 0
        case "--server-status": configuration.serverArguments = ["engine-examiner", "server", rest.popFirst() ?? "0"]
        default: fail("What is \(option)?", 64)
        }
    }
    do {
        exit(try Launcher.run(configuration))
    } catch {
        fail(error.message, error.exitStatus)
    }
}

func serve(_ word: String) -> Never {
    if let status = Int32(word) { exit(status) }
    // The launcher's listening socket does not block.
    var polled = pollfd(fd: Launcher.listenerDescriptor, events: Int16(POLLIN), revents: 0)
    while true {
        guard poll(&polled, 1, -1) > 0 else { continue }
        let client = accept(Launcher.listenerDescriptor, nil, nil)
        guard client >= 0 else { continue }
        var control = Launcher.controlDescriptor
        guard linux_send(client, [1], 1, &control, 1, true) == 1 else { fail("could not hand over", 70) }
        close(control)
        while true { pause() }
    }
}

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "launcher": launch(Array(arguments.dropFirst()))
case "server": serve(arguments.dropFirst().first ?? "relay")
case "helper": ExaminedHelper.run(arguments.dropFirst().first ?? "", Array(arguments.dropFirst(2)))
default: fail("Say launcher, server or helper.", 64)
}
