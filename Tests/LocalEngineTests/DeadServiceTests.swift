import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// A file server or directory service that does not answer holds up the one launch that asks for it, and nothing else.
struct DeadServiceTests {
    private static let endless = ["--patience", "600000"], short = ["--patience", "500"]

    private func deadFolder(_ bench: Bench) throws -> String {
        let folder = "\(bench.folder)/\(Obstacle.folderName)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        return folder
    }

    /// An attempt is launched, stopped and listed while another launch hangs.
    private func expectAllElseGoesOn(_ bench: Bench) async throws {
        let key = try await bench.launch(bench.order(["sleep", "1000"], lease: 20))
        try await bench.untilRunning(key)
        try await bench.engine.stop(key, force: true)
        #expect(try await bench.outcome(of: key) == .killed)
        #expect(try await bench.engine.judgePeer(pid: getpid()) == .accepted)
    }

    @Test func aDeadFileServerHoldsUpNothingButItsOwnLaunch() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, options: Self.endless, environment: obstacle.environment) { bench in
            let order = bench.order(["true"], directory: try deadFolder(bench))
            try obstacle.raise(.fileServer)
            async let launched: Void = bench.engine.launch(order)
            try await expectAllElseGoesOn(bench)
            #expect(try await bench.phase(of: order.attempt) == nil)
            // When it answers after all, the launch goes on where it was.
            try obstacle.remove(.fileServer)
            try await launched
            #expect(try await bench.outcome(of: order.attempt) == .exited(code: 0))
        }
    }

    @Test func aDataSetOnADeadFileServerHoldsUpItsOwnLaunchAloneAndALookAtItEnds() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, options: Self.short, environment: obstacle.environment) { bench in
            let folder = try deadFolder(bench), set = DataGrant(name: "set", folder: folder)
            try obstacle.raise(.fileServer)
            async let survey = bench.engine.survey(folder)
            try await expectAllElseGoesOn(bench)
            #expect(try await survey == .silent)
            let order = bench.order(["true"], data: [set])
            let words = "the data sets could not be looked up in time: their file system does not answer"
            for _ in 0..<2 {
                await #expect(throws: EngineError.failed(detail: words)) { try await bench.engine.launch(order) }
            }
            try await bench.engine.launch(order)
            let outcome = try await bench.outcome(of: order.attempt)
            #expect(outcome == .launchFailed(because: .sandbox(detail: "\(words) (tried 3 times)")))
            try obstacle.remove(.fileServer)
            let next = try await bench.launch(bench.order(["ls", "-d", "/dev/data/set"], lease: 2, data: [set]))
            #expect(try await bench.outcome(of: next) == .exited(code: 0))
        }
    }

    @Test func aDeadDirectoryServiceHoldsUpNothingButItsOwnLaunch() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, options: Self.endless, environment: obstacle.environment) { bench in
            let order = bench.order(["true"], uid: Obstacle.uid)
            try obstacle.raise(.directoryService)
            async let launched: Void = bench.engine.launch(order)
            // Asked again meanwhile, both askers get the one answer.
            async let launchedAgain: Void = bench.engine.launch(order)
            try await expectAllElseGoesOn(bench)
            try obstacle.remove(.directoryService)
            try await launched
            try await launchedAgain
            #expect(try await bench.outcome(of: order.attempt) == .exited(code: 0))
        }
    }

    /// A driver that hangs where its files are read, at a launch and at a return.
    @Test func aDriverThatHangsHoldsUpNothingButItsOwnLaunchAndReturn() async throws {
        let obstacle = try Obstacle(), driver = try Bench.makeFolder(.root)
        defer {
            obstacle.remove()
            try? FileManager.default.removeItem(atPath: driver)
        }
        let place = "\(driver)/\(Obstacle.folderName)"
        try FileManager.default.createDirectory(atPath: "\(place)/gpus/0000:3b:00.0", withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: "\(place)/gpus/0000:3b:00.0/information"))
        let gpu = Device(key: DeviceKey("GPU-0"), model: "NVIDIA Test", memory: .gibibytes(1), minor: 0)
        let options = ["--patience", "2000", "--driver-folder", place]
        try await withBench(.root, options: options, environment: obstacle.environment) { bench in
            try obstacle.raise(.fileServer)
            let order = bench.order(["true"], devices: [gpu])
            async let launched: Void = bench.engine.launch(order)
            async let checks = bench.engine.verify(AttemptKey(lease: LeaseID(9), number: 1), devices: [gpu])
            try await expectAllElseGoesOn(bench)
            guard case .failed(let detail) = try await checks[1].result else {
                Issue.record("a device that nobody could look at was let pass")
                return
            }
            #expect(detail.contains("the driver did not answer"), "\(detail)")
            do {
                try await launched
                Issue.record("it was launched on a node that nobody could look up")
            } catch {}
            try obstacle.remove(.fileServer)
        }
    }

    @Test func aLookUpThatCrashesIsTriedAFewTimesAndThenTheUserReadsWhy() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, environment: obstacle.environment) { bench in
            let order = bench.order(["true"], uid: Obstacle.uid)
            try obstacle.raise(.crash)
            for _ in 1...2 {
                await #expect(throws: EngineError.self) { try await bench.engine.launch(order) }
                #expect(try await bench.phase(of: order.attempt) == nil)
            }
            try await bench.engine.launch(order)
            guard case .launchFailed(.sandbox(let detail)) = try await bench.outcome(of: order.attempt) else {
                Issue.record("the launch was not refused")
                return
            }
            #expect(detail.contains("the look-up of the Unix user \(Obstacle.uid) crashed"), "\(detail)")
            #expect(detail.hasSuffix("(tried 3 times)"), "\(detail)")
        }
    }

    @Test func whatDoesNotAnswerIsAskedAFewTimesAndThenTheUserReadsWhy() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, options: Self.short, environment: obstacle.environment) { bench in
            let folder = try deadFolder(bench)
            let orders = [
                bench.order(["true"], lease: 1, directory: folder), bench.order(["true"], lease: 2, uid: Obstacle.uid),
            ]
            try obstacle.raise(.fileServer)
            try obstacle.raise(.directoryService)
            let words = [
                "the folder \(folder) could not be opened in time: its file system does not answer",
                "the Unix user \(Obstacle.uid) could not be looked up in time: the machine's directory service does not answer",
            ]
            for (order, words) in zip(orders, words) {
                for _ in 0..<2 {
                    await #expect(throws: EngineError.failed(detail: words)) { try await bench.engine.launch(order) }
                    #expect(try await bench.phase(of: order.attempt) == nil)
                }
                try await bench.engine.launch(order)
                let outcome = try await bench.outcome(of: order.attempt)
                #expect(outcome == .launchFailed(because: .sandbox(detail: "\(words) (tried 3 times)")))
            }
            // Those that hung were ended.
            _ = try await eventually("no search is left") {
                let server = try await bench.server()
                return ProcessFacts.all().allSatisfy {
                    $0 == server || Bench.parent(of: $0) != bench.launcher.processIdentifier
                } ? true : nil
            }
        }
    }

    @Test func aLaunchThatHangsCanBeStoppedAndIsNotMadeUpForLater() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, options: Self.endless, environment: obstacle.environment) { bench in
            let order = bench.order(["touch", "\(bench.folder)/ran"], directory: try deadFolder(bench))
            try obstacle.raise(.fileServer)
            let launch = Task { try await bench.engine.launch(order) }
            _ = try await eventually("the search hangs") {
                let server = try await bench.server()
                return ProcessFacts.all().contains {
                    $0 != server && Bench.parent(of: $0) == bench.launcher.processIdentifier
                } ? true : nil
            }
            try await bench.engine.stop(order.attempt, force: false)
            await #expect(throws: EngineError.failed(detail: "attempt 1/1 was stopped before it was launched")) {
                try await launch.value
            }
            try obstacle.remove(.fileServer)
            try await expectAllElseGoesOn(bench)
            #expect(try await bench.phase(of: order.attempt) == nil)
            #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/ran"))
        }
    }

    @Test func aKilledLauncherIsFollowedThoughASearchOfItsStillHangs() async throws {
        let obstacle = try Obstacle()
        defer { obstacle.remove() }
        try await withBench(.root, options: Self.endless, environment: obstacle.environment) { bench in
            let order = bench.order(["true"], directory: try deadFolder(bench))
            try obstacle.raise(.fileServer)
            let server = try await bench.server()
            let launch = Task { try await bench.engine.launch(order) }
            let search = try await eventually("the search hangs") {
                ProcessFacts.all().first {
                    $0 != server && Bench.parent(of: $0) == bench.launcher.processIdentifier
                        && Files.names(in: "/proc/\($0)/fd").count == 4
                }
            }
            // Nothing of its parent's is in its hands, the data directory's lock least of all.
            let held = Files.names(in: "/proc/\(search)/fd").compactMap { Files.linkTarget("/proc/\(search)/fd/\($0)") }
            #expect(held.allSatisfy { !$0.hasPrefix(bench.data) })
            bench.killLauncher()
            await #expect(throws: EngineError.self) { try await launch.value }
            try obstacle.remove(.fileServer)
            try await bench.restart()
            try await bench.launch(order)
            #expect(try await bench.outcome(of: order.attempt) == .exited(code: 0))
        }
    }
}
