import CLinux
import EngineInterface
import FleetModel
import Foundation
import Glibc

/// The server process, as its launcher sees it.
final class ServerChild {
    let pid: Int32
    let control: Descriptor
    let startedAt: Int64
    var reader = FrameReader()
    var outbox = Outbox()
    /// Its end of the socket is closed, and it will end.
    var isDeaf = false

    init(pid: Int32, control: Descriptor, startedAt: Int64) {
        self.pid = pid
        self.control = control
        self.startedAt = startedAt
    }
}

/// Frames that the server's socket has not taken yet; descriptors go with a frame's first byte.
struct Outbox {
    /// A server that reads nothing while so much waits for it does not work any more. It is ended, and the next one is told
    /// everything anew.
    static let mostFrames = 65_536
    static let mostBytes = 64 << 20
    static let mostDescriptors = 1_024

    private var frames: [(bytes: ArraySlice<UInt8>, descriptors: [Descriptor])] = []
    /// Where the first one is; those before it have been sent.
    private var start = 0
    private var bytes = 0, descriptors = 0

    var isEmpty: Bool { start == frames.count }
    var first: (bytes: ArraySlice<UInt8>, descriptors: [Descriptor])? { isEmpty ? nil : frames[start] }

    /// Whether it may not become longer. What goes to a server first may be as long as it is.
    var isFull: Bool {
        let count = frames.count - start
        return count > Self.mostFrames || descriptors > Self.mostDescriptors || (bytes > Self.mostBytes && count > 1)
    }

    mutating func append(_ frame: [UInt8], _ passed: [Descriptor]) {
        frames.append((frame[...], passed))
        bytes += frame.count
        descriptors += passed.count
    }

    /// So much of the first frame has been sent, with its descriptors.
    mutating func sent(_ count: Int) {
        bytes -= count
        descriptors -= frames[start].descriptors.count
        let rest = frames[start].bytes.dropFirst(count)
        frames[start] = (rest, [])
        guard rest.isEmpty else { return }
        start += 1
        guard start > 256, start * 2 > frames.count else { return }
        frames.removeFirst(start)
        start = 0
    }
}

/// When servers died, and how long to wait before the next one is started.
struct ServerDeaths {
    static let limit = 10
    private var times: [Int64] = []

    /// Milliseconds to wait; nil: it died too often.
    mutating func delay(afterDeathAt now: Int64) -> Int64? {
        times.append(now)
        times.removeAll { $0 <= now - 60_000 }
        guard times.count < Self.limit else { return nil }
        return min(5_000, 100 << Int64(times.count - 1))
    }
}

extension LauncherLoop {
    func startServerIfDue() throws(LauncherError) {
        guard let due = serverDueAt, due <= now, !isStopping else { return }
        serverDueAt = nil
        do throws(SystemFailure) {
            try startServer()
        } catch {
            guard error.mayPass else { throw .serverNotExecutable(path: serverProgram, detail: error.text) }
            // There may be room again when something has ended.
            warn("the server can't be started now (\(error.text)); trying again")
            serverDueAt = now + 1_000
        }
    }

    /// Helpers are another verb of the same program, and have the same environment; the server has no say in it.
    var helperProgram: String { serverProgram }
    var helperEnvironment: [String] { configuration.serverEnvironment ?? ownEnvironment }

    private var serverProgram: String { configuration.serverProgram ?? "/proc/self/exe" }

    private func startServer() throws(SystemFailure) {
        let (ours, theirs) = try Descriptor.socketPair()
        let placed = [
            linux_descriptor(from: theirs.number, to: Launcher.controlDescriptor),
            linux_descriptor(from: listener.number, to: Launcher.listenerDescriptor),
        ]
        let identity = linux_identity(applies: service.isSeparate, uid: service.uid, gid: service.gid)
        let variables = configuration.serverEnvironment ?? ownEnvironment
        let pid = withExtendedLifetime((theirs, listener)) {
            withCStrings(configuration.serverArguments) { arguments in
                withCStrings(variables) { variables in
                    linux_spawn_tied(serverProgram, arguments, variables, placed, placed.count, identity)
                }
            }
        }
        let child = ServerChild(pid: try checked(pid, "start"), control: ours, startedAt: now)
        server = child
        let list = attempts.values.map(\.status).sorted { $0.key < $1.key }
        send(.hello(Hello(version: Hello.currentVersion, list: list)))
    }

    /// Under root only what a server has use for: the process that reads the network needs none of root's secrets.
    private var ownEnvironment: [String] {
        let kept = ["PATH", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "LIBDISPATCH_LOG"]
        let prefixes = ["CARREL_", "NVML_", "CUDA_", "LC_", "SWIFT_"]
        return ProcessInfo.processInfo.environment.filter { variable in
            !service.isSeparate || kept.contains(variable.key) || prefixes.contains { variable.key.hasPrefix($0) }
        }.map { "\($0.key)=\($0.value)" }
    }

    func serverEnded(_ raw: Int32, _ status: inout Int32?) throws(LauncherError) {
        server = nil
        killServerAt = nil
        dropQuestions()
        endHelpersOfServer()
        let signal = raw & 0x7f
        let code = (raw >> 8) & 0xff
        // Ended on purpose, or by a mistake that starting again would only repeat.
        if isStopping || (signal == 0 && (code == 0 || code == Launcher.configurationErrorStatus)) {
            status = isStopping ? 0 : code
            return
        }
        let last = signal == 0 ? "exited with status \(code)" : "was ended by signal \(signal)"
        // One that was killed or crashed is always started again: somebody may do it on purpose, and must not win.
        guard let delay = deaths.delay(afterDeathAt: now) ?? (signal == 0 ? nil : 5_000) else {
            throw .serverKeepsDying(deaths: ServerDeaths.limit, last: last)
        }
        // Every death is worth a line, so this goes past the list of what was said before.
        warned.remove("the server \(last); starting it again")
        warn("the server \(last); starting it again")
        serverDueAt = now + delay
    }

    // MARK: The control socket

    func send(_ message: Message, descriptors: [Descriptor] = []) {
        guard let server, !server.isDeaf else { return }
        server.outbox.append(FrameCoding.encode(message, descriptors: descriptors.count), descriptors)
        guard server.outbox.isFull else { return }
        warn("the server takes nothing of what it is told; it is ended and started again")
        dismissServer()
    }

    /// Writes what the socket takes.
    func flushServer() {
        guard let server, !server.isDeaf else { return }
        while let (bytes, descriptors) = server.outbox.first {
            let numbers = descriptors.map(\.number)
            let sent = withExtendedLifetime(descriptors) {
                bytes.withUnsafeBytes {
                    linux_send(server.control.number, $0.baseAddress, $0.count, numbers, numbers.count, false)
                }
            }
            if sent == -Int(EAGAIN) { return }
            guard sent > 0 else { return dismissServer() }
            server.outbox.sent(sent)
        }
    }

    func tendServer(_ events: Int16) {
        guard let server else { return }
        guard events & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return }
        do {
            try server.reader.fill(from: server.control.number, blocking: false)
            while let frame = try server.reader.next() {
                guard let request = try? JSONDecoder().decode(Request.self, from: frame.body) else {
                    throw FrameReader.Trouble.broken
                }
                perform(request.ask, request.id, frame.descriptors)
            }
        } catch {
            dismissServer()
        }
    }

    /// It closed its end or speaks nonsense: it is no use any more, and without it nothing is lost.
    private func dismissServer() {
        guard let server else { return }
        server.isDeaf = true
        server.outbox = Outbox()
        kill(server.pid, SIGKILL)
    }
}
