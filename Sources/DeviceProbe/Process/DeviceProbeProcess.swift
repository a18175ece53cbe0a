package import FleetModel
import FoundationEssentials
import Glibc

/// Probes devices in child processes, since a sick driver may hang for ever in a call that nothing can interrupt. A child
/// is killed at its deadline. Beside one that not even a kill ends no second one is started for the same device: it would
/// hang in the same place.
package actor DeviceProbeProcess {
    private let executable: String
    private let arguments: [String]
    private let environment: [String: String]
    private let standing: @Sendable (pid_t) -> ChildRun.Standing
    private var stuck: [DeviceKey: pid_t] = [:]
    private var running: [DeviceKey: Task<ProbeOutcome, Never>] = [:]

    /// - Parameters:
    ///   - executable: the program that probes, by its path: the product's own, with the arguments that make it do what
    ///     `DeviceProbeChild.main` does. The order's words follow them.
    ///   - environment: nil: this process's own. `CARREL_CUDA_LIBRARY` in it names the driver's library.
    package init(executable: String, arguments: [String], environment: [String: String]? = nil) {
        self.init(executable: executable, arguments: arguments, environment: environment, standing: ChildRun.Standing.of)
    }

    init(
        executable: String, arguments: [String], environment: [String: String]?,
        standing: @escaping @Sendable (pid_t) -> ChildRun.Standing
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment ?? ProcessInfo.processInfo.environment
        self.standing = standing
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
        if let pid = stuck[device.key] {
            if standing(pid) == .alive { return .notRun(obstacle: .stuckChild(pid: pid)) }
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
        case .late(let stillAlive):
            stuck[device.key] = stillAlive
            return .failed(failure: .silent(after: deadline))
        // Killed by somebody, and not at the deadline: nothing was learnt.
        case .signalled(SIGKILL), .signalled(SIGTERM), .signalled(SIGINT), .signalled(SIGALRM):
            return .notRun(obstacle: .noAnswer(exitCode: -1))
        case .signalled(let number): return .failed(failure: .crashed(signal: number))
        case .exited(let code): return .notRun(obstacle: .noAnswer(exitCode: code))
        case .notStarted(let errno): return .notRun(obstacle: .notStarted(executable: executable, errno: errno))
        }
    }

    /// Any order, for curves and the canary; nil: no answer came in time, or none at all.
    package func answer(to order: ProbeOrder, deadline: TimeSpan) async -> ProbeAnswer? {
        guard case .line(let line) = await run(order, deadline) else { return nil }
        return ProbeAnswer(line: line)
    }

    private func run(_ order: ProbeOrder, _ deadline: TimeSpan) async -> ChildRun.Outcome {
        let child = ChildRun(
            executable: executable, arguments: arguments + order.words, environment: environment, standing: standing)
        return await Self.onOwnThread { child.run(deadline: .milliseconds(deadline.milliseconds)) }
            ?? .notStarted(errno: EAGAIN)
    }

    private final class Job: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    /// So that the threads that all tasks share are not held up. nil: the system gave no thread.
    private static func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            let job = Unmanaged.passRetained(Job { continuation.resume(returning: work()) })
            var attributes = pthread_attr_t(), thread = pthread_t()
            pthread_attr_init(&attributes)
            defer { pthread_attr_destroy(&attributes) }
            pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
            let failure = pthread_create(
                &thread, &attributes,
                { pointer in
                    if let pointer { Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().work() }
                    return nil
                }, job.toOpaque())
            if failure != 0 {
                job.release()
                continuation.resume(returning: nil)
            }
        }
    }
}
