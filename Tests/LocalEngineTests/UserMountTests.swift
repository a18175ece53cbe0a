import CLinux
import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// File systems in users' programs, which may refuse to tell root of their files, or never answer.
@Suite(.serialized) struct UserMountTests {
    /// Such a file system: its folder can be opened, and nothing else is ever answered.
    private final class DeadMount: @unchecked Sendable {
        static let user: UInt32 = 2_345_679
        let folder: String
        private let channel: Int32

        init(_ flags: UInt, _ options: String = "") throws {
            folder = try Bench.makeFolder(.root)
            channel = open("/dev/fuse", O_RDWR | O_CLOEXEC)
            try #require(channel >= 0, "This test needs FUSE: modprobe fuse")
            let words = "fd=\(channel),rootmode=40000,user_id=\(Self.user),group_id=\(Self.user)\(options)"
            try #require(mount("carrel-test", folder, "fuse", flags, words) == 0, "no mount: \(errno)")
            Thread.detachNewThread { [channel] in Self.serve(channel) }
        }

        /// The first question, how to talk, and the opening of a folder are answered.
        private static func serve(_ channel: Int32) {
            var question = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = read(channel, &question, question.count)
                guard count >= 40 else { return }
                let code = question.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
                let size = code == 26 ? 64 : code == 27 ? 16 : 0
                guard size > 0 else { continue }
                var answer = [UInt8](repeating: 0, count: 16 + size)
                answer.withUnsafeMutableBytes { bytes in
                    bytes.storeBytes(of: UInt32(16 + size), toByteOffset: 0, as: UInt32.self)
                    question.withUnsafeBytes { asked in
                        let unique = asked.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                        bytes.storeBytes(of: unique, toByteOffset: 8, as: UInt64.self)
                    }
                    if code == 26 {
                        bytes.storeBytes(of: UInt32(7), toByteOffset: 16, as: UInt32.self)
                        bytes.storeBytes(of: UInt32(31), toByteOffset: 20, as: UInt32.self)
                        bytes.storeBytes(of: UInt32(4_096), toByteOffset: 36, as: UInt32.self)
                        bytes.storeBytes(of: UInt32(1), toByteOffset: 40, as: UInt32.self)
                    }
                }
                _ = write(channel, answer, answer.count)
            }
        }

        /// A process of its user's that has the folder open.
        func opened() throws -> Process {
            let process = Process(), said = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments = [
                "--reuid", "\(Self.user)", "--regid", "\(Self.user)", "--clear-groups", "--", "/bin/sh", "-c",
                "exec 5<\(folder); echo held; exec sleep 600",
            ]
            process.currentDirectoryURL = URL(fileURLWithPath: "/")
            process.standardOutput = said
            try process.run()
            try #require(said.fileHandleForReading.readData(ofLength: 4) == Data("held".utf8))
            return process
        }

        func remove() {
            umount2(folder, Int32(MNT_DETACH))
            close(channel)
            rmdir(folder)
        }
    }

    /// What a return says of a device while such a folder is open. Its node is one that nobody has open.
    private func result(_ flags: UInt, _ options: String = "") async throws -> (CleanCheck.Result, Int32) {
        let mount = try DeadMount(flags, options), process = try mount.opened(), nodes = try Bench.makeFolder(.root)
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            mount.remove()
            try? FileManager.default.removeItem(atPath: nodes)
        }
        let folder = open(nodes, O_RDONLY | O_DIRECTORY)
        try #require(linux_make_device(folder, "nvidia0", false, 10, 256, 0) == 0)
        close(folder)
        let device = Device(key: DeviceKey("GPU-0"), model: "NVIDIA Test", memory: .gibibytes(1), minor: 0)
        var found: CleanCheck.Result?
        try await withBench(.root, options: ["--device-folder", nodes, "--patience", "3000"]) { bench in
            let checks = try await bench.engine.verify(AttemptKey(lease: LeaseID(0), number: 0), devices: [device])
            found = checks.first { $0.subject == .nodeReleased }?.result
        }
        return (try #require(found), process.processIdentifier)
    }

    @Test(arguments: ["", ",allow_other"]) func oneOnWhichNoDeviceCanBeOpenedHidesNone(options: String) async throws {
        let (result, _) = try await result(UInt(MS_NODEV), options)
        if case .failed(let detail) = result { Issue.record("\(detail)") }
    }

    @Test func oneThatDoesNotAnswerIsNotWaitedFor() async throws {
        let (result, _) = try await result(0, ",allow_other")
        if case .failed(let detail) = result { Issue.record("\(detail)") }
    }

    @Test func oneThatCouldHideADeviceIsNamed() async throws {
        let (result, pid) = try await result(0)
        guard case .failed(let detail) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(detail.contains("open files of process \(pid) can't be looked at"), "\(detail)")
    }
}
