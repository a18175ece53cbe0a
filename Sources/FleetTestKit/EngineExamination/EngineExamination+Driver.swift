import EngineInterface
import FleetModel

extension EngineExamination {
    func launching() async throws {
        try require(try await engine.list().isEmpty, "an engine that nothing was launched on lists nothing")
        let first = try await launch(key(1), candidate.programs.exits(7))
        let listed = try await phase(first)
        try require(listed != nil, "an attempt is in the list when launch has returned")
        try require(try await outcome(first) == .exited(code: 7), "the program's own exit code is told")
        try await launch(first, candidate.programs.exits(8))
        try await candidate.passTime()
        let again = try await phase(first)
        try require(again == .ended(.exited(code: 7)), "launching a known attempt does nothing, also when it is over")
        let second = try await launch(key(1, 2), candidate.programs.exits(0))
        try require(try await outcome(second) == .exited(code: 0), "a second attempt of a lease is another one")
    }

    func outcomes() async throws {
        let missing = try await launch(key(2), candidate.programs.missing)
        let name = candidate.programs.missing[0]
        try require(
            try await outcome(missing) == .launchFailed(because: .commandNotFound(command: name)),
            "a command that is not there is a typed launch failure")
        let running = try await launch(key(3), candidate.programs.runs)
        try await untilRunning(running)
        try await engine.stop(running, force: true)
        let ended = try await outcome(running)
        try require(
            ended == .killed || ended == .signalled(signal: 9), "work that was ended by force was killed: \(ended)")
    }

    func stopping() async throws {
        try await engine.stop(key(999), force: false)
        try await engine.stop(key(999), force: true)
        let polite = try await launch(key(4), candidate.programs.runs)
        try await untilRunning(polite)
        try await engine.stop(polite, force: false)
        try await engine.stop(polite, force: false)
        try require(try await outcome(polite) == .signalled(signal: 15), "stop asks with SIGTERM")
        try await engine.stop(polite, force: true)
        try require(try await phase(polite) == .ended(.signalled(signal: 15)), "what is over stays as it ended")

        let stubborn = try await launch(key(5), candidate.programs.ignoresStop)
        try await untilRunning(stubborn)
        if let console = candidate.console {
            _ = try await wait("the program is deaf") {
                try await console.readOutput(stubborn, .standardOutput, from: 0, limit: 10)
            }
        }
        try await engine.stop(stubborn, force: false)
        try await candidate.passTime()
        try require(try await phase(stubborn) == .running, "work may go on after it was asked to end")
        try await engine.stop(stubborn, force: true)
        _ = try await outcome(stubborn)

        // Whenever it comes, a stop that follows the launch ends the work.
        let early = try await launch(key(6), candidate.programs.runs)
        try await engine.stop(early, force: true)
        let ended = try await outcome(early)
        try require(
            [.neverBegan, .killed, .signalled(signal: 9)].contains(ended), "an early stop ends the attempt: \(ended)")
    }

    func forgetting() async throws {
        try await engine.forget(key(999))
        let key = try await launch(key(7), candidate.programs.exits(0))
        _ = try await outcome(key)
        // The kernel may still be busy with what has ended: then it says so, and is asked again.
        try await wait("nothing is left of work that has ended") {
            let checks = try await engine.verify(key, devices: candidate.devices)
            let subjects = checks.map(\.subject), keys = candidate.devices.map(\.key)
            try require(
                subjects.contains(.processesGone) && Set(checks.map { Seen($0) }).count == checks.count,
                "verify says of every subject and device once what it found, and always whether the processes are gone")
            let nodes = checks.filter { $0.subject == .nodeReleased }
            try require(
                nodes.isEmpty || nodes.map(\.device) == keys, "who has a node open is told of each device by itself")
            return checks.contains(CleanCheck(.processesGone, .passed)) ? () : nil
        }
        try await engine.forget(key)
        try await engine.forget(key)
        try require(try await phase(key) == nil, "a forgotten attempt is not in the list")
        do {
            try await launch(key, candidate.programs.exits(0))
            try require(false, "launching a forgotten attempt says that it is over")
        } catch EngineError.alreadyOver {}
        try require(try await phase(key) == nil, "a forgotten attempt is known: it is not launched again")
    }

    private struct Seen: Hashable {
        let subject: CleanCheck.Subject
        let device: DeviceKey?

        init(_ check: CleanCheck) { (subject, device) = (check.subject, check.device) }
    }

    func holding() async throws {
        let none = try await engine.holders(of: [])
        try require(none == DeviceHolders(holders: []), "without a device nobody holds one")
        let keys = candidate.devices.map(\.key)
        let told = try await engine.holders(of: candidate.devices)
        try require(
            told.holders.allSatisfy { keys.contains($0.device) && $0.pid > 0 }
                && told.unknown.allSatisfy { key in
                    keys.contains(key) && !told.holders.contains { $0.device == key }
                },
            "holders are told of the devices that were asked about, and none of those that nothing is known of")
        try require(
            candidate.devices.filter(\.isSimulated).allSatisfy { told.unknown.contains($0.key) },
            "nobody holds what is simulated, and that is said")
        for device in candidate.devices {
            for pid in [Int32(1), 0, -1] {
                guard case .spared = try await engine.endHolder(pid, of: device, force: true) else {
                    return try require(false, "what is no process of anybody's is never ended")
                }
            }
        }
    }

    func listing() async throws {
        for lease in [12, 10, 11] as [Int64] { try await launch(key(lease), candidate.programs.exits(3)) }
        try await launch(key(10, 2), candidate.programs.exits(3))
        for each in [key(10), key(10, 2), key(11), key(12)] { _ = try await outcome(each) }
        let keys = try await engine.list().map(\.key)
        try require(keys == keys.sorted(), "the list is in the order of the keys")
        for each in keys { try await engine.forget(each) }
        try require(try await engine.list().isEmpty, "when all is forgotten the list is empty")

        // The stream tells of each change, however many there are at once.
        let watching = Task { [engine] in
            for await _ in engine.changes where try await engine.list().contains(where: { $0.phase.isEnded }) { return }
        }
        defer { watching.cancel() }
        let last = try await launch(key(13), candidate.programs.exits(0))
        _ = try await outcome(last)
        try await watching.value
        try await engine.forget(last)
    }
}
