package import ChildProcess
package import FleetModel
import FoundationEssentials
import Glibc
import Synchronization

/// Reads the devices in a child process, since a driver's library may hang for ever in a call that nothing can
/// interrupt. The child is killed at its deadline. A child that not even a kill ends is waited for: no second one is
/// started beside it, since it would hang in the same place.
///
/// Never throws: what went wrong is in the reading's `problems`, and the devices are then those of the last answer.
package actor InventoryProcess {
    /// The largest answer: a thousand devices and their links stay far below.
    private static let answerLimit = 16 << 20

    private let starter: ChildStarter
    private let now: @Sendable () -> Timestamp
    private var last = InventoryReading()
    private var stuck: RunningChild?
    /// When the first reading of those that got no answer began.
    private var silentSince: Timestamp?
    private var running: Task<InventoryReading, Never>?

    /// - Parameters:
    ///   - starter: starts the program that reads: the product's own, with the arguments that make it do what
    ///     `InventoryReader.printReading` does.
    package init(starter: ChildStarter) { self.init(starter: starter, now: InventoryProcess.wallClock) }

    init(starter: ChildStarter, now: @escaping @Sendable () -> Timestamp) {
        self.starter = starter
        self.now = now
    }

    /// Starts it as this process's own child.
    /// - Parameter environment: nil: this process's own. `CARREL_NVML_LIBRARY` in it names the NVIDIA library.
    package init(executable: String, arguments: [String], environment: [String: String]? = nil) {
        self.init(
            starter: .spawning(
                executable: executable, arguments: arguments,
                environment: environment ?? ProcessInfo.processInfo.environment))
    }

    /// Reads the devices. Whoever asks while a reading is under way gets that one.
    ///
    /// - Parameter deadline: from now until the child is killed. The answer comes then, or `ChildRun.dyingTime`
    ///   later when the child won't die.
    package func read(deadline: TimeSpan = .seconds(15)) async -> InventoryReading {
        if let running { return await running.value }
        let task = Task { await readOnce(deadline) }
        running = task
        let reading = await task.value
        running = nil
        return reading
    }

    /// The very first look. One that takes longer than `patience` is answered for with `driverStarting`, and goes on: `read`
    /// gives what it comes to. A driver that has not answered at the deadline hangs.
    package func readFirst(
        patience: TimeSpan = .seconds(15), deadline: TimeSpan = .seconds(60)
    ) async -> InventoryReading {
        let began = now()
        let early = await withCheckedContinuation { (answer: CheckedContinuation<InventoryReading?, Never>) in
            let isGiven = Mutex(false)
            @Sendable func give(_ reading: InventoryReading?) {
                let isFirst = isGiven.withLock { isGiven in
                    defer { isGiven = true }
                    return !isGiven
                }
                if isFirst { answer.resume(returning: reading) }
            }
            Task { give(await read(deadline: deadline)) }
            Task {
                try? await Task.sleep(for: .milliseconds(patience.milliseconds))
                give(nil)
            }
        }
        return early ?? kept(.driverStarting(since: began))
    }

    private func readOnce(_ deadline: TimeSpan) async -> InventoryReading {
        let began = now()
        if let child = stuck {
            if !child.hasEnded { return kept(.driverSilent(since: silentSince ?? began)) }
            stuck = nil
        }
        let run = ChildRun(starter, answerLimit: Self.answerLimit)
        let outcome = await onOwnThread { run.run(deadline: .milliseconds(deadline.milliseconds)) }
        switch outcome {
        case .line(let line):
            guard let reading = InventoryReader.reading(of: line) else {
                return kept(.readerFailed(.answerNotUnderstood(bytes: line.count)))
            }
            last = reading
            silentSince = nil
            return reading
        case .late(let stillAlive):
            stuck = stillAlive
            let since = silentSince ?? began
            silentSince = since
            return kept(.driverSilent(since: since))
        case .tooLong(let stillAlive):
            stuck = stillAlive
            return kept(.readerFailed(.answerTooLong(limit: Self.answerLimit)))
        case .ended(.signalled(let number)): return kept(.readerFailed(.signalled(number: number)))
        case .ended(.exited(let code)): return kept(.readerFailed(.exited(code: code)))
        case .ended(.alive), .ended(.unknown): return kept(.readerFailed(.exited(code: 0)))
        case .notStarted(let errno):
            return kept(.readerFailed(.notStarted(executable: starter.executable, errno: errno)))
        case nil: return kept(.readerFailed(.notStarted(executable: starter.executable, errno: EAGAIN)))
        }
    }

    /// What was read last, with what is the matter now.
    private func kept(_ problem: InventoryProblem) -> InventoryReading {
        var reading = last
        reading.problems.append(problem)
        return reading
    }

    private static let wallClock: @Sendable () -> Timestamp = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
