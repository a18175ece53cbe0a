import FleetModel
import Foundation
import Glibc
import SoftwareStack
import Testing

@testable import Environments

@Suite("Making an environment", .serialized) struct BuilderTests {
    /// On a thread of its own: pip takes seconds, and the other tests go on meanwhile.
    private func build(
        _ house: Wheelhouse, _ name: String = "lab", wishes: [String] = ["tiny"], action: EnvironmentOrder.Action = .create,
        wheelhouse: String? = nil, driver: String = "/nowhere", variables: [String: String] = ["PATH": "/usr/bin:/bin"],
        python: String? = "/usr/bin/python3"
    ) async throws -> [String] {
        let order = EnvironmentOrder(
            action: action, name: name, wishes: wishes, python: python, wheelhouse: wheelhouse ?? house.folder)
        let own = house.own
        return try await withCheckedThrowingContinuation { answer in
            Thread.detachNewThread {
                var said: [String] = []
                do {
                    let builder = try EnvironmentBuilder(
                        order, variables: variables, ownFolder: own, driverFile: driver, say: { said.append($0) })
                    try builder.run()
                    answer.resume(returning: said)
                } catch { answer.resume(throwing: error) }
            }
        }
    }

    private func text(_ words: [String]) -> String {
        ChildProgram(words: words).output().map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    @Test("it has what was asked for and JupyterLab, is listed whole, and goes without a trace")
    func wholeLife() async throws {
        let house = try Wheelhouse()
        _ = try await build(house)
        let python = "\(house.own)/lab/bin/python"
        #expect(text([python, "-c", "import tiny, jupyterlab; print(tiny.word)"]) == "hello from tiny\n")
        let found = try #require(EnvironmentShelf(folder: house.own).environment("lab"))
        #expect(found.record.packages.map { "\($0.name) \($0.version)" } == ["ipykernel 1.0", "jupyterlab 1.0", "tiny 1.0"])
        #expect(found.record.python.hasPrefix("3.") && found.record.sizeBytes > 100_000)
        #expect(abs(found.record.createdAt.timeIntervalSinceNow) < 600)
        #expect(!FileManager.default.fileExists(atPath: "\(house.own)/lab/.carrel-scratch"))
        await #expect(throws: EnvironmentTrouble.exists(name: "lab")) { try await build(house) }
        #expect(EnvironmentShelf(folder: house.own).environments.map(\.name) == ["lab"])
        _ = try await build(house, action: .remove)
        #expect(!FileManager.default.fileExists(atPath: "\(house.own)/lab"))
        await #expect(throws: EnvironmentTrouble.missing(name: "lab")) { try await build(house, action: .remove) }
    }

    @Test("what a killed build left is not listed, and the next one clears it")
    func killedInTheMiddle() async throws {
        let house = try Wheelhouse()
        let rest = "\(house.own)/lab/lib/old"
        try FileManager.default.createDirectory(atPath: rest, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(house.own)/lab/\(EnvironmentPlace.lock)"))
        #expect(EnvironmentShelf(folder: house.own).environments.isEmpty)
        _ = try await build(house)
        #expect(!FileManager.default.fileExists(atPath: rest))
        #expect(EnvironmentShelf(folder: house.own).environments.map(\.name) == ["lab"])
    }

    @Test("a second one at the same time is refused, and harms the first in nothing")
    func twoAtOnce() async throws {
        let house = try Wheelhouse()
        try FileManager.default.createDirectory(atPath: house.own, withIntermediateDirectories: true)
        do {
            let lock = try EnvironmentLock("\(house.own)/lab", name: "lab")
            await #expect(throws: EnvironmentTrouble.busy(name: "lab")) { try await build(house) }
            await #expect(throws: EnvironmentTrouble.busy(name: "lab")) { try await build(house, action: .remove) }
            _ = lock
        }
        _ = try await build(house)
    }

    @Test("what pip can't install leaves nothing behind and says which")
    func missingWheel() async throws {
        let house = try Wheelhouse(["jupyterlab", "ipykernel"])
        await #expect(
            throws: EnvironmentTrouble.notInstalled(
                requirements: ["jupyterlab", "ipykernel", "absent"], python: "/usr/bin/python3")
        ) { try await build(house, wishes: ["absent"]) }
        #expect(!FileManager.default.fileExists(atPath: "\(house.own)/lab"))
    }

    @Test("the driver decides what is installed, and what it can't do is said")
    func driver() async throws {
        let house = try Wheelhouse(["jupyterlab", "ipykernel", "jax"])
        let said = try await build(house, wishes: ["jax"])
        #expect(said.contains { $0.contains("no NVIDIA driver") }, "\(said)")
        let file = house.scratch + "/version"
        try Data("NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.57.02  Tue Jul 13\n".utf8).write(
            to: URL(fileURLWithPath: file))
        let old = try await build(house, "old", wishes: ["jax"], driver: file)
        #expect(old.contains { $0.contains("470.57.02") && $0.contains("newer driver") }, "\(old)")
    }

    @Test("what is missing is named before anything is made")
    func missingParts() async throws {
        let house = try Wheelhouse()
        await #expect(throws: EnvironmentTrouble.wheelhouseMissing(path: "/nowhere")) {
            try await build(house, wheelhouse: "/nowhere")
        }
        await #expect(throws: EnvironmentTrouble.noPython(asked: "/nowhere/python")) {
            try await build(house, python: "/nowhere/python")
        }
        await #expect(throws: EnvironmentTrouble.noPython(asked: nil)) {
            try await build(house, variables: ["PATH": "/nowhere"], python: nil)
        }
        await #expect(throws: EnvironmentTrouble.noVenv(python: "/bin/false")) {
            try await build(house, python: "/bin/false")
        }
        for name in ["../up", "", ".", "a/b", "-x", String(repeating: "n", count: 65)] {
            await #expect(throws: EnvironmentTrouble.notAName(name)) { try await build(house, name) }
        }
        #expect(throws: EnvironmentTrouble.noHome) {
            let order = EnvironmentOrder(action: .create, name: "lab")
            try EnvironmentBuilder(order, ownFolder: nil) { _ in }.run()
        }
        #expect((try? FileManager.default.contentsOfDirectory(atPath: house.own)) ?? [] == [])
    }

    @Test("a link in the folder's place is not followed")
    func link() async throws {
        let house = try Wheelhouse(), victim = house.scratch + "/victim"
        try FileManager.default.createDirectory(atPath: victim, withIntermediateDirectories: true)
        try Data("kept".utf8).write(to: URL(fileURLWithPath: victim + "/file"))
        try FileManager.default.createDirectory(atPath: house.own, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(house.own)/lab", withDestinationPath: victim)
        await #expect(throws: EnvironmentTrouble.notOurs(folder: "\(house.own)/lab")) { try await build(house) }
        await #expect(throws: EnvironmentTrouble.notOurs(folder: "\(house.own)/lab")) {
            try await build(house, action: .remove)
        }
        #expect(FileManager.default.fileExists(atPath: victim + "/file"))
    }

    @Test("without any way out it is said at once, and not after minutes of pip's trying")
    func noNetwork() {
        #expect(!NetworkFacts.hasDefaultRoute("Iface\tDestination\nlo\t0000007F\n", destination: 1, zero: "00000000"))
        #expect(NetworkFacts.hasDefaultRoute("Iface\tDestination\neth0\t00000000\n", destination: 1, zero: "00000000"))
        let zero = String(repeating: "0", count: 32)
        let unreachable = "\(zero) 00 \(zero) 00 \(zero) ffffffff 00000001 00000000 00200200       lo\n"
        #expect(!NetworkFacts.hasDefaultRoute(unreachable, destination: 0, zero: zero))
        let router = "\(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 0 0 00000003     eth0\n"
        #expect(NetworkFacts.hasDefaultRoute(router, destination: 0, zero: zero))
    }

    @Test("every trouble says what to do, and none is empty")
    func words() {
        let all: [EnvironmentTrouble] = [
            .notAName("x"), .noHome, .exists(name: "x"), .missing(name: "x"), .busy(name: "x"), .notOurs(folder: "x"),
            .noPython(asked: nil), .noVenv(python: "x"), .wheelhouseMissing(path: "x"), .noNetwork,
            .notInstalled(requirements: ["x"], python: "x"), .diskFull(folder: "x", freeBytes: 1),
            .recipe(.notAPackage("x")), .system(doing: "x", code: EACCES),
        ]
        for trouble in all { #expect(trouble.words.count > 40, "\(trouble)") }
    }
}
