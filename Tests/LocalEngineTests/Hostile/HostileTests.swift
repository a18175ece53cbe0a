import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Leases whose work does its worst: whatever it did, nothing of it is left when the lease is over.
///
/// A sample of each habit, or as many leases as `CARREL_HOSTILE` says, with ten thousand processes where the habit is to have
/// many.
@Suite(.serialized) struct HostileTests {
    private static let wanted = ProcessInfo.processInfo.environment["CARREL_HOSTILE"].flatMap { Int($0) }

    private let device = Device(
        key: DeviceKey("GPU-0"), model: "NVIDIA Test", memory: .gibibytes(1), minor: 0)

    private func number(_ habit: HostileWork.Habit) -> Int {
        switch habit {
        case .many: Self.wanted == nil ? 300 : 10_000
        case .threads: 200
        case .traces: 6
        default: 20
        }
    }

    /// Ends a lease as the service does: asked, then by force, then looked at until nothing is found. Returns how long the
    /// return took from the force on, and what the node's check came to.
    private func end(_ key: AttemptKey, _ bench: Bench) async throws -> (Duration, CleanCheck.Result?) {
        try await bench.engine.stop(key, force: false)
        let began = ContinuousClock.now
        try await bench.engine.stop(key, force: true)
        _ = try await eventually("attempt \(key) ends", seconds: 120) { try await bench.phase(of: key)?.outcome }
        let checks = try await eventually("attempt \(key) leaves nothing", seconds: 120) { () -> [CleanCheck]? in
            let checks = try await bench.engine.verify(key, devices: [self.device])
            return checks.contains(where: \.hasFailed) ? nil : checks
        }
        let taken = ContinuousClock.now - began
        try await bench.engine.forget(key)
        return (taken, checks.first { $0.subject == .nodeReleased }?.result)
    }

    @Test func nothingIsLeftOfWorkThatDoesItsWorst() async throws {
        let work = try HostileWork()
        defer { work.remove() }
        let habits = HostileWork.Habit.allCases
        let count = Self.wanted ?? habits.count
        var times: [(HostileWork.Habit, Duration)] = []
        try await withBench(.root, options: ["--device-folder", work.nodes]) { bench in
            for lease in 1...Int64(count) {
                let habit = habits[Int(lease - 1) % habits.count]
                let command = [work.program, habit.rawValue, "\(number(habit))"]
                let order = bench.order(command, lease: lease, directory: work.desk, devices: [device])
                let key = try await bench.launch(order)
                _ = try await eventually("\(habit) is armed", seconds: 120) {
                    let text = try await bench.text(key)
                    if let outcome = try await bench.phase(of: key)?.outcome {
                        throw Bench.Trouble("\(habit) ended by itself: \(outcome), “\(text)”")
                    }
                    return text.contains("armed") ? true : nil
                }
                #expect(try await !bench.text(key).contains("reached"), "\(habit)")
                if habit == .nodes {
                    let held = try await bench.engine.holders(of: [device]).holders.count
                    #expect(held > 10, "the search finds what is there")
                }
                let (taken, node) = try await end(key, bench)
                times.append((habit, taken))
                if case .failed = node { Issue.record("\(habit): \(String(describing: node))") }
                _ = try await eventually("nothing is left of \(habit)", seconds: 60) {
                    work.leftovers(of: bench, lease: lease).isEmpty ? true : nil
                }
                let holders = try await bench.engine.holders(of: [device]).holders
                #expect(holders.isEmpty, "\(habit): \(holders)")
            }
        }
        #expect(times.count == count)
        report(times)
    }

    private func report(_ times: [(HostileWork.Habit, Duration)]) {
        let sorted = times.map(\.1).sorted()
        guard let slowest = times.max(by: { $0.1 < $1.1 }), !sorted.isEmpty else { return }
        func share(_ percent: Int) -> Duration { sorted[min(sorted.count - 1, sorted.count * percent / 100)] }
        print(
            "\(sorted.count) hostile leases, from the force to the last check: p50 \(share(50)), p99 \(share(99)), "
                + "the slowest \(slowest.1) (\(slowest.0.rawValue))")
    }

    @Test func aDeviceThatWasHandedToSomebodyOutsideIsFoundInTheirHands() async throws {
        let work = try HostileWork()
        defer { work.remove() }
        let socket = "\(work.desk)/friend"
        let script = """
            import os, socket, sys, time
            line = socket.socket(socket.AF_UNIX); line.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o777); line.listen()
            print('listening', flush=True)
            peer = line.accept()[0]
            socket.recv_fds(peer, 1, 1); peer.send(b'x')
            time.sleep(600)
            """
        let friend = Process(), said = Pipe()
        friend.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        friend.arguments = ["python3", "-c", script, socket]
        friend.standardOutput = said
        try friend.run()
        defer { kill(friend.processIdentifier, SIGKILL) }
        try #require(said.fileHandleForReading.readData(ofLength: 9) == Data("listening".utf8))
        try await withBench(.root, options: ["--device-folder", work.nodes]) { bench in
            let order = bench.order([work.program, "smuggle", socket], directory: work.desk, devices: [device])
            let key = try await bench.launch(order)
            _ = try await eventually("it is handed over") {
                let text = try await bench.text(key)
                guard try await bench.phase(of: key)?.outcome == nil else { throw Bench.Trouble("it ended: \(text)") }
                return text.contains("armed") ? true : nil
            }
            try await bench.engine.stop(key, force: true)
            _ = try await bench.outcome(of: key)
            let checks = try await eventually("the work's own processes are gone") { () -> [CleanCheck]? in
                let checks = try await bench.engine.verify(key, devices: [device])
                return checks.contains(CleanCheck(.processesGone, .passed)) ? checks : nil
            }
            let node = checks.first { $0.device == device.key }?.result
            guard case .failed(let detail) = node else { throw Bench.Trouble("not found: \(checks)") }
            #expect(detail.contains("process \(friend.processIdentifier) (python3 of root"), "\(detail)")
            kill(friend.processIdentifier, SIGKILL)
            _ = try await eventually("it is released") {
                try await bench.engine.verify(key, devices: [device]).contains(where: \.hasFailed) ? nil : true
            }
        }
    }
}
