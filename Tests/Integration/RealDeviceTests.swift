import Foundation
import Glibc
import Testing

/// What the NVIDIA driver lists, through a stand-in for its library: this machine needs no GPU.
@Suite("The driver's devices")
struct RealDeviceTests {
    static func stub() async throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Stubs/nvml").path
        let sources = ["nvml_stub.c", "nvml_stub_readings.c", "nvml_stub_events.c"].map { "\(folder)/\($0)" }
        let library = "/var/tmp/carrel-nvml-\(UUID().uuidString.prefix(8)).so"
        let compiler = try ChildProcess(["cc", "-std=gnu11", "-shared", "-fPIC", "-o", library] + sources)
        try #require(await compiler.exitCode() == 0, "apt-get install gcc — \(compiler.errors)")
        chmod(library, 0o755)
        return library
    }

    /// The library with the facts that it tells.
    private struct StandIn {
        let library: String
        private var state: String { library + ".state" }
        var variables: [String: String] { ["CARREL_NVML_LIBRARY": library, "NVML_STUB_STATE": state] }

        init(_ facts: String) async throws {
            library = try await RealDeviceTests.stub()
            try facts.write(toFile: state, atomically: true, encoding: .utf8)
            chmod(state, 0o644)
        }

        func remove() {
            unlink(library)
            unlink(state)
        }
    }

    static let machine = """
        driver 580.159.04
        gpu 0 uuid GPU-11111111-0000
        gpu 0 name NVIDIA H100 80GB HBM3
        gpu 0 memory 85520809984
        gpu 0 minor 0
        gpu 0 pci 0000:3b:00.0
        gpu 1 uuid GPU-22222222-0000
        gpu 1 name NVIDIA H100 80GB HBM3
        gpu 1 memory 85520809984
        gpu 1 minor 1
        gpu 1 pci 0000:5e:00.0

        """

    @Test("they are listed by their identity, and work whose device node is missing is told so")
    func listed() async throws {
        let stand = try await StandIn(Self.machine), site = try Site(simulate: nil)
        defer { stand.remove() }
        try await site.up(environment: stand.variables)
        let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
        #expect(devices.compactMap { $0["uuid"] as? String } == ["GPU-11111111-0000", "GPU-22222222-0000"])
        #expect(devices.allSatisfy { $0["simulated"] as? Bool == false && $0["state"] as? String == "free" })
        if !FileManager.default.fileExists(atPath: "/dev/nvidia0") {
            let outcome = try await site.carrel("run", "--gpus", "h100:1", "--", "true")
            #expect(outcome.code == 126)
            #expect(outcome.errors.contains("/dev/nvidia"), "\(outcome.errors)")
        }
        #expect(try await site.carrel("run", "--gpus", "0", "--", "true").code == 0)
        await site.clear()
    }

    @Test("a driver that does not answer doesn't keep the server from starting")
    func hangs() async throws {
        let stand = try await StandIn(Self.machine + "hang nvmlInit_v2\n"), site = try Site(simulate: nil)
        defer { stand.remove() }
        try await site.up(environment: stand.variables)
        #expect(try await site.carrel("doctor").output.contains("not answered"))
        #expect(try await site.carrel("run", "--gpus", "0", "--", "true").code == 0)
        let refused = try await site.carrel("run", "--", "true")
        #expect(refused.code == 119)
        #expect(refused.errors.contains("0 GPUs"), "\(refused.errors)")
        await site.clear()
    }

    @Test("a device reader that is killed takes nothing with it")
    func killedReader() async throws {
        let stand = try await StandIn(Self.machine + "hang nvmlInit_v2\n"), site = try Site(simulate: nil)
        defer { stand.remove() }
        // It hangs in the driver: there is all the time to find it.
        let hunt = Task {
            var killed = 0
            let deadline = ContinuousClock.now + .seconds(30)
            while killed == 0, .now < deadline {
                for pid in Self.readers(of: stand.library) where Glibc.kill(pid, SIGKILL) == 0 { killed += 1 }
                try await Task.sleep(for: .milliseconds(5))
            }
            return killed
        }
        try await site.up(environment: stand.variables)
        #expect(try await hunt.value > 0)
        let doctor = try await site.carrel("doctor")
        #expect(doctor.output.contains("devices"), "\(doctor.output)")
        #expect(try await site.carrel("run", "--gpus", "0", "--", "sh", "-c", "exit 7").code == 7)
        await site.clear()
    }

    /// The processes that read devices through this library.
    private static func readers(of library: String) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            func text(_ name: String) -> String {
                FileManager.default.contents(atPath: "/proc/\(pid)/\(name)").map { String(decoding: $0, as: UTF8.self) }
                    ?? ""
            }
            return text("cmdline").contains("__inventory") && text("environ").contains(library)
        }
    }
}
