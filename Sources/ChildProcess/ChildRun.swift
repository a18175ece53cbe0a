import Glibc

/// One child from its start to its end, with a deadline: its standard output is read up to the first line feed.
package struct ChildRun: Sendable {
    /// How long a killed child may take to end. One that takes longer is stuck in the kernel.
    package static let dyingTime = Duration.seconds(2)

    private let starter: ChildStarter
    private let words: [String]
    private let answerLimit: Int

    /// - Parameter answerLimit: the bytes of the largest answer.
    package init(_ starter: ChildStarter, words: [String] = [], answerLimit: Int) {
        self.starter = starter
        self.words = words
        self.answerLimit = answerLimit
    }

    package enum Outcome: Sendable {
        /// Without its line feed.
        case line([UInt8])
        /// It ended without a line.
        case ended(ChildStanding)
        /// Killed at its deadline; the child when it is there all the same.
        case late(stuck: RunningChild?)
        /// Killed, since it said more than it may.
        case tooLong(stuck: RunningChild?)
        case notStarted(errno: Int32)
    }

    /// Blocks, at most until the deadline and `dyingTime` more, and as long as its starter needs.
    package func run(deadline: Duration) -> Outcome {
        let end = ContinuousClock.now + deadline
        let child: RunningChild
        do throws(ChildStartFailure) {
            child = try starter.start(ChildOrder(words: words, deadline: deadline))
        } catch {
            return .notStarted(errno: error.errno)
        }
        let answer = read(child.socket, until: end)
        close(child.socket)
        // A child that has answered, or closed its output, has nothing left to do.
        var standing = wait(for: child, until: answer.isOver ? min(end, .now + .seconds(1)) : .now)
        if standing == .alive {
            child.kill()
            standing = wait(for: child, until: .now + Self.dyingTime)
        }
        let stuck = standing == .alive ? child : nil
        switch answer {
        case .line(let line): return .line(line)
        case .late: return .late(stuck: stuck)
        case .tooLong: return .tooLong(stuck: stuck)
        case .ended: return standing == .alive ? .late(stuck: stuck) : .ended(standing)
        }
    }

    private enum Answer {
        case line([UInt8])
        case ended
        case late
        case tooLong

        var isOver: Bool {
            switch self {
            case .line, .ended: true
            case .late, .tooLong: false
            }
        }
    }

    private func read(_ file: Int32, until end: ContinuousClock.Instant) -> Answer {
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let left = max(.zero, end - .now).components
            let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
            var request = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, Int32(clamping: milliseconds))
            if ready == 0 {
                if end <= .now { return .late }
                continue
            }
            let count = ready < 0 ? -1 : Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return .ended }
            if let feed = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) {
                return bytes.count + feed > answerLimit ? .tooLong : .line(bytes + buffer[..<feed])
            }
            bytes += buffer[..<count]
            if bytes.count > answerLimit { return .tooLong }
        }
    }

    private func wait(for child: RunningChild, until end: ContinuousClock.Instant) -> ChildStanding {
        var pause: UInt32 = 500
        while true {
            let now = child.standing()
            guard now == .alive, ContinuousClock.now < end else { return now }
            usleep(pause)
            pause = min(20_000, pause * 2)
        }
    }
}
