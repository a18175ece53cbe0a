import CLinux
import Glibc

/// A child that looks at something which may take long or never answer, and writes what it found; the loop goes on
/// meanwhile. Nobody ever waits for its end: one that hangs in a dead file system outlives even SIGKILL.
final class Lookout {
    enum Outcome {
        case text(String)
        case timedOut
    }

    /// Names the process though its number may be given to another one; nil: it has ended already.
    let process: Descriptor?
    let output: Descriptor
    let deadline: Int64
    /// It goes through all processes for who has a device's node open.
    var isSearch = false
    private(set) var bytes: [UInt8] = []
    /// Those that the child has passed back.
    private(set) var descriptors: [Descriptor] = []
    private let finished: (Outcome, Lookout) -> Void

    private static let longest = 1 << 20

    init(
        pid: Int32, output: Descriptor, deadline: Int64, finished: @escaping (Outcome, Lookout) -> Void
    ) throws(SystemFailure) {
        let pidfd = linux_pidfd_open(pid)
        // One that could not be ended at its deadline must not run.
        guard pidfd >= 0 || pidfd == -ESRCH else { throw SystemFailure("watch a search", -pidfd) }
        process = pidfd >= 0 ? Descriptor(pidfd) : nil
        self.output = output
        self.deadline = deadline
        self.finished = finished
    }

    /// Reads what is there. Returns whether nothing more will come.
    func read() -> Bool {
        var part = [UInt8](repeating: 0, count: 65_536)
        var numbers = [Int32](repeating: -1, count: 8)
        var count = 0
        let got = part.withUnsafeMutableBytes {
            linux_receive(output.number, $0.baseAddress, $0.count, &numbers, &count, nil, false)
        }
        descriptors += numbers.prefix(count).map { Descriptor($0) }
        if got == -Int(EAGAIN) { return false }
        guard got > 0 else { return true }
        bytes += part[..<got]
        return bytes.count > Self.longest
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func end() { if let process { _ = linux_pidfd_signal(process.number, SIGKILL) } }

    fileprivate func finish(_ outcome: Outcome) { finished(outcome, self) }
}

extension LauncherLoop {
    /// Starts a child, a copy of this process, that calls `body` with the number of the socket to write to.
    /// - Parameter patience: until its deadline, in milliseconds; nil: as for every question.
    @discardableResult
    func lookOut(
        patience: Int? = nil, _ body: @escaping (Int32) -> Void, finished: @escaping (Lookout.Outcome, Lookout) -> Void
    ) throws(SystemFailure) -> Lookout {
        final class Box {
            let body: (Int32) -> Void
            init(_ body: @escaping (Int32) -> Void) { self.body = body }
        }
        let (ours, theirs) = try Descriptor.socketPair()
        let box = Box(body)
        let pid = withExtendedLifetime((theirs, box)) {
            linux_spawn_lookout(
                { context, output in
                    guard let context else { return }
                    Unmanaged<Box>.fromOpaque(context).takeUnretainedValue().body(output)
                }, Unmanaged.passUnretained(box).toOpaque(), theirs.number)
        }
        _ = try checked(pid, "start a search")
        do {
            return try hear(of: pid, ours, patience: patience, finished)
        } catch {
            // It has not been collected, so that its number is its own still.
            kill(pid, SIGKILL)
            throw error
        }
    }

    /// Listens for what a process writes to the other end of `output`.
    @discardableResult
    func hear(
        of pid: Int32, _ output: Descriptor, patience: Int? = nil,
        _ finished: @escaping (Lookout.Outcome, Lookout) -> Void
    ) throws(SystemFailure) -> Lookout {
        let deadline = now + Int64(patience ?? configuration.lookoutPatience)
        let lookout = try Lookout(pid: pid, output: output, deadline: deadline, finished: finished)
        lookouts.append(lookout)
        return lookout
    }

    func read(_ lookout: Lookout) {
        if lookout.read() { finish(lookout, timedOut: false) }
    }

    func finish(_ lookout: Lookout, timedOut: Bool) {
        guard drop(lookout) else { return }
        if timedOut {
            lookout.end()
            // Others cost those who asked, and no search is refused for them.
            if lookout.isSearch, let process = lookout.process { ended.append(process) }
        }
        lookout.finish(timedOut ? .timedOut : .text(lookout.text))
    }

    /// How many lookouts that were ended at their deadline are there all the same.
    var lingering: Int {
        ended.removeAll { linux_pidfd_ended($0.number) }
        return ended.count
    }

    /// Nobody wants to know any more. Returns whether somebody did.
    @discardableResult
    func drop(_ lookout: Lookout) -> Bool {
        guard lookouts.contains(where: { $0 === lookout }) else { return false }
        // Collected with the other children when it has ended.
        lookouts.removeAll { $0 === lookout }
        return true
    }

    /// The questions of a server that has ended. The next one counts its questions from 1 again, and must not take an
    /// answer to an old one for an answer to its own.
    func dropQuestions() {
        for lookout in lookouts where lookout !== logTidying.lookout { lookout.end() }
        lookouts.removeAll { $0 !== logTidying.lookout }
        launches = [:]
        pendingFiles = []
        later = []
        isSpareDue = false
        makeSpareLater()
    }
}
