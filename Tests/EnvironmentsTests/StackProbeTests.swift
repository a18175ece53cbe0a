import Foundation
import Glibc
import SoftwareStack
import Testing

@testable import Environments

/// What is seen of a machine, made up of files.
@Suite("Looking at the GPU stack", .serialized) struct StackProbeTests {
    private func touch(_ path: String, _ text: String = "") throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// An environment whose Python is the system's, with modules that stand in for frameworks.
    private func environment(_ house: Wheelhouse, _ modules: [String: String]) throws -> String {
        let folder = house.scratch + "/env"
        for (name, text) in modules { try touch("\(folder)/modules/\(name)/__init__.py", text) }
        try touch("\(folder)/bin/python.text", "#!/bin/sh\nPYTHONPATH=\(folder)/modules exec /usr/bin/python3 \"$@\"\n")
        // By another process: a child that another test starts at this moment would keep open what this one writes, and nobody could
        // run it.
        let cp = try Process.run(
            URL(fileURLWithPath: "/bin/cp"), arguments: ["\(folder)/bin/python.text", "\(folder)/bin/python"])
        cp.waitUntilExit()
        chmod("\(folder)/bin/python", 0o755)
        return folder
    }

    private func facts(_ root: String, _ variables: [String: String], _ folder: String?) async -> StackFacts {
        await withCheckedContinuation { answer in
            Thread.detachNewThread {
                let facts = StackProbe(root: root, variables: variables).facts(environment: folder)
                answer.resume(returning: facts)
            }
        }
    }

    @Test("driver, nodes and the lease are read where they are told")
    func machine() async throws {
        let house = try Wheelhouse([]), root = house.scratch + "/root"
        try touch(root + "/proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu\n")
        for gpu in ["0000:3b:00.0", "0000:af:00.0"] { try touch(root + "/proc/driver/nvidia/gpus/\(gpu)/information") }
        for node in ["nvidia1", "nvidiactl", "nvidia-uvm", "null"] { try touch(root + "/dev/\(node)") }
        let variables = ["CARREL_LEASE_ID": "7", "CARREL_GPU_UUIDS": "GPU-1", "CUDA_VISIBLE_DEVICES": "0"]
        let found = await facts(root, variables, nil)
        #expect(found.driver?.description == "550.54.14" && found.gpusOfDriver == 2 && found.leasedGPUs == 1)
        #expect(found.gpuNodes == ["nvidia1"] && found.hasControlNode && found.hasMemoryNode && found.closedNodes.isEmpty)
        #expect(found.visibleDevices == "0" && found.environment == nil)
        let nothing = await facts(house.scratch + "/empty", [:], nil)
        #expect(nothing.driver == nil && nothing.leasedGPUs == nil && nothing.gpuNodes.isEmpty)
    }

    @Test("a framework is asked in a child, and says what it was built with")
    func framework() async throws {
        let house = try Wheelhouse([])
        let torch = """
            class version: cuda, hip = "12.8", None
            class cuda:
                is_available = staticmethod(lambda: True)
                device_count = staticmethod(lambda: 1)
                get_arch_list = staticmethod(lambda: ["sm_80", "sm_90"])
                get_device_capability = staticmethod(lambda index: (9, 0))
                class nccl: version = staticmethod(lambda: (2, 27, 5))
            class backends:
                class cudnn: version = staticmethod(lambda: 91002)
            print("a framework may print")
            """
        let folder = try environment(house, ["torch": torch, "jax": "raise ImportError('libcudnn.so.9: cannot open')"])
        guard case .frameworks(let all) = await facts("/nowhere", ["PATH": "/usr/bin:/bin"], folder).environment else {
            return #expect(Bool(false), "no answer")
        }
        #expect(all.map(\.name) == ["PyTorch", "JAX"])
        #expect(all[0].cuda == "12.8" && all[0].cudnn == "9.10.2" && all[0].nccl == "2.27.5")
        #expect(all[0].capabilities == [90] && all[0].architectures == ["sm_80", "sm_90"] && all[0].devices == 1)
        #expect(!all[1].isLoaded && all[1].failure == "libcudnn.so.9: cannot open")
    }

    @Test("what lies in the current folder is not run, whoever put it there")
    func currentFolder() async throws {
        let house = try Wheelhouse([]), folder = house.scratch + "/everybodys"
        for name in ["ctypes", "json", "re", "os", "importlib", "torch"] {
            try touch("\(folder)/\(name).py", "open('\(folder)/ran', 'w')\nraise SystemExit(3)\n")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", StackQuestion.script]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && String(decoding: answer, as: UTF8.self).contains("\"frameworks\""))
        #expect(access("\(folder)/ran", F_OK) != 0)
    }

    @Test("one that crashes, or has no Python, is told from one that has no framework")
    func broken() async throws {
        let house = try Wheelhouse([])
        let crash = try environment(house, ["torch": "import os; os.abort()"])
        #expect(await facts("/nowhere", ["PATH": "/usr/bin:/bin"], crash).environment == .crashed)
        let gone = house.scratch + "/gone"
        #expect(await facts("/nowhere", ["VIRTUAL_ENV": gone], nil).environment == .noPython(folder: gone))
        try FileManager.default.removeItem(atPath: crash)
        let empty = try environment(house, [:])
        #expect(await facts("/nowhere", ["PATH": "/usr/bin:/bin"], empty).environment == .frameworks([]))
    }

    @Test("a program that takes too long is killed, and one that holds its output open is not waited for")
    func late() async throws {
        let began = ContinuousClock.now
        let found = await withCheckedContinuation { answer in
            Thread.detachNewThread {
                let words = ["/bin/sh", "-c", "sleep 20 & echo begun; wait"]
                answer.resume(returning: ChildProgram(words: words).output(within: 1))
            }
        }
        #expect(found == nil)
        #expect(.now - began < .seconds(60))
    }

    @Test("CUDA twice on LD_LIBRARY_PATH is found, and once beside an environment's own")
    func doubled() async throws {
        let house = try Wheelhouse([]), one = house.scratch + "/cuda-11", two = house.scratch + "/cuda-12"
        try touch(one + "/libcudart.so.11.0")
        try touch(two + "/libcudart.so.12")
        #expect(await facts("/nowhere", ["LD_LIBRARY_PATH": "\(one):\(one)/"], nil).doubledLibraries.isEmpty)
        let both = await facts("/nowhere", ["LD_LIBRARY_PATH": "\(one)::\(two):/nowhere"], nil)
        #expect(both.doubledLibraries == ["\(one)/libcudart.so", "\(two)/libcudart.so"])
        let folder = try environment(house, [:])
        try touch(folder + "/lib/python3.11/site-packages/nvidia/x")
        let beside = await facts("/nowhere", ["LD_LIBRARY_PATH": one, "PATH": "/usr/bin:/bin"], folder)
        #expect(beside.doubledLibraries == ["\(one)/libcudart.so"])
    }
}
