import CLinux
import FleetModel
import Glibc

/// Helpers: children that may hang in a driver. The loop starts them, ends them and hears of their end from the kernel; it
/// never waits for one.
extension LauncherLoop {
    /// More than a machine has devices, so that a server gone wild fills no table of processes.
    private static let mostHelpers = 64
    /// Of those that were killed and are there all the same.
    private static let mostLingering = 8

    func startHelper(_ order: HelperOrder, replyTo id: UInt64) {
        guard let arguments = configuration.helpers.arguments[order.kind],
            configuration.helpers.allows(order.words, for: order.kind)
        else {
            warn("the server asked for a helper that is not known; it was not started")
            return reply(id, .failed("the launcher does not start “\(order.kind.rawValue)” with these words"))
        }
        guard order.kind != .probe || !isAtWork(on: order.words) else {
            return reply(id, .failed("work runs on this device, and a probe would be in its way; it was not started"))
        }
        let looking = helpers.values.count { $0.kind != .files }
        guard looking < Self.mostHelpers else {
            return reply(id, .exhausted("\(looking) processes look at devices already"))
        }
        let alike = helpers.values.count { $0.kind == order.kind }
        guard alike < order.kind.most else {
            return reply(id, .exhausted("\(alike) processes of the kind “\(order.kind.rawValue)” run already"))
        }
        let lingering = helpers.values.count { $0.wasKilled && $0.kind != .files }
        guard lingering < Self.mostLingering else {
            return reply(id, .exhausted("\(lingering) processes hang in a driver and can't be ended"))
        }
        if order.kind == .inventory { makeMemoryNode() }
        do {
            let (ours, theirs) = try Descriptor.socketPair()
            let pid = withExtendedLifetime(theirs) {
                withCStrings(arguments + order.words) { words in
                    withCStrings(helperEnvironment) { variables in
                        linux_spawn_helper(
                            helperProgram, words, variables, theirs.number, order.kind.takesInput, geteuid() == 0,
                            order.kind.capabilities, order.kind.writesLikeAUser)
                    }
                }
            }
            // The server is not trusted with numbers that overflow.
            let lives = [order.life.map { min(max(0, $0), 86_400_000) }, order.kind.longestLife].compactMap { $0 }
            let helper = Helper(
                pid: try checked(pid, "start a helper"), kind: order.kind, number: order.number,
                deadline: lives.min().map { now + $0 })
            helpers[helper.pid] = helper
            reply(id, .helper(pid: helper.pid), descriptors: [ours])
        } catch {
            reply(id, Answer(error))
        }
    }

    /// How often the node is asked for: a driver that can't make it is not asked again and again, and what hangs in it does
    /// not pile up.
    struct MemoryNodeTurn {
        /// Milliseconds.
        static let pause: Int64 = 60_000
        private var last: Int64?

        /// Whether it may be asked for now, which then counts as asking.
        mutating func isDue(at now: Int64) -> Bool {
            if let last, now - last < Self.pause { return false }
            last = now
            return true
        }
    }

    /// Whether an attempt runs on the device that a probe's words name, whatever the server knows of it.
    private func isAtWork(on words: [String]) -> Bool {
        guard let word = words.first(where: { $0.hasPrefix("key=") }) else { return false }
        let device = DeviceKey(String(word.dropFirst(4)))
        return attempts.values.contains { !$0.isOver && $0.devices?.contains(device) ?? false }
    }

    /// CUDA's node for memory comes with a module that is loaded by its first user. Work in a sandbox and a probe without
    /// capabilities can't load it, so the launcher has NVIDIA's own program do it, in a child that nobody waits for
    /// and that is ended at its deadline.
    private func makeMemoryNode() {
        let folder = configuration.deviceFolder, program = "/usr/bin/nvidia-modprobe"
        guard geteuid() == 0, folder == "/dev", !Files.exists("\(folder)/nvidia-uvm"), memoryNode.isDue(at: now),
            let info = Files.status(program), info.st_uid == 0, info.st_mode & 0o022 == 0
        else { return }
        _ = try? lookOut { _ in
            withCStrings([program, "-u", "-c", "0"]) { words in
                withCStrings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]) { variables in _ = execve(program, words, variables) }
            }
        } finished: { _, _ in
        }
    }

    func endHelper(_ number: UInt64) {
        for helper in helpers.values where helper.number == number { end(helper) }
    }

    /// Those whose time is over.
    func endOverdueHelpers() {
        for helper in helpers.values where helper.deadline.map({ $0 <= now }) ?? false { end(helper) }
    }

    var helperDeadlines: [Int64] { helpers.values.compactMap(\.deadline) }

    /// Nobody listens to them any more.
    func endHelpersOfServer() {
        for helper in helpers.values {
            helper.number = nil
            end(helper)
        }
    }

    /// The kernel has told of a child's end. Returns whether it was a helper.
    func helperEnded(_ pid: Int32, _ status: Int32) -> Bool {
        guard let helper = helpers.removeValue(forKey: pid) else { return false }
        if let number = helper.number { send(.helperEnded(number, status: status)) }
        return true
    }

    /// Its number is its own until it has been collected.
    private func end(_ helper: Helper) {
        helper.deadline = nil
        helper.wasKilled = true
        kill(-helper.pid, SIGKILL)
        kill(helper.pid, SIGKILL)
    }
}
