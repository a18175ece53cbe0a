import Glibc

/// A child process whose standard output is read by its parent. All calls block; none of them longer than it is told.
struct ReaderChild {
    let pid: pid_t
    /// A socket; with input it goes both ways.
    let output: Int32

    /// How a child stands.
    enum Standing: Equatable, Sendable {
        case alive
        case exited(code: Int32)
        case signalled(number: Int32)
        /// Somebody else took its end.
        case unknown

        /// Asks the kernel, which then forgets a child that has ended.
        @Sendable static func of(_ pid: pid_t) -> Standing {
            var status: Int32 = 0
            let answer = waitpid(pid, &status, WNOHANG)
            if answer == 0 || answer < 0 && errno == EINTR { return .alive }
            guard answer == pid else { return .unknown }
            let signal = status & 0x7f
            return signal == 0 ? .exited(code: status >> 8 & 0xff) : .signalled(number: signal)
        }
    }

    enum Answer {
        /// Without its line feed.
        case line([UInt8])
        /// Nothing more comes.
        case ended
        case late
        case tooLong
    }

    /// Starts a program in a process group of its own, so that what it starts can be ended with it. It gets this
    /// process's standard error, and no input unless it is to take some.
    init(
        executable: String, arguments: [String], environment: [String: String], takesInput: Bool = false
    ) throws(ReaderFailure) {
        var ends: [Int32] = [-1, -1]
        // A pipe can't be made to close at exec in one step here; a pair of sockets can.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .notStarted(executable: executable, errno: errno) }
        defer { close(ends[1]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        if takesInput {
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        let pairs = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var child: pid_t = 0
        let failure = withCStrings([executable] + arguments) { argv in
            withCStrings(pairs) { posix_spawn(&child, executable, &actions, &attributes, argv, $0) }
        }
        guard failure == 0 else {
            close(ends[0])
            throw .notStarted(executable: executable, errno: failure)
        }
        pid = child
        output = ends[0]
    }

    /// The first line of the child's output, of at most `limit` bytes.
    func answer(until deadline: ContinuousClock.Instant, limit: Int) -> Answer {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let rest = max(.zero, deadline - .now)
            var request = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(
                clamping: rest.components.seconds * 1_000 + rest.components.attoseconds / 1_000_000_000_000_000)
            let ready = poll(&request, 1, milliseconds)
            if ready == 0 {
                if deadline <= .now { return .late }
                continue
            }
            let count = ready < 0 ? -1 : read(output, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return .ended }
            if let end = buffer[..<count].firstIndex(of: InventoryReader.newline) {
                return bytes.count + end > limit ? .tooLong : .line(bytes + buffer[..<end])
            }
            bytes += buffer[..<count]
            if bytes.count > limit { return .tooLong }
        }
    }

    func closeOutput() { close(output) }

    /// Waits until the child has ended, at most until the deadline.
    func end(until deadline: ContinuousClock.Instant, standing: (pid_t) -> Standing) -> Standing {
        var pause: UInt32 = 500
        while true {
            let now = standing(pid)
            guard now == .alive, ContinuousClock.now < deadline else { return now }
            usleep(pause)
            pause = min(20_000, pause * 2)
        }
    }

    /// Kills the child and what it started. Only while it has not been seen to end: later the number may be another's.
    func killAll() {
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
    }
}

/// Calls `body` with the texts as C wants them: pointers, and a null pointer at the end.
private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
