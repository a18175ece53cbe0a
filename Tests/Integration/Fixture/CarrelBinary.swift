import Foundation
import Glibc
import Testing

/// The built program, in a folder that every user can read: ordinary users run it in some tests.
enum CarrelBinary {
    static let path: String = folder + "/carrel"

    private static let folder: String = {
        let built = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let target = "/var/tmp/carrel-test-\(getpid())"
        do {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            chmod(target, 0o755)
            for name in ["carrel", "carrel-init"] {
                let copy = target + "/" + name
                // By another process: while this one had it open to write, a child that another test starts would keep it open,
                // and it could not be run.
                let cp = try Process.run(
                    URL(fileURLWithPath: "/bin/cp"), arguments: [built.appendingPathComponent(name).path, copy])
                cp.waitUntilExit()
                chmod(copy, 0o755)
            }
        } catch {
            fatalError("the built program can't be copied from \(built.path): \(error)")
        }
        atexit {
            for name in ["carrel", "carrel-init"] { unlink("/var/tmp/carrel-test-\(getpid())/\(name)") }
            rmdir("/var/tmp/carrel-test-\(getpid())")
        }
        return target
    }()
}

/// Waits until something holds; fails the test where it doesn't within a minute.
func eventually(
    _ what: String, within seconds: Double = 60, sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !holds() {
        try #require(.now < deadline, "never: \(what)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// The address of a request's page, on its server.
func workPage(_ id: String) -> String { ["", "work", id].joined(separator: "/") }
