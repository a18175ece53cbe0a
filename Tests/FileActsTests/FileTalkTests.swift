import Glibc
import Testing

@testable import FileActs

@Suite("Conversations about files")
struct FileTalkTests {
    @Test("what is written is read again, whole, whatever its size")
    func roundTrip() async throws {
        let place = try Place(), talk = try place.talk()
        var bytes: [UInt8] = []
        for number in 0..<3_000_000 { bytes.append(UInt8(truncatingIfNeeded: number &* 7)) }
        guard case .ready = try await talk.ask(.write(path("big"), replace: false, bytes: Int64(bytes.count))) else {
            Issue.record("not ready")
            return
        }
        try await talk.send(bytes)
        guard case .written(let entry, replaced: false) = try await talk.finish() else {
            Issue.record("not written")
            return
        }
        #expect(entry.bytes == Int64(bytes.count))
        guard case .contents(let found) = try await talk.ask(.read(path("big"))) else {
            Issue.record("not read")
            return
        }
        var got: [UInt8] = []
        while got.count < Int(found.bytes) { got += try await talk.receive(found.bytes - Int64(got.count)) }
        #expect(got == bytes)
        // The same conversation goes on.
        guard case .list(let list) = try await talk.ask(.list(.top, after: nil, limit: 5)) else {
            Issue.record("no list")
            return
        }
        #expect(list.entries.map(\.name) == [Array("big".utf8)])
    }

    @Test("a conversation that ends in the middle of a file leaves nothing")
    func cutOff() async throws {
        let place = try Place()
        do {
            let talk = try place.talk()
            _ = try await talk.ask(.write(path("half"), replace: false, bytes: nil))
            try await talk.send([1, 2, 3])
        }
        let other = try place.talk()
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            guard case .list(let list) = try await other.ask(.list(.top, after: nil, limit: 5)) else { continue }
            if list.entries.isEmpty { break }
            try #require(.now < deadline, "\(list.entries)")
        }
    }

    @Test("of a file that becomes shorter while it is read come its own bytes, and then the end")
    func shrinking() async throws {
        let place = try Place(), talk = try place.talk(), file = place.root + "/log"
        try place.write(String(repeating: "x", count: 8_000_000), to: file)
        guard case .contents(let found) = try await talk.ask(.read(path("log"))) else {
            Issue.record("not read")
            return
        }
        #expect(found.bytes == 8_000_000)
        var got = try await talk.receive(found.bytes)
        try #require(truncate(file, 10) == 0)
        await #expect(throws: FileFault.self) {
            while got.count < Int(found.bytes) { got += try await talk.receive(found.bytes - Int64(got.count)) }
        }
        #expect(got.count < 8_000_000 && got.allSatisfy { $0 == UInt8(ascii: "x") })
    }

    @Test("faults are told, and the conversation goes on")
    func faults() async throws {
        let place = try Place(), talk = try place.talk()
        await #expect(throws: FileFault.missing) { try await talk.ask(.read(path("nothing"))) }
        await #expect(throws: FileFault.missing) { try await talk.ask(.write(path("a/b"), replace: false, bytes: nil)) }
        await #expect(throws: FileFault.isTop) { try await talk.ask(.remove(.top, recursive: true)) }
        guard case .entry(let made) = try await talk.ask(.makeFolder(path("a"))) else {
            Issue.record("not made")
            return
        }
        #expect(made.kind == .folder)
        await #expect(throws: FileFault.exists(.folder)) { try await talk.ask(.makeFolder(path("a"))) }
        await #expect(throws: FileFault.self) {
            try await talk.ask(.write(path("huge"), replace: false, bytes: .max))
        }
    }

    @Test(
        "a full disk is told with what is left, and nothing of the file stays",
        .enabled(if: geteuid() == 0, "mounting a small disk needs root"))
    func fullDisk() async throws {
        let place = try Place()
        try #require(mount("tmpfs", place.root, "tmpfs", 0, "size=1m") == 0, "errno \(errno)")
        defer { umount2(place.root, Int32(MNT_DETACH)) }
        let talk = try place.talk()
        _ = try await talk.ask(.write(path("large"), replace: false, bytes: nil))
        let piece = [UInt8](repeating: 7, count: 400_000)
        await #expect {
            for _ in 0..<20 { try await talk.send(piece) }
            _ = try await talk.finish()
        } throws: { error in
            if case FileFault.full = error { true } else { false }
        }
        let other = try place.talk()
        guard case .use(let use) = try await other.ask(.use(.top)) else {
            Issue.record("no use")
            return
        }
        #expect(use.files == 0)
    }

    @Test("what belongs to a team is its group's too")
    func team() async throws {
        let place = try Place(), talk = try place.talk(.team)
        _ = try await talk.ask(.write(path("shared"), replace: false, bytes: nil))
        _ = try await talk.finish()
        _ = try await talk.ask(.makeFolder(path("folder")))
        var found = stat()
        stat(place.root + "/shared", &found)
        #expect(found.st_mode & 0o777 == 0o660)
        stat(place.root + "/folder", &found)
        #expect(found.st_mode & 0o777 == 0o770)
    }
}
