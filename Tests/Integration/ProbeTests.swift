import Foundation
import Testing

/// `carrel probe` on the real binary.
@Suite("Probing")
struct ProbeTests {
    @Test(
        "without a GPU it draws serial and threaded curves and says what is missing; a file named python3 here is never run")
    func processor() async throws {
        let folder = "/var/tmp/carrel-probe-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "open('was-run', 'w')".write(toFile: folder + "/python3", atomically: true, encoding: .utf8)
        try "open('was-run', 'w')".write(toFile: folder + "/json.py", atomically: true, encoding: .utf8)
        func probe(_ arguments: String...) async throws -> ChildProcess {
            let run = try ChildProcess(
                ["sh", "-c", "cd \(folder) && exec \"$0\" probe \"$@\"", CarrelBinary.path] + arguments,
                environment: ["HOME": folder, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"])
            #expect(await run.exitCode() == 0, "\(run.errors)")
            return run
        }
        let shown = try await probe("--budget", "1s", "--largest", "128").output
        for words in [
            "Product of square matrices", "SERIAL", "THREADED", "Step of an LSTM", "Training step", "a GPU:", "reckoned",
            "you don't need a GPU",
            "carrel plan device matmul --size 4096 --cpu-gflops",
        ] {
            #expect(shown.contains(words), "\(words): \(shown)")
        }
        let data = try await probe("--budget", "1s", "--largest", "128", "--json", "--without-frameworks").outputBytes
        let answer = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let kernels = answer["kernels"] as? [[String: Any]] ?? []
        #expect(kernels.count >= 4 && !(answer["missing"] as? [String] ?? []).isEmpty)
        let points = kernels.flatMap { $0["curves"] as? [[String: Any]] ?? [] }.map { ($0["points"] as? [Any])?.count ?? 0 }
        #expect(points.allSatisfy { $0 > 0 })
        #expect(!FileManager.default.fileExists(atPath: folder + "/was-run"))
    }

    @Test(
        "under a lease the server's own program measures, wherever it lies; what it found is shown, drawn and read again here"
    )
    func leased() async throws {
        try await Site.with(simulate: "a100:1") { site async throws in
            let short = ["--budget", "1s", "--largest", "64", "--without-frameworks"]
            let data = site.directory + "-probe.json", picture = site.directory + "-probe.svg"
            defer { for file in [data, picture] { try? FileManager.default.removeItem(atPath: file) } }
            let run = try site.start(["probe", "--gpus", "1", "--json"] + short)
            #expect(await run.exitCode() == 0, "\(run.errors)")
            let answer = try #require(
                try JSONSerialization.jsonObject(with: run.outputBytes) as? [String: Any], "\(run.output)")
            #expect((answer["against"] as? [String: Any])?["gpu"] as? String == "A100 SXM4 80GB", "\(answer)")
            #expect((answer["figures"] as? [String: Any])?["cpuGflops"] as? Double ?? 0 > 0)
            #expect((answer["missing"] as? [String] ?? []).contains { $0.contains("simulated GPU") }, "\(answer)")
            let shown = try await site.json("show", "1")
            #expect(shown["state"] as? String == "closed" || shown["exitCode"] as? Int == 0, "\(shown)")
            try run.outputBytes.write(to: URL(fileURLWithPath: data))
            let again = try await site.carrel("probe", "--from", data, "--against", "t4", "--svg", picture)
            #expect(again.code == 0 && again.output.contains("T4, reckoned"), "\(again)")
            #expect(again.output.contains("carrel plan device matmul --size 4096 --cpu-gflops"), "\(again)")
            #expect(try String(contentsOfFile: picture, encoding: .utf8).hasPrefix("<svg"))
            #expect(try await site.carrel("probe", "--gpus", "nosuchgpu").code == 119)
            #expect(try await site.carrel("probe", "--from", "/etc/hostname").code == 65)
            #expect(try await site.carrel("probe", "--svg", "/etc/no/such/folder.svg").code == 73)
            #expect(try await site.carrel("probe", "--against", "nosuchgpu").code == 64)
            #expect(try await site.carrel("probe", "--env", "torch").code == 64)
        }
    }

    @Test("frameworks are told to compute FP32 as FP32, before they compute anything")
    func precision() async throws {
        let folder = "/var/tmp/carrel-probe-\(UUID().uuidString.prefix(8))", told = folder + "/told"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let beginning = "import os\ndef tell(*words):\n    with open('\(told)', 'a') as file: print(*words, file=file)\n"
        let stands = [
            "torch": """
            class place: pass
            backends, cuda = place(), place()
            backends.cuda = place()
            backends.cuda.matmul = place()
            backends.cuda.matmul.allow_tf32 = True
            def is_available():
                tell("torch", backends.cuda.matmul.allow_tf32, os.environ["NVIDIA_TF32_OVERRIDE"])
                raise ImportError
            cuda.is_available = is_available
            """,
            "jax": """
            class config:
                def update(name, value):
                    tell("jax", name, value)
                    raise ImportError
            """,
            "tensorflow": """
            class config:
                class experimental:
                    def enable_tensor_float_32_execution(value):
                        tell("tensorflow", value)
                        raise ImportError
            """,
        ]
        for (name, text) in stands {
            try (beginning + text).write(toFile: "\(folder)/\(name).py", atomically: true, encoding: .utf8)
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let run = try ChildProcess(
            [CarrelBinary.path, "probe", "--budget", "1s", "--largest", "16"],
            environment: ["HOME": folder, "LC_ALL": "C.UTF-8", "PATH": path, "PYTHONPATH": folder])
        #expect(await run.exitCode() == 0, "\(run.errors)")
        #expect(run.errors.contains("but those of PyTorch, JAX and TensorFlow"), "\(run.errors)")
        let lines = try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines == ["torch False 0", "jax jax_default_matmul_precision highest", "tensorflow False"], "\(lines)")
    }

    @Test("a budget or size out of range is refused in words")
    func refused() async throws {
        for arguments in [["--budget", "0s"], ["--budget", "2h"], ["--largest", "1"], ["--budget", "soon"]] {
            let run = try ChildProcess([CarrelBinary.path, "probe"] + arguments)
            #expect(await run.exitCode() == 64, "\(arguments)")
        }
    }
}
