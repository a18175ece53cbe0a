import Foundation
import Glibc
import Testing

/// GPUs of NVIDIA's, played by a library that a file drives: what goes wrong with them is seen, told and mended.
@Suite("What comes back", .serialized)
struct ReturnTests {
    /// A machine of two GPUs whose state a test changes while it runs.
    final class Machine {
        let library: String
        let nodes: String
        private(set) var facts: [String]

        init() async throws {
            library = try await RealDeviceTests.stub()
            nodes = "/var/tmp/carrel-nodes-\(UUID().uuidString.prefix(8))"
            facts = RealDeviceTests.machine.split(separator: "\n").map(String.init)
            for gpu in 0...1 {
                facts += [
                    "gpu \(gpu) util 0", "gpu \(gpu) used 1048576", "gpu \(gpu) power 60000", "gpu \(gpu) energy 1000000",
                    "gpu \(gpu) temp 31", "gpu \(gpu) ecc 0 0", "gpu \(gpu) rows 0 0 0 0", "gpu \(gpu) recovery 0",
                ]
            }
            try FileManager.default.createDirectory(atPath: nodes, withIntermediateDirectories: true)
            // Harmless nodes that nobody else has open, under NVIDIA's names: the memory of the machine's clock chips.
            for (name, minor) in [("nvidiactl", 250), ("nvidia-uvm", 251), ("nvidia0", 252), ("nvidia1", 253)] {
                let node = try ChildProcess(["mknod", "-m", "666", "\(nodes)/\(name)", "c", "10", "\(minor)"])
                try #require(await node.exitCode() == 0, "device nodes can be made by root only")
            }
            try write()
        }

        /// Replaces the facts that begin with `prefix`, or takes them away.
        func set(_ prefix: String, _ rest: String?) throws {
            facts.removeAll { $0.hasPrefix(prefix + " ") }
            if let rest { facts.append("\(prefix) \(rest)") }
            try write()
        }

        private func write() throws {
            let state = library + ".state"
            try (facts.joined(separator: "\n") + "\n").write(toFile: state + ".new", atomically: false, encoding: .utf8)
            chmod(state + ".new", 0o644)
            rename(state + ".new", state)
        }

        var environment: [String: String] {
            ["CARREL_NVML_LIBRARY": library, "NVML_STUB_STATE": library + ".state", "CARREL_DEVICE_FOLDER": nodes]
        }

        func clear() {
            unlink(library)
            unlink(library + ".state")
            try? FileManager.default.removeItem(atPath: nodes)
        }
    }

    /// - Parameter variables: of the stand-in's library.
    static func with(
        _ variables: [String: String] = [:], _ body: (Site, Machine) async throws -> Void
    ) async throws {
        guard geteuid() == 0 else { return print("skipped: device nodes for the tests can be made by root only") }
        let machine = try await Machine(), site = try Site(simulate: nil)
        do {
            try await site.up(
                ["--return-patience", "1s", "--retest-after", "1s"],
                environment: machine.environment.merging(variables) { $1 })
            try await body(site, machine)
        } catch {
            print("standard error of the server:\n\(site.launcher?.errors ?? "")")
            await site.clear()
            machine.clear()
            throw error
        }
        await site.clear()
        machine.clear()
    }

    private static func device(_ index: Int, _ site: Site) async throws -> [String: Any] {
        let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
        return try #require(devices.first { $0["minor"] as? Int == index })
    }

    private static func untilState(_ index: Int, _ state: String, _ site: Site) async throws {
        try await eventually("GPU \(index) is \(state)") { try await device(index, site)["state"] as? String == state }
    }

