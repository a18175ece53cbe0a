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
        for words in ["Product of square matrices", "SERIAL", "THREADED", "Step of an LSTM", "Training step", "a GPU:"] {
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

    @Test("a budget or size out of range is refused in words")
    func refused() async throws {
        for arguments in [["--budget", "0s"], ["--budget", "2h"], ["--largest", "1"], ["--budget", "soon"]] {
            let run = try ChildProcess([CarrelBinary.path, "probe"] + arguments)
            #expect(await run.exitCode() == 64, "\(arguments)")
        }
    }
}
