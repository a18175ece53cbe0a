import Foundation
import Glibc

/// A program that is run to its end.
struct ChildProgram {
    let words: [String]
    var environment: [String: String] = ProcessInfo.processInfo.environment

    /// Its output goes where this process's goes. The answer is its exit code; nil: it could not be started.
    func run() -> Int32? {
        guard let process = prepared() else { return nil }
        // Both write into one log: in the order of what happens.
        fflush(nil)
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// What it prints, at most until a deadline; nil: it failed, or took longer, and was killed.
    func output(within seconds: Double = 120) -> Data? {
        guard let process = prepared() else { return nil }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let pid = process.processIdentifier
        let deadline = DispatchWorkItem { kill(pid, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: deadline)
        let data = try? pipe.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        deadline.cancel()
        return process.terminationReason == .exit && process.terminationStatus == 0 ? data ?? Data() : nil
    }

    private func prepared() -> Process? {
        guard let program = words.first else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(words.dropFirst())
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }
}
