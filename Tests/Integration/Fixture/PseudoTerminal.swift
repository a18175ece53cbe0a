import Foundation
import Glibc
import Synchronization
import Testing

/// A program on a terminal of its own, and what it drew there.
final class PseudoTerminal: Sendable {
    let pid: pid_t
    private let master: Int32
    private let drawn = Mutex<[UInt8]>([])
    private let status = Mutex<Int32?>(nil)
    /// Nobody has the terminal open any more, and all that was drawn is read.
    private let isRead = Mutex(false)

    struct NoTerminal: Error { let code: Int32 }

    init(_ command: [String], environment: [String: String], rows: UInt16 = 24, columns: UInt16 = 100) throws {
        // By the kernel's own calls: the C library shows its own to other sources only.
        let lockTerminal: UInt = 0x4004_5431, numberOfTerminal: UInt = 0x8004_5430
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0, number: Int32 = 0
        guard master >= 0, ioctl(master, lockTerminal, &isLocked) == 0, ioctl(master, numberOfTerminal, &number) == 0 else {
            throw NoTerminal(code: errno)
        }
        let path = "/dev/pts/\(number)"
        self.master = master
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { throw NoTerminal(code: errno) }
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // POSIX_SPAWN_SETSID. In a session of its own, the first terminal that is opened becomes the one that Ctrl-C comes from.
        posix_spawnattr_setflags(&attributes, 0x80)
        posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        // What tests beside this one hold open would stay open with it.
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let number = Int32(name), number > 2 { posix_spawn_file_actions_addclose(&actions, number) }
        }
        let kept = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CARREL_") && $0.key != "NO_COLOR" }
        let arguments = command.map { strdup($0) } + [nil]
        let variables = kept.merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, command[0], &actions, &attributes, arguments, variables)
        guard code == 0 else { throw NoTerminal(code: code) }
        pid = child
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(master, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return isRead.withLock { $0 = true } }
                drawn.withLock { $0 += buffer[..<count] }
            }
        }
    }

    /// Everything that was written so far, with its control sequences.
    var text: String { String(decoding: drawn.withLock { $0 }, as: UTF8.self) }

    func forget() { drawn.withLock { $0 = [] } }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Whether keys are read line by line and echoed, as a shell needs it.
    var isUsual: Bool {
        var settings = termios()
        guard tcgetattr(master, &settings) == 0 else { return false }
        return settings.c_lflag & tcflag_t(ICANON | ECHO) == tcflag_t(ICANON | ECHO)
    }

    /// nil: it has not ended in time. What it drew last is read by then, unless somebody else keeps the terminal open.
    func exitCode(within seconds: Double = 30) async -> Int32? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let found = status.withLock { known in
                if known == nil {
                    var new: Int32 = 0
                    if waitpid(pid, &new, WNOHANG) == pid { known = new }
                }
                return known
            }
            if let found, isRead.withLock({ $0 }) || .now > deadline {
                return found & 0x7f == 0 ? (found >> 8) & 0xff : 128 + (found & 0x7f)
            }
            if .now > deadline { return nil }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Ends the program, if it still runs.
    func clear() async {
        if await exitCode(within: 0) == nil { kill(pid, SIGKILL) }
        _ = await exitCode()
        close(master)
    }
}
