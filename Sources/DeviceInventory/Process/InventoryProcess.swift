package import FleetModel
import FoundationEssentials
import Glibc

/// Reads the devices in a child process, since a driver's library may hang for ever in a call that nothing can
/// interrupt. The child is killed at its deadline. A child that not even a kill ends is waited for: no second one is
/// started beside it, since it would hang in the same place.
///
/// Never throws: what went wrong is in the reading's `problems`, and the devices are then those of the last answer.
package actor InventoryProcess {
    private let command: ReaderCommand
    private let now: @Sendable () -> Timestamp
    private var last = InventoryReading()
    private var stuck: pid_t?
    /// When the first reading of those that got no answer began.
    private var silentSince: Timestamp?
    private var running: Task<InventoryReading, Never>?

    /// - Parameters:
    ///   - executable: the program that reads, by its path: the server's own, with the arguments that make it do what
    ///     `InventoryReader.printReading` does.
    ///   - environment: nil: this process's own. `CARREL_NVML_LIBRARY` in it names the NVIDIA library.
    package init(executable: String, arguments: [String], environment: [String: String]? = nil) {
        self.init(executable: executable, arguments: arguments, environment: environment, standing: ReaderChild.Standing.of)
    }

    /// - Parameter standing: how a child stands; tests say otherwise.
    init(
        executable: String, arguments: [String], environment: [String: String]? = nil,
        standing: @escaping @Sendable (pid_t) -> ReaderChild.Standing,
        now: @escaping @Sendable () -> Timestamp = InventoryProcess.wallClock
    ) {
        command = ReaderCommand(
            executable: executable, arguments: arguments, environment: environment ?? ProcessInfo.processInfo.environment,
            standing: standing)
        self.now = now
    }

    /// Reads the devices. Whoever asks while a reading is under way gets that one.
    ///
    /// - Parameter deadline: from now until the child is killed. The answer comes then, or `ReaderCommand.dyingTime`
    ///   later when the child won't die.
    package func read(deadline: TimeSpan = .seconds(15)) async -> InventoryReading {
        if let running { return await running.value }
        let task = Task { await readOnce(deadline) }
        running = task
        let reading = await task.value
        running = nil
        return reading
    }

    private func readOnce(_ deadline: TimeSpan) async -> InventoryReading {
        let began = now()
        if let pid = stuck {
            if command.standing(pid) == .alive { return kept(.driverSilent(since: silentSince ?? began)) }
            stuck = nil
        }
        let command = command
        let outcome = await onOwnThread { command.run(deadline: .milliseconds(deadline.milliseconds)) }
        switch outcome {
        case .reading(let reading):
            last = reading
            silentSince = nil
            return reading
        case .late(let stillAlive):
            stuck = stillAlive
            let since = silentSince ?? began
            silentSince = since
            return kept(.driverSilent(since: since))
        case .failed(let failure): return kept(.readerFailed(failure))
        case nil: return kept(.readerFailed(.notStarted(executable: command.executable, errno: EAGAIN)))
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

/// How the reading child is run. Blocks.
struct ReaderCommand: Sendable {
    /// How long a killed child may take to end. One that takes longer is stuck in the kernel.
    static let dyingTime = Duration.seconds(2)
    /// The largest answer: a thousand devices and their links stay far below.
    static let answerLimit = 16 << 20

    let executable: String
    let arguments: [String]
    let environment: [String: String]
    let standing: @Sendable (pid_t) -> ReaderChild.Standing

    enum Outcome: Sendable {
        case reading(InventoryReading)
        /// It did not answer in time and was killed; the child's number when it is there all the same.
        case late(stillAlive: pid_t?)
        case failed(ReaderFailure)
    }

    func run(deadline: Duration) -> Outcome {
        let deadline = ContinuousClock.now + deadline
        let child: ReaderChild
        do {
            child = try ReaderChild(executable: executable, arguments: arguments, environment: environment)
        } catch {
            return .failed(error)
        }
        let answer = child.answer(until: deadline, limit: Self.answerLimit)
        child.closeOutput()
        // A child that has answered has nothing left to do.
        var standing = child.end(until: min(deadline, .now + .seconds(1)), standing: standing)
        if standing == .alive {
            child.killAll()
            standing = child.end(until: .now + Self.dyingTime, standing: self.standing)
        }
        switch answer {
        case .late: return .late(stillAlive: standing == .alive ? child.pid : nil)
        case .tooLong: return .failed(.answerTooLong(limit: Self.answerLimit))
        case .line(let line):
            return InventoryReader.reading(of: line).map(Outcome.reading) ?? .failed(.answerNotUnderstood(bytes: line.count))
        case .ended:
            return switch standing {
            case .signalled(let number): .failed(.signalled(number: number))
            case .exited(let code): .failed(.exited(code: code))
            case .alive: .late(stillAlive: child.pid)
            case .unknown: .failed(.exited(code: 0))
            }
        }
    }
}
