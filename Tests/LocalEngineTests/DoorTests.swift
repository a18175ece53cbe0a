import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// The door of a session's program: who gets in, and who does not.
struct DoorTests {
    private func connect(_ bench: Bench, _ key: AttemptKey) async throws -> Int32 {
        try await eventually("the program of \(key) answers") {
            do throws(EngineError) { return try await bench.engine.connect(to: key) } catch {
                guard error == .noConnection(.nobodyListens) else { throw error }
                return nil
            }
        }
    }

    private func trouble(_ bench: Bench, _ key: AttemptKey) async throws -> DoorTrouble? {
        do throws(EngineError) {
            close(try await bench.engine.connect(to: key))
            return nil
        } catch {
            guard case .noConnection(let trouble) = error else { throw error }
            return trouble
        }
    }

    private func until(_ bench: Bench, _ key: AttemptKey, prints text: String) async throws {
        _ = try await eventually("attempt \(key) prints \(text)") {
            try await bench.text(key).contains(text) ? true : nil
        }
    }

    private let listens = EngineCandidate.Programs().listens

    @Test(arguments: Bench.User.allCases) func theFolderIsTheWorksOwnAndHidesFromOthers(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let script = "stat -c '%a %u' $CARREL_SESSION_DIR; id -u; echo $CARREL_SESSION_SOCKET"
            let key = try await bench.launch(bench.order(["sh", "-c", script], door: .socket))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            let uid = bench.workUID
            #expect(try await bench.text(key) == "700 \(uid)\n\(uid)\n/dev/carrel/session/socket\n")
        }
    }

    @Test func withoutADoorTheEnvironmentNamesNone() async throws {
        try await withBench(.root) { bench in
            let environment = Bench.plainEnvironment + ["CARREL_SESSION_SOCKET=/run/x", "CARREL_SESSION_PORT=1"]
            let key = try await bench.launch(
                bench.order(["sh", "-c", "env | grep -c CARREL_SESSION; ls /dev/carrel"], environment: environment))
            _ = try await bench.outcome(of: key)
            #expect(try await bench.text(key) == "0\n")
        }
    }

    @Test(arguments: Bench.User.allCases) func aConnectionLeadsToTheProgram(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let key = try await bench.launch(bench.order(listens, door: .socket))
            let socket = try await connect(bench, key)
            #expect(fcntl(socket, F_GETFL) & O_NONBLOCK != 0 && fcntl(socket, F_GETFD) & FD_CLOEXEC != 0)
            #expect(try await Talk.once(socket, "hello") == "heard hello")
        }
    }

    @Test func itIsThereAgainAfterTheLauncherAndTheServerWereKilled() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(bench.order(listens, door: .socket))
            close(try await connect(bench, key))
            bench.killLauncher()
            try await bench.restart()
            #expect(try await Talk.once(try await connect(bench, key), "again") == "heard again")
        }
    }

    @Test func aLinkOutOfTheFolderIsNotFollowed() async throws {
        try await withBench(.root) { bench in
            let path = "\(bench.folder)/outside.sock"
            let outside = try Listener(path)
            chmod(path, 0o777)
            let script = "ln -s \(path) $CARREL_SESSION_SOCKET; test -S $CARREL_SESSION_SOCKET && echo laid; exec sleep 1000"
            let key = try await bench.launch(bench.order(["sh", "-c", script], door: .socket))
            try await until(bench, key, prints: "laid")
            #expect(try await trouble(bench, key) == .notTheWork)
            #expect(!outside.hasVisitor)
        }
    }

    @Test func whatIsNoSocketIsNotTheProgram() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(
                bench.order(["sh", "-c", "mkfifo $CARREL_SESSION_SOCKET; echo laid; exec sleep 1000"], door: .socket))
            try await until(bench, key, prints: "laid")
            #expect(try await trouble(bench, key) == .notTheWork)
        }
    }

    @Test func whoeverListensThereFromOutsideIsRefused() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(bench.order(["sh", "-c", "echo ready; exec sleep 1000"], door: .socket))
            try await until(bench, key, prints: "ready")
            let folder = AttemptFolder(path: "\(bench.data)/attempts/1/1")
            let pid = try #require(try folder.readIdentity()).pid
            // As root one gets into the sandbox's folder from outside.
            let outside = try Listener("/proc/\(pid)/" + "root/dev/carrel/session/socket")
            chmod(outside.path, 0o777)
            #expect(try await trouble(bench, key) == .notTheWork)
            withExtendedLifetime(outside) {}
        }
    }

    private static let listensOnPort = [
        "perl", "-MIO::Socket::INET", "-e",
        """
        $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ENV{CARREL_SESSION_PORT}, Listen => 9) or die $!;
        while ($c = $s->accept) { $l = <$c>; print $c "heard $l"; close $c }
        """,
    ]

    private static func reaches(_ port: UInt16) -> [String] {
        let script = "print IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => \(port)) ? 'reached' : 'refused'"
        return ["perl", "-MIO::Socket::INET", "-e", script]
    }

    @Test(arguments: Bench.User.allCases) func aPortIsReachedInANetworkOfItsOwn(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            // The same number twice: each has all numbers for itself.
            let first = try await bench.launch(bench.order(Self.listensOnPort, door: .port(8_888)))
            let second = try await bench.launch(bench.order(Self.listensOnPort, lease: 2, door: .port(8_888)))
            #expect(try await Talk.once(try await connect(bench, first), "one") == "heard one")
            #expect(try await Talk.once(try await connect(bench, second), "two") == "heard two")
            // Neither the machine nor other work gets there.
            let other = try await bench.launch(bench.order(Self.reaches(8_888), lease: 3))
            _ = try await bench.outcome(of: other)
            #expect(try await bench.text(other) == "refused")
        }
    }

    @Test func aNetworkOfItsOwnReachesNobodyElsesLoopback() async throws {
        try await withBench(.root) { bench in
            let listener = try PortListener()
            let inside = try await bench.launch(bench.order(Self.reaches(listener.port), door: .port(8_888)))
            _ = try await bench.outcome(of: inside)
            #expect(try await bench.text(inside) == "refused")
            // As others do, which share the machine's network.
            let outside = try await bench.launch(bench.order(Self.reaches(listener.port), lease: 2))
            _ = try await bench.outcome(of: outside)
            #expect(try await bench.text(outside) == "reached")
        }
    }

    @Test func aProgramOnTheNewerLoopbackIsReached() async throws {
        try await withBench(.root) { bench in
            let program = Self.listensOnPort.map {
                $0.replacingOccurrences(of: "127.0.0.1", with: "::1").replacingOccurrences(of: "::INET", with: "::IP")
            }
            let key = try await bench.launch(bench.order(program, door: .port(8_888)))
            #expect(try await Talk.once(try await connect(bench, key), "six") == "heard six")
        }
    }

    @Test func nobodyAtThePortIsTold() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(bench.order(["sleep", "1000"], door: .port(8_888)))
            try await bench.untilRunning(key)
            #expect(try await trouble(bench, key) == .nobodyListens)
        }
    }

    @Test func aProgramThatTakesNobodyInIsCrowdedAndHoldsUpNothing() async throws {
        try await withBench(.root) { bench in
            let script = """
                $s = IO::Socket::UNIX->new(Local => $ENV{CARREL_SESSION_SOCKET}, Listen => 1) or die; $| = 1;
                print "open\\n"; sleep 1000
                """
            let key = try await bench.launch(bench.order(["perl", "-MIO::Socket::UNIX", "-e", script], door: .socket))
            try await until(bench, key, prints: "open")
            var sockets: [Int32] = [], last: DoorTrouble?
            while last == nil, sockets.count < 10 {
                do throws(EngineError) { sockets.append(try await bench.engine.connect(to: key)) } catch {
                    guard case .noConnection(let trouble) = error else { throw error }
                    last = trouble
                }
            }
            #expect(last == .crowded)
            // carrel-init still does all else.
            try await bench.engine.signal(key, 2)
            #expect(try await bench.outcome(of: key) == .signalled(signal: 2))
            for socket in sockets { close(socket) }
        }
    }
}

/// A Unix socket that somebody listens on.
private final class Listener {
    let path: String
    private let socket: Int32

    init(_ path: String) throws {
        self.path = path
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
        let failed = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard failed == 0, listen(socket, 5) == 0 else { throw Bench.Trouble("can't listen at \(path): \(errno)") }
    }

    deinit { close(socket) }

    var hasVisitor: Bool {
        var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }
}

/// A TCP socket on the machine's own loopback that somebody listens on.
private final class PortListener {
    let port: UInt16
    private let socket: Int32

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) | listen(socket, 5) | getsockname(socket, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard failed == 0 else { throw Bench.Trouble("can't listen on loopback: \(errno)") }
    }

    deinit { close(socket) }
}
