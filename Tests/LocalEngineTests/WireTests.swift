import CLinux
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

struct WireTests {
    private func send(_ socket: Descriptor, _ text: String, claimed: Int, _ descriptors: [Int32]) {
        let frame = FrameCoding.encode(text, descriptors: claimed)
        #expect(linux_send(socket.number, frame, frame.count, descriptors, descriptors.count, true) == frame.count)
    }

    @Test func aFrameWhoseDescriptorsWereDroppedIsAFrame() throws {
        let (near, far) = try Descriptor.socketPair()
        var reader = FrameReader()
        send(far, "first", claimed: 1, [])
        try reader.fill(from: near.number, blocking: true)
        let first = try #require(try reader.next())
        #expect(first.body == Data("\"first\"".utf8) && first.descriptors.isEmpty)
        let (read, write) = try Descriptor.pipe()
        send(far, "second", claimed: 2, [read.number, write.number])
        try reader.fill(from: near.number, blocking: true)
        #expect(try reader.next()?.descriptors.count == 2)
        #expect(try reader.next() == nil)
    }

    /// Their room on the disk is free only when nobody has them open any more.
    @Test func deletedLogsAreClosedThoughNobodyAsksForThem() async throws {
        let path = "/var/tmp/carrel-log-\(UUID().uuidString)"
        defer { unlink(path) }
        let cache = OutputCache(interval: .milliseconds(50))
        func keep(_ lease: Int64) throws {
            let log = try Descriptor.open(path, O_RDWR | O_CREAT)
            cache.keep(OutputCache.Logs(out: log, err: log), for: AttemptKey(lease: LeaseID(lease), number: 1))
        }
        func isOpen() -> Bool {
            Files.names(in: "/proc/self/fd").contains { Files.linkTarget("/proc/self/fd/\($0)")?.hasPrefix(path) == true }
        }
        try keep(1)
        #expect(isOpen())
        unlink(path)
        _ = try await eventually("the deleted log is closed") { isOpen() ? nil : true }
        // And again, after there was nothing to look at.
        try keep(2)
        unlink(path)
        _ = try await eventually("the next one too") { isOpen() ? nil : true }
    }
}
