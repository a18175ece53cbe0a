import Glibc

/// One child process, from its start to its end, with a deadline: its standard output is read up to the first line feed.
struct ChildRun: Sendable {
    /// How long a killed child may take to end. One that takes longer is stuck in the kernel.
    static let dyingTime = Duration.seconds(2)
    /// The largest answer; the curves of a machine stay far below.
    static let answerLimit = 4 << 20

    let executable: String
    let arguments: [String]
    let environment: [String: String]
    /// How a child stands; tests say otherwise.
    let standing: @Sendable (pid_t) -> Standing

    enum Standing: Equatable, Sendable {
        case alive
        case exited(Int32)
        case signalled(Int32)
        /// Somebody else took its end.
        case gone

        /// Asks the kernel, which then forgets a child that has ended.
        @Sendable static func of(_ pid: pid_t) -> Standing {
            var status: Int32 = 0
            let answer = waitpid(pid, &status, WNOHANG)
            if answer == 0 || (answer < 0 && errno == EINTR) { return .alive }
            guard answer == pid else { return .gone }
            return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
        }
    }

    enum Outcome: Equatable, Sendable {
        /// Without its line feed.
        case line([UInt8])
        /// Killed at its deadline, or with an endless answer; the child's number when it is there all the same.
        case late(stillAlive: pid_t?)
        case exited(Int32)
        case signalled(Int32)
        case notStarted(errno: Int32)
    }

    /// Blocks, at most until the deadline and `dyingTime` more.
    func run(deadline: Duration) -> Outcome {
        let end = ContinuousClock.now + deadline
        let child: (pid: pid_t, output: Int32)
        switch start() {
        case .success(let started): child = started
        case .failure(let failure): return .notStarted(errno: failure.errno)
        }
        let answer = read(child.output, until: end)
        close(child.output)
        // A child that has answered, or closed its output, has nothing left to do.
        var standing = wait(child.pid, until: answer == .late ? .now : min(end, .now + .seconds(1)))
        if standing == .alive {
            kill(-child.pid, SIGKILL)
            kill(child.pid, SIGKILL)
            standing = wait(child.pid, until: .now + Self.dyingTime)
        }
        switch (answer, standing) {
        case (.line(let line), _): return .line(line)
        case (.ended, .exited(let code)): return .exited(code)
        case (.ended, .signalled(let number)): return .signalled(number)
        case (.ended, .gone): return .exited(0)
        case (_, .alive): return .late(stillAlive: child.pid)
        case (.late, _): return .late(stillAlive: nil)
        }
    }

    private struct StartFailure: Error {
        let errno: Int32
    }

    /// In a process group of its own, so that what it starts ends with it. It gets no input, and this process's standard
    /// error.
    private func start() -> Result<(pid: pid_t, output: Int32), StartFailure> {
        var ends: [Int32] = [-1, -1]
        // Sockets, since they can be made to close at exec in one step.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            return .failure(StartFailure(errno: errno))
        }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t(), signals = sigset_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = ([executable] + arguments).map { strdup($0) }
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, executable, &actions, &attributes, words + [nil], variables + [nil])
        guard failure == 0 else {
            close(ends[0])
            return .failure(StartFailure(errno: failure))
        }
        return .success((pid, ends[0]))
    }

    private enum Answer: Equatable {
        case line([UInt8])
        case ended
        case late
    }

    private func read(_ file: Int32, until end: ContinuousClock.Instant) -> Answer {
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= Self.answerLimit {
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
            if let feed = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) { return .line(bytes + buffer[..<feed]) }
            bytes += buffer[..<count]
        }
        return .late
    }

    private func wait(_ pid: pid_t, until end: ContinuousClock.Instant) -> Standing {
        var pause: UInt32 = 500
        while true {
            let now = standing(pid)
            guard now == .alive, ContinuousClock.now < end else { return now }
            usleep(pause)
            pause = min(20_000, pause * 2)
        }
    }
}
