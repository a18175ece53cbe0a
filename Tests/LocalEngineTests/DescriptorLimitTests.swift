import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Each running attempt takes a descriptor of the launcher.
struct DescriptorLimitTests {
    private static func wrapper(_ soft: Int, _ hard: Int) -> [String] { ["/usr/bin/prlimit", "--nofile=\(soft):\(hard)"] }

    private func softLimit(of pid: Int32) -> String? {
        let line = Files.text("/proc/\(pid)/limits")?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        return line?.split(separator: " ").dropFirst(3).first.map(String.init)
    }

    @Test func moreAttemptsRunThanTheUsualLimitHasDescriptorsAndTheWorkKeepsThatLimit() async throws {
        try await withBench(.root, wrapper: Self.wrapper(48, 512)) { bench in
            let keys = (1...60).map { AttemptKey(lease: LeaseID($0), number: 1) }
            for key in keys { try await bench.launch(bench.order(["sleep", "1000"], lease: key.lease.number)) }
            for key in keys { try await bench.untilRunning(key) }
            #expect(softLimit(of: bench.launcher.processIdentifier) == "512")
            #expect(softLimit(of: try await bench.server()) == "48")
            #expect(try await bench.run("ulimit -Sn; ulimit -Hn", lease: 100) == "48\n512\n")
        }
    }

    @Test func aLauncherThatIsFullSaysSoLivesAndLaunchesLater() async throws {
        try await withBench(.root, wrapper: Self.wrapper(64, 64)) { bench in
            var running: [AttemptKey] = []
            var refused: LaunchOrder?
            for lease in 1...60 where refused == nil {
                let order = bench.order(["sleep", "1000"], lease: Int64(lease))
                do throws(EngineError) {
                    try await bench.engine.launch(order)
                    running.append(order.attempt)
                } catch {
                    guard case .failed(let detail) = error else { throw error }
                    #expect(detail.contains("the machine is at its limit, and it is tried again"))
                    refused = order
                }
            }
            let order = try #require(refused, "the launcher was never full")
            #expect(running.count > 5)
            // Nobody who was taken in is lost, and what can be done without more descriptors is done.
            #expect(try await bench.engine.list().map(\.key) == running)
            #expect(try await bench.engine.judgePeer(pid: getpid()) != .otherNamespace)
            // One that comes with a descriptor, for which there is none left: it can't be told now, and the server lives.
            let process = Descriptor(linux_pidfd_open(getpid()))
            let judged: PeerVerdict?
            do throws(EngineError) {
                judged = try await bench.engine.judgePeer(pid: getpid(), process: process.number)
            } catch {
                guard case .failed = error else { throw error }
                judged = nil
            }
            #expect(judged == nil || judged == .accepted)
            #expect(!bench.lost.isRaised)
            // Some of them may have come this far that there is no room to watch them: they begin when there is.
            for key in running.prefix(4) { try await bench.engine.stop(key, force: true) }
            for key in running.prefix(4) { _ = try await bench.outcome(of: key) }
            for key in running.dropFirst(4) { try await bench.untilRunning(key) }
            _ = try await eventually("there is room again") { () -> Bool? in
                do throws(EngineError) { try await bench.engine.launch(order) } catch { return nil }
                return true
            }
            try await bench.untilRunning(order.attempt)
        }
    }

    @Test func aServerThatCanNotBeStartedForNowIsStartedWhenItCan() async throws {
        try await withBench(.root, wrapper: Self.wrapper(64, 64)) { bench in
            var lease: Int64 = 0
            while lease < 60 {
                lease += 1
                let order = bench.order(["sleep", "1000"], lease: lease)
                do throws(EngineError) { try await bench.engine.launch(order) } catch { break }
            }
            try #require(lease < 60, "the launcher was never full")
            let pids = try await bench.engine.list().compactMap { status in
                try AttemptFolder(path: "\(bench.data)/attempts/\(status.key)").readIdentity()?.pid
            }
            try await bench.killServer()
            for pid in pids.prefix(6) { kill(pid, SIGKILL) }
            try await bench.reconnect()
            #expect(bench.launcher.isRunning)
            for pid in pids.prefix(6) {
                _ = try await eventually("\(pid) is gone") { ProcessFacts.startTime(of: pid) == nil ? true : nil }
            }
        }
    }

    @Test func whatIsOverHoldsNoDescriptor() async throws {
        try await withBench(.root) { bench in
            func held() -> Int { Files.names(in: "/proc/\(bench.launcher.processIdentifier)/fd").count }
            let device = bench.simulatedDevice
            func run(_ lease: Int64) async throws {
                let orders = [
                    bench.order(["true"], lease: lease), bench.order(["true"], lease: lease + 100, directory: "/none"),
                    bench.order(["no-such-command"], lease: lease + 200),
                ]
                for order in orders {
                    try await bench.launch(order)
                    _ = try await bench.outcome(of: order.attempt)
                    _ = try await bench.engine.verify(order.attempt, devices: [device])
                }
            }
            try await run(1)
            let before = held()
            for lease in 2...6 { try await run(Int64(lease)) }
            let after = try await eventually("as few are open as before") { held() <= before ? held() : nil }
            #expect(after == before)
        }
    }
}
