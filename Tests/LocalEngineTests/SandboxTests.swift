import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

struct SandboxTests {
    @Test(arguments: Bench.User.allCases) func theWorkSeesItselfAndLittleElse(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let script = """
                id -u; id -G; ls /proc | grep -c '^[0-9]'; ls -A /tmp /dev/shm | grep -v : | grep -c .
                ls /dev | tr '\\n' ' '; echo; grep -E 'CapEff|CapPrm|CapInh|NoNewPrivs' /proc/self/status | tr -d '\\t'
                ls /proc/self/fd | tr '\\n' ' '; echo; umask; readlink /proc/1/exe || echo closed
                """
            let lines = try await bench.run(script).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines[0] == "\(bench.workUID)")
            #expect(lines[1] == "\(bench.workUID)")
            #expect(Int(lines[2]).map { $0 <= 5 } == true, "processes: \(lines[2])")
            #expect(lines[3] == "0")
            let nodes = Set(lines[4].split(separator: " "))
            #expect(
                nodes == [
                    "carrel-init", "carrel-progress", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr",
                    "stdin",
                    "stdout", "tty", "urandom", "zero",
                ])
            #expect(
                lines[5...8] == [
                    "CapInh:0000000000000000", "CapPrm:0000000000000000", "CapEff:0000000000000000", "NoNewPrivs:1",
                ])
            #expect(lines[9] == "0 1 2 3 ", "nothing but the three, and ls's own")
            #expect(lines[10] == "0022")
            #expect(lines[11] == "closed")
        }
    }

    @Test(arguments: Bench.User.allCases) func theDataDirectoryIsOutOfReach(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let script = """
                for path in \(bench.data) \(bench.data)/attempts \(bench.data)/server \(bench.data)/carrel.sock /run/user; do
                  if ls $path >/dev/null 2>&1; then echo reached $path; fi
                done
                chmod 700 \(bench.data) 2>/dev/null && echo changed
                umount \(bench.data) 2>/dev/null && echo unmounted
                echo end
                """
            let found = try await bench.run(script)
            #expect(found == "end\n")
        }
    }

    @Test func rootsWorkIsNotRootUnlessThatIsConfigured() async throws {
        try await withBench(.root) { bench in
            let key = try await bench.launch(bench.order(["sh", "-c", "id -u; echo $HOME"], uid: 0))
            _ = try await bench.outcome(of: key)
            #expect(try await bench.text(key) == "2100000001\n/tmp\n")
        }
        try await withBench(.root, options: ["--allow-root"]) { bench in
            let script =
                "id -u; grep CapEff /proc/self/status; chmod 700 \(bench.data) && echo changed; "
                + "ls \(bench.data) || echo closed; echo x >/sys/kernel/x || echo ro"
            let key = try await bench.launch(bench.order(["sh", "-c", script], uid: 0))
            _ = try await bench.outcome(of: key)
            #expect(try await bench.text(key) == "0\nCapEff:\t0000000000000000\nclosed\nro\n")
        }
    }

    @Test func aNamesakesAccountIsUsedForClientsWithoutUnixUser() async throws {
        try await withBench(.root) { bench in
            func order(_ user: String, lease: Int64) -> LaunchOrder {
                LaunchOrder(
                    attempt: AttemptKey(lease: LeaseID(lease), number: 1), user: UserName(user),
                    work: WorkOrder(
                        command: ["sh", "-c", "id -un; id -Gn; echo $USER $LOGNAME"], directory: "/", environment: [],
                        takesInput: false, uid: nil),
                    node: NodeName("here"), devices: [], cores: .zero, memory: .zero, endsAt: Timestamp(milliseconds: 0))
            }
            let known = try await bench.launch(order("daemon", lease: 1))
            _ = try await bench.outcome(of: known)
            #expect(try await bench.text(known) == "daemon\ndaemon\ndaemon daemon\n")
            let unknown = try await bench.launch(order("nobody-has-this-name", lease: 2))
            let outcome = try await bench.outcome(of: unknown)
            #expect(outcome == .launchFailed(because: .accountUnknown(user: "nobody-has-this-name")))
        }
    }

    @Test(arguments: Bench.User.allCases) func aDirectoryBeneathTmpIsThereAndTheRestOfTmpIsNot(_ user: Bench.User)
        async throws
    {
        try await withBench(user) { bench in
            let folder = "/tmp/carrel-test-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: "\(folder)/inner", withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            for path in [folder, "\(folder)/inner"] { chown(path, bench.workUID, bench.workUID) }
            try Data("outside".utf8).write(to: URL(filePath: "\(folder)/inner/file"))
            let script = "pwd; cat file; echo made > made; ls /tmp | wc -l; echo x > /tmp/private; ls \(folder)"
            let key = try await bench.launch(bench.order(["sh", "-c", script], directory: "\(folder)/inner"))
            let outcome = try await bench.outcome(of: key)
            #expect(outcome == .exited(code: 0))
            #expect(try await bench.text(key) == "\(folder)/inner\noutside1\ninner\n")
            #expect(FileManager.default.contents(atPath: "\(folder)/inner/made") == Data("made\n".utf8))
            #expect(!FileManager.default.fileExists(atPath: "/tmp/private"))
        }
    }

    @Test(arguments: Bench.User.allCases) func theDataDirectoryIsHiddenInTheWorksDirectoryToo(_ user: Bench.User)
        async throws
    {
        let folder = "/tmp/carrel-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        chmod(folder, 0o755)
        chown(folder, user.uid, user.uid)
        let bench = try await Bench(user, folder: folder)
        do {
            let script =
                "ls; ls data >/dev/null 2>&1 && echo seen; (cd / && ls \(folder)/data) >/dev/null 2>&1 && echo seen; echo end"
            let key = try await bench.launch(bench.order(["sh", "-c", script], directory: folder))
            #expect(try await bench.outcome(of: key) == .exited(code: 0))
            #expect(try await bench.text(key) == "data\nend\n")
            // Where the whole of /tmp is private, nothing of it shows but the folder that is kept for its user, and the way there.
            let other = try await bench.launch(bench.order(["find", "/tmp", "-mindepth", "1"], lease: 2))
            _ = try await bench.outcome(of: other)
            let kept = "\(bench.data)/people/\(bench.order(["true"]).user.name)"
            for path in try await bench.text(other).split(separator: "\n") { #expect((kept + "/").hasPrefix(path + "/")) }
            await bench.close()
        } catch {
            await bench.close()
            throw error
        }
    }

    @Test func aDirectoryInSomebodyElsesClosedFolderStaysClosed() async throws {
        try await withBench(.root) { bench in
            let folder = "/tmp/carrel-test-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: "\(folder)/open", withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            chmod(folder, 0o700)
            chmod("\(folder)/open", 0o777)
            let link = "\(bench.folder)/link"
            symlink("\(folder)/open", link)
            for (lease, path) in [(1, "\(folder)/open"), (2, link)] as [(Int64, String)] {
                let key = try await bench.launch(bench.order(["pwd"], lease: lease, directory: path))
                let outcome = try await bench.outcome(of: key)
                #expect(outcome == .launchFailed(because: .directoryForbidden(path: path, user: "uid \(bench.workUID)")))
            }
        }
    }

    @Test func daemonsOfTheWorkEndWithIt() async throws {
        try await withBench(.ordinary) { bench in
            let name = "carrel-daemon-\(UUID().uuidString)"
            // It leaves its session and its group, and is deaf to everything that can be ignored.
            let script = """
                setsid bash -c 'trap "" TERM HUP INT; (exec -a \(name) sleep 1000) & exec -a \(name) sleep 1000' &
                until [ $(grep -l \(name) /proc/[0-9]*/cmdline 2>/dev/null | wc -l) -ge 2 ]; do sleep 0.05; done
                exit 4
                """
            let key = try await bench.launch(bench.order(["bash", "-c", script]))
            #expect(try await bench.outcome(of: key) == .exited(code: 4))
            let left = ProcessFacts.all().filter { (Files.text("/proc/\($0)/cmdline") ?? "").hasPrefix(name) }
            #expect(left.isEmpty)
            let checks = try await bench.engine.verify(key, devices: [bench.simulatedDevice])
            #expect(checks.first == CleanCheck(.processesGone, .passed))
        }
    }

    @Test(arguments: Bench.User.allCases) func secretsShowNowhereAndAreForgotten(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let secret = "secret-\(UUID().uuidString)"
            let order = bench.order(
                ["sleep", "1000"], directory: "/", environment: Bench.plainEnvironment + ["TOKEN=\(secret)"])
            let key = try await bench.launch(order)
            try await bench.untilRunning(key)
            for pid in ProcessFacts.all() {
                #expect(Files.text("/proc/\(pid)/cmdline")?.contains(secret) != true)
                // Only the work itself has it; this process holds it too.
                guard pid != getpid(), Files.text("/proc/\(pid)/environ")?.contains(secret) == true else { continue }
                #expect(Files.text("/proc/\(pid)/cmdline")?.hasPrefix("sleep") == true)
            }
            try await bench.engine.stop(key, force: true)
            _ = try await bench.outcome(of: key)
            try await bench.engine.forget(key)
            var found: [String] = []
            for case let path as String in FileManager.default.enumerator(atPath: bench.data) ?? .init() {
                let text = Files.text("\(bench.data)/\(path)", limit: 1 << 24)
                if text?.contains(secret) == true { found.append(path) }
            }
            #expect(found.isEmpty)
        }
    }

    @Test func theEnvironmentIsTheClientsWithCarrelsOwn() async throws {
        try await withBench(.root) { bench in
            let order = bench.order(
                ["env"], lease: 41_234, environment: Bench.plainEnvironment + ["MINE=yes", "CUDA_VISIBLE_DEVICES=7"],
                devices: [bench.simulatedDevice], cores: MilliCores(2_500))
            let key = try await bench.launch(order)
            _ = try await bench.outcome(of: key)
            let lines = Set(try await bench.text(key).split(separator: "\n").map(String.init))
            let expected = [
                "MINE=yes", "PATH=/usr/bin:/bin", "CUDA_VISIBLE_DEVICES=0", "NVIDIA_VISIBLE_DEVICES=GPU-simulated-0",
                "CUDA_DEVICE_ORDER=PCI_BUS_ID", "CARREL_LEASE_ID=41234", "CARREL_GPU_UUIDS=GPU-simulated-0",
                "CARREL_LEASE_END=2030-03-17T17:46:40Z", "CARREL_PROGRESS=/dev/carrel-progress", "OMP_NUM_THREADS=2",
                "MASTER_ADDR=127.0.0.1", "MASTER_PORT=21234", "WORLD_SIZE=1", "RANK=0", "LOCAL_RANK=0", "NNODES=1",
                "NODE_RANK=0",
            ]
            for line in expected { #expect(lines.contains(line), "\(line)") }
        }
    }

    @Test(arguments: Bench.User.allCases) func theReportSaysWhatIsInForce(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let report = try await bench.engine.report()
            #expect(report.sandboxWorks)
            #expect(report.findings.isEmpty)
            #expect(report.launcherIsRoot == (user == .root))
            #expect(report.sandboxVersion.hasPrefix("bubblewrap "))
            #expect(report.freeBytes > 0)
            #expect(report.grade == .enforced || report.grade == .contained)
            if user == .ordinary {
                #expect(report.grade == .contained)
                #expect(report.reasons.contains { $0.contains("does not run as root") })
            }
            // The second one is not tried again, and its facts are looked at anew: room comes and goes.
            let again = try await bench.engine.report()
            #expect((again.grade, again.reasons.count, again.sandboxWorks) == (report.grade, report.reasons.count, true))
            #expect(try await bench.engine.usedBytes() >= 0)
        }
    }

    @Test(arguments: Bench.User.allCases) func peersInASandboxAreRefused(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            #expect(try await bench.engine.judgePeer(pid: getpid()) == .accepted)
            #expect(try await bench.engine.judgePeer(pid: 0) == .gone)
            #expect(try await bench.engine.judgePeer(pid: 4_194_305) == .gone)
            let name = "\(100_000 + Int.random(in: 0..<100_000))"
            let key = try await bench.launch(["sleep", name])
            let inside = try await eventually("the work is seen") {
                ProcessFacts.all().first { Files.text("/proc/\($0)/cmdline") == "sleep\0\(name)\0" }
            }
            #expect(try await bench.engine.judgePeer(pid: inside) == .otherNamespace)
            // A descriptor says the same, whatever the number says, and knows when its process has ended.
            let process = linux_pidfd_open(inside), own = linux_pidfd_open(getpid())
            defer { for number in [process, own] { close(number) } }
            #expect(try await bench.engine.judgePeer(pid: getpid(), process: process) == .otherNamespace)
            #expect(try await bench.engine.judgePeer(pid: inside, process: own) == .accepted)
            try await bench.engine.stop(key, force: true)
            _ = try await bench.outcome(of: key)
            #expect(try await bench.engine.judgePeer(pid: getpid(), process: process) == .gone)
            await #expect(throws: EngineError.self) { _ = try await bench.engine.judgePeer(pid: getpid(), process: 2) }
        }
    }

    /// Who makes a user namespace is root in it, and acts as every number that `/etc/subuid` lends them.
    @Test(arguments: Bench.User.allCases)
    func peersInAUserNamespaceOfTheirOwnAreRefused(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            for arguments in [["--user"], ["--user", "--map-root-user"]] {
                let name = "\(100_000 + Int.random(in: 0..<100_000))"
                let peer = Process()
                peer.executableURL = URL(filePath: "/usr/bin/unshare")
                peer.arguments = arguments + ["sleep", name]
                try peer.run()
                defer { peer.terminate() }
                let pid = peer.processIdentifier
                _ = try await eventually("it sits there") {
                    Files.text("/proc/\(pid)/cmdline") == "sleep\0\(name)\0" ? true : nil
                }
                #expect(try await bench.engine.judgePeer(pid: pid) == .otherUsers)
                let process = linux_pidfd_open(pid)
                defer { close(process) }
                #expect(try await bench.engine.judgePeer(pid: getpid(), process: process) == .otherUsers)
                kill(pid, SIGKILL)
                peer.waitUntilExit()
                #expect(try await bench.engine.judgePeer(pid: getpid(), process: process) == .gone)
            }
        }
    }

    @Test func aSocketTellsWhichProcessIsAtItsOtherEnd() throws {
        var ends: [Int32] = [-1, -1]
        try #require(linux_socket_pair(&ends) == 0)
        let process = linux_peer_process(ends[0])
        defer { for number in ends + [process] where number >= 0 { close(number) } }
        // A kernel before 6.5 says that it does not know the question.
        if process == -ENOPROTOOPT { return }
        try #require(process >= 0)
        #expect(ProcessSeat.of(Descriptor(dup(process))) == ProcessSeat.of(getpid()))
    }

    @Test(arguments: Bench.User.allCases) func withAnOlderBubblewrapFoldersBeneathTmpAreRefusedUnderRoot(
        _ user: Bench.User
    ) async throws {
        let folder = "/tmp/carrel-test-\(UUID().uuidString)", tools = try Bench.makeFolder(user)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { for path in [folder, tools] { try? FileManager.default.removeItem(atPath: path) } }
        chmod(folder, 0o777)
        let script = """
            #!/bin/sh
            case $1 in --help) bwrap --help 2>&1 | grep -v bind-fd; exit;; --version) echo bubblewrap 0.7.0; exit;; esac
            exec bwrap "$@"

            """
        try Data(script.utf8).write(to: URL(filePath: "\(tools)/bwrap"))
        chmod("\(tools)/bwrap", 0o755)
        try await withBench(user, options: ["--sandbox", "\(tools)/bwrap"]) { bench in
            let order = bench.order(["touch", "made"], directory: folder)
            let outcome = try await bench.outcome(of: try await bench.launch(order))
            if user == .root {
                let words =
                    "the folder \(folder) lies beneath /tmp, which work has of its own, and bubblewrap 0.7.0 can't show it "
                    + "there safely. Start from another folder, or install a bubblewrap that knows --bind-fd"
                #expect(outcome == .launchFailed(because: .sandbox(detail: words)))
            } else {
                // All is one user's, who has nothing to gain.
                #expect(outcome == .exited(code: 0))
            }
            #expect(Files.exists("\(folder)/made") == (user == .ordinary))
            // Elsewhere nothing has changed.
            #expect(try await bench.run("pwd", lease: 2) == "/\n")
        }
    }
}