    @Test("work runs on a GPU, and the receipt tells what was made of it and what was checked")
    func receipt() async throws {
        try await Self.with { site, machine in
            #expect(try await site.carrel("run", "--", "sh", "-c", "ls /dev/nvidia*").code == 0)
            let receipt = try await site.json("receipt", "1")
            let checks = receipt["checks"] as? [[String: Any]] ?? []
            func result(_ check: String) -> String? {
                checks.first { $0["check"] as? String == check }?["result"] as? String
            }
            for check in ["processes gone", "driver lists no process", "no new hardware error"] {
                #expect(result(check) == "passed", "\(check): \(checks)")
            }
            // Where the kernel shows root everything; some containers don't.
            let node = checks.first { $0["check"] as? String == "device node not held open" }
            let detail = node?["detail"] as? String ?? ""
            #expect(node?["result"] as? String == "passed" || detail.contains("could not be looked into"), "\(checks)")
            #expect(receipt["verdict"] as? String == "unproven", "\(receipt)")
        }
    }

    @Test("a fatal error ends the work, quarantines that GPU alone, and is told everywhere")
    func fatalError() async throws {
        try await Self.with { site, machine in
            let id = try await site.detach("--", "sleep", "1000")
            try await site.untilState(id, "running")
            let held = try await site.json("show", "\(id)")["lease"] as? [String: Any]
            let uuid = try #require(((held?["devices"] as? [[String: Any]])?.first)?["uuid"] as? String)
            let index = uuid.hasPrefix("GPU-1") ? 0 : 1
            // The watching may only just have begun: an event is for those who wait for it.
            try await eventually("the GPU is watched") { try await Self.device(index, site)["powerWatts"] != nil }
            try await Task.sleep(for: .seconds(1))
            try machine.set("gpu \(index) event 0", "xid 79")
            try await site.untilState(id, "closed")
            let shown = try await site.json("show", "\(id)")
            #expect(shown["endedBy"] as? String == "deviceFailed", "\(shown)")
            let device = try await Self.device(index, site)
            #expect(device["state"] as? String == "quarantined")
            let quarantine = device["quarantine"] as? [String: Any]
            #expect((quarantine?["reason"] as? String)?.contains("79") ?? false, "\(device)")
            #expect(quarantine?["cure"] as? String == "reboot")
            #expect(try await Self.device(1 - index, site)["state"] as? String == "free")
            #expect(try await site.carrel("quarantine").output.contains("Xid 79"))
            #expect(try await site.carrel("receipt", "\(id)").output.contains("Xid 79"))
            #expect(try await site.carrel("run", "--", "true").code == 0)
            #expect(try await site.carrel("quarantine", "\(index)", "--release").code == 0)
            try await Self.untilState(index, "free", site)
        }
    }

    @Test("memory that stays in use puts a GPU into quarantine, and it comes back by itself when it is let go")
    func stuckMemory() async throws {
        try await Self.with { site, machine in
            // What free GPUs keep in use is known after some looks.
            try await Task.sleep(for: .seconds(4))
            for index in 0...1 { try machine.set("gpu \(index) used", "4000000000") }
            #expect(try await site.carrel("run", "--", "true").code == 0)
            try await site.untilState(1, "closed")
            #expect(try await site.json("receipt", "1")["verdict"] as? String == "failed")
            let out = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
            let index = try #require(out.first { $0["state"] as? String == "quarantined" }?["minor"] as? Int, "\(out)")
            for index in 0...1 { try machine.set("gpu \(index) used", "1048576") }
            try await Self.untilState(index, "free", site)
        }
    }

    @Test("a driver that hangs for a GPU keeps nobody waiting, and the GPU comes back with it")
    func hangs() async throws {
        try await Self.with { site, machine in
            try machine.set("gpu 1 hang", "*")
            let began = ContinuousClock.now
            #expect(try await site.carrel("gpus").code == 0)
            #expect(ContinuousClock.now - began < .seconds(5))
            try await eventually("GPU 1 is out of the pool", within: 120) {
                try await Self.device(1, site)["state"] as? String == "quarantined"
            }
            #expect(try await site.carrel("run", "--", "true").code == 0)
            try machine.set("gpu 1 hang", nil)
            try await eventually("GPU 1 is back", within: 120) {
                try await Self.device(1, site)["state"] as? String == "free"
            }
        }
    }
}
