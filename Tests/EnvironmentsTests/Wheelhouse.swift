import Foundation
import Testing

/// A folder of tiny wheels, made here, so that nothing is asked of a network.
final class Wheelhouse {
    let scratch: String
    var folder: String { scratch + "/wheels" }
    /// Where own environments lie.
    var own: String { scratch + "/own" }

    init(_ packages: [String] = ["jupyterlab", "ipykernel", "tiny"]) throws {
        scratch = "/var/tmp/carrel-envs-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: scratch + "/wheels", withIntermediateDirectories: true)
        for package in packages { try Self.make(package, in: folder) }
    }

    deinit { try? FileManager.default.removeItem(atPath: scratch) }

    static func make(_ name: String, in folder: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [tests.appendingPathComponent("Stubs/wheels/make_wheel.py").path, name, folder]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "python3 is missing: apt-get install python3 python3-venv")
    }
}
