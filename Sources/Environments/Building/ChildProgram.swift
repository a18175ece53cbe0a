import Foundation
import Glibc
import Synchronization

/// A program that is run to its end.
struct ChildProgram {
    let words: [String]
    var environment: [String: String] = ProcessInfo.processInfo.environment

    /// Its exit code; nil: it could not be started.
    /// - Parameter log: where its words go; nil: where this process's go.
    func run(log: FileHandle? = nil) -> Int32? {
        guard let process = prepared() else { return nil }
        if let log {
            process.standardOutput = log
            process.standardError = log
        }
        // Both write into one log: in the order of what happens.
        fflush(nil)
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// What it prints; nil: it failed, or took longer than that and was killed. One that not even that ends, since it hangs in a
    /// driver, is left behind.
    func output(within seconds: Double = 120) -> Data? {
        guard let process = prepared() else { return nil }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let pid = process.processIdentifier, answer = Answer(), ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
            process.waitUntilExit()
            let isGood = process.terminationReason == .exit && process.terminationStatus == 0
            answer.data.withLock { $0 = isGood ? data : nil }
            ended.signal()
        }
        if ended.wait(timeout: .now() + seconds) == .timedOut {
            kill(pid, SIGKILL)
            _ = ended.wait(timeout: .now() + 2)
            return nil
        }
        return answer.data.withLock { $0 }
    }

    private final class Answer: Sendable {
        let data = Mutex<Data?>(nil)
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
