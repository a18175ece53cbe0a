import CLinux
import Glibc

/// A child that looks at something which may take long, and writes what it found; the loop goes on meanwhile.
final class Lookout {
    enum Outcome {
        case text(String)
        case timedOut
    }

    /// Names the process though its number may be given to another one; nil: it has ended already.
    private let process: Descriptor?
    let output: Descriptor
    let deadline: Int64
    let finished: (Outcome) -> Void
    var bytes: [UInt8] = []

    init(pid: Int32, output: Descriptor, deadline: Int64, finished: @escaping (Outcome) -> Void) {
        let pidfd = linux_pidfd_open(pid)
        process = pidfd >= 0 ? Descriptor(pidfd) : nil
        self.output = output
        self.deadline = deadline
        self.finished = finished
        output.setNonBlocking()
    }

    func end() { if let process { _ = linux_pidfd_signal(process.number, SIGKILL) } }
}

extension LauncherLoop {
    func read(_ lookout: Lookout) {
        guard let part = lookout.output.readSome() else { return }
        lookout.bytes += part
        if part.isEmpty || lookout.bytes.count > 1 << 20 { finish(lookout, timedOut: false) }
    }

    func finish(_ lookout: Lookout, timedOut: Bool) {
        guard lookouts.contains(where: { $0 === lookout }) else { return }
        lookouts.removeAll { $0 === lookout }
        // Collected with the other children when it has ended.
        if timedOut { lookout.end() }
        lookout.finished(timedOut ? .timedOut : .text(String(decoding: lookout.bytes, as: UTF8.self)))
    }
}
