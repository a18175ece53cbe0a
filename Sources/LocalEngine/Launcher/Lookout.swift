import Glibc

/// A child that looks at something which may take long, and writes what it found; the loop goes on meanwhile.
final class Lookout {
    enum Outcome {
        case text(String)
        case timedOut
    }

    let pid: Int32
    let output: Descriptor
    let deadline: Int64
    let finished: (Outcome) -> Void
    var bytes: [UInt8] = []

    init(pid: Int32, output: Descriptor, deadline: Int64, finished: @escaping (Outcome) -> Void) {
        self.pid = pid
        self.output = output
        self.deadline = deadline
        self.finished = finished
        output.setNonBlocking()
    }
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
        if timedOut { kill(lookout.pid, SIGKILL) }
        lookout.finished(timedOut ? .timedOut : .text(String(decoding: lookout.bytes, as: UTF8.self)))
    }
}
