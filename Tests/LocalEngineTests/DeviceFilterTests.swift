import CLinux
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// The filter of version 2, on a real group of that tree, which is there also beside version 1.
struct DeviceFilterTests {
    @Test func onlyListedDevicesOpenInAFilteredGroup() async throws {
        try #require(geteuid() == 0, "Device filters need root.")
        let around = ControlGroups.Surroundings.current()
        let mount = try #require(around.mounts(of: "cgroup2").first, "There is no tree of control groups, version 2.")
        let group = "\(mount.point)/carrel-filter-test-\(getpid())"
        try Files.makeFolder(group, mode: 0o755)
        defer { _ = ControlGroups.remove([group]) }
        let rules = [linux_device_rule(major: 1, minor: 3), linux_device_rule(major: 5, minor: .max)]
        let filter = linux_device_filter_load(rules, rules.count)
        try #require(filter >= 0, "No filter could be loaded: \(String(cString: strerror(-filter)))")
        defer { close(filter) }
        let folder = open(group, O_RDONLY | O_DIRECTORY)
        defer { close(folder) }
        try #require(linux_device_filter_attach(filter, folder) == 0)

        // The null device is listed, the zero device is not, and nodes can't be made.
        let script = """
            for path in /dev/null /dev/zero; do if (: <$path); then echo yes; else echo no; fi; done
            mknod \(NSTemporaryDirectory())/carrel-node-$$ c 1 3 && echo made
            """
        let entrances = ControlGroups.Entrances(unified: try Descriptor.open(group, O_RDONLY | O_DIRECTORY))
        let pipe = try Descriptor.pipe()
        let nothing = try Descriptor.open("/dev/null", O_RDWR)
        let placed = [
            linux_descriptor(from: nothing.number, to: 0), linux_descriptor(from: pipe.write.number, to: 1),
            linux_descriptor(from: nothing.number, to: 2),
        ]
        let pid = withCStrings(["sh", "-c", "PATH=/usr/bin:/bin; \(script)"]) { words in
            entrances.use { linux_spawn_detached("/bin/sh", words, placed, placed.count, $0) }
        }
        try #require(pid > 0)
        pipe.read.setNonBlocking()
        let output = try await eventually("it has printed both answers") { () -> String? in
            Self.collect(pipe.read, into: Self.collected)
            let text = String(decoding: Self.collected.bytes, as: UTF8.self)
            return text.hasSuffix("no\n") || text.hasSuffix("made\n") ? text : nil
        }
        _ = try await eventually("the group is empty") { ControlGroups.members(of: [group]).isEmpty ? true : nil }
        Self.collect(pipe.read, into: Self.collected)
        #expect(output == "yes\nno\n")
        #expect(Self.collected.bytes.count == output.utf8.count)
    }

    private final class Collected: @unchecked Sendable { var bytes: [UInt8] = [] }
    private static let collected = Collected()

    private static func collect(_ descriptor: Descriptor, into collected: Collected) {
        while let part = try? descriptor.readSome(), !part.isEmpty { collected.bytes += part }
    }
}
