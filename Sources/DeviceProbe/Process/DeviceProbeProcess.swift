package import ChildProcess
package import FleetModel
import FoundationEssentials
import Glibc

/// Probes devices in child processes, since a sick driver may hang for ever in a call that nothing can interrupt. A child
/// is killed at its deadline. Beside one that not even a kill ends no second one is started for the same device: it would
/// hang in the same place.
package actor DeviceProbeProcess {
    /// The largest answer; the curves of a machine stay far below.
    private static let answerLimit = 4 << 20

    private let starter: ChildStarter
    private var stuck: [DeviceKey: RunningChild] = [:]
    private var running: [DeviceKey: Task<ProbeOutcome, Never>] = [:]

    /// - Parameter starter: starts the program that probes: the product's own, with the arguments that make it do what
    ///   `DeviceProbeChild.main` does. The order's words follow them.
    package init(starter: ChildStarter) { self.starter = starter }

    /// Starts it as this process's own child.
    /// - Parameter environment: nil: this process's own. `CARREL_CUDA_LIBRARY` in it names the driver's library.
    package init(executable: String, arguments: [String], environment: [String: String]? = nil) {
        self.init(
            starter: .spawning(
                executable: executable, arguments: arguments,
                environment: environment ?? ProcessInfo.processInfo.environment))
    }

    /// Whoever asks for a device while it is being probed gets that probe's outcome.
    ///
    /// - Parameters:
    ///   - budget: from where on the child leaves measurements out.
    ///   - bytes: to test; less when there is less.
    ///   - deadline: from now until the child is killed. The answer comes then, or two seconds later when it won't die.
    package func probe(
        _ device: Device, budget: TimeSpan = .seconds(4), bytes: Int = DeviceExaminer.usualBytes,
        deadline: TimeSpan = .seconds(10)
    ) async -> ProbeOutcome {
        if let obstacle = DeviceExaminer.obstacle(to: device) { return .notRun(obstacle: obstacle) }
        if let running = running[device.key] { return await running.value }
        if let child = stuck[device.key] {
            if !child.hasEnded { return .notRun(obstacle: .stuckChild(pid: child.pid)) }
            stuck[device.key] = nil
        }
        var order = ProbeOrder(.examine, ProbeTarget(device))
        order.budget = budget
        order.bytes = bytes
        let task = Task { [order] in await probeOnce(device, order, deadline) }
        running[device.key] = task
        let outcome = await task.value
        running[device.key] = nil
        return outcome
    }

    private func probeOnce(_ device: Device, _ order: ProbeOrder, _ deadline: TimeSpan) async -> ProbeOutcome {
        switch await run(order, deadline) {
        case .line(let line):
            return ProbeAnswer(line: line)?.outcome ?? .notRun(obstacle: .noAnswer(exitCode: 0))
        case .late(let stillAlive), .tooLong(let stillAlive):
            stuck[device.key] = stillAlive
            return .failed(failure: .silent(after: deadline))
        // Killed by somebody, and not at the deadline: nothing was learnt.
        case .ended(.signalled(SIGKILL)), .ended(.signalled(SIGTERM)), .ended(.signalled(SIGINT)),
            .ended(.signalled(SIGALRM)):
            return .notRun(obstacle: .noAnswer(exitCode: -1))
        case .ended(.signalled(let number)): return .failed(failure: .crashed(signal: number))
        case .ended(.exited(let code)): return .notRun(obstacle: .noAnswer(exitCode: code))
        case .ended(.alive), .ended(.unknown): return .notRun(obstacle: .noAnswer(exitCode: 0))
        case .notStarted(let errno):
            return .notRun(obstacle: .notStarted(executable: starter.executable, errno: errno))
        }
    }

    /// Any order, for curves and the canary; nil: no answer came in time, or none at all.
    package func answer(to order: ProbeOrder, deadline: TimeSpan) async -> ProbeAnswer? {
        guard case .line(let line) = await run(order, deadline) else { return nil }
        return ProbeAnswer(line: line)
    }

    private func run(_ order: ProbeOrder, _ deadline: TimeSpan) async -> ChildRun.Outcome {
        let run = ChildRun(starter, words: order.words, answerLimit: Self.answerLimit)
        return await onOwnThread { run.run(deadline: .milliseconds(deadline.milliseconds)) }
            ?? .notStarted(errno: EAGAIN)
    }
}
