import FleetModel
import Foundation
import Glibc
import Testing

@testable import LocalEngine

@Suite("Which copies of data sets stay")
struct DataCopiesTests {
    /// A data directory with copies in it.
    private final class Place {
        let path = "/var/tmp/carrel-copies-\(UUID().uuidString.prefix(8))"
        var copies: DataCopies { DataCopies(place: DataDirectory(path: path)) }

        init() throws {
            try FileManager.default.createDirectory(atPath: path + "/copies", withIntermediateDirectories: true)
        }

        /// A whole copy, last used so many days ago.
        func add(_ name: String, bytes: Int64, days: Int = 2, tail: String = "") throws {
            let folder = "\(path)/copies/\(name)", copy = "copy-\(name)\(tail)"
            try FileManager.default.createDirectory(atPath: "\(folder)/\(copy)", withIntermediateDirectories: true)
            let mark = DataSourceMark(inode: 1, changedAt: 1, touchedAt: 1)
            let record = DataCopyRecord(
                copy: copy, source: mark, files: 1, bytes: bytes, madeAt: Timestamp(milliseconds: 1))
            try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: "\(folder)/\(DataCopyPlace.record)"))
            _ = FileManager.default.createFile(atPath: "\(folder)/\(DataCopyPlace.wanted)", contents: Data())
            var times = [timespec](repeating: timespec(tv_sec: time(nil) - days * 86_400, tv_nsec: 0), count: 2)
            utimensat(AT_FDCWD, "\(folder)/\(DataCopyPlace.wanted)", &times, 0)
        }

        func prepare(
            _ act: DataCopyAct, _ users: DataCopyUsers = DataCopyUsers(), most: Int64? = nil
        ) throws -> [String] {
            let identity = WorkIdentity(
                uid: geteuid(), gid: getegid(), groups: [], mustDrop: false, isAllocated: false, name: nil, home: nil,
                shell: nil)
            let service = ServiceIdentity(isSeparate: false, uid: geteuid(), gid: getegid())
            _ = try copies.prepare(act, for: identity, readableTo: service, users, most: most)
            return names(act.name)
        }

        func names(_ set: String) -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/copies/\(set)")) ?? []).sorted()
        }

        func isWhole(_ set: String) -> Bool { copies.record(set) != nil }

        var quota: Int64? {
            let text = try? String(contentsOfFile: "\(path)/copies/new/\(DataCopyPlace.room)", encoding: .utf8)
            return text?.split(separator: " ").first.flatMap { Int64($0) }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private let new = DataCopyAct.make(name: "new", bytes: 600, isAsked: true)

    @Test("the one that was not used for longest goes, and no more than has to")
    func longestUnused() throws {
        let place = try Place()
        for (name, days) in [("a", 2), ("b", 9), ("c", 5)] { try place.add(name, bytes: 300, days: days) }
        #expect(try place.prepare(new, most: 1_200).contains("gone-b-copy-b"))
        #expect(place.isWhole("a") && !place.isWhole("b") && place.isWhole("c"))
        #expect(place.quota == 600)
    }

    @Test("none goes for nothing, none that is in use, none of today's for a copy that nobody asked for")
    func staying() throws {
        let place = try Place()
        try place.add("a", bytes: 300)
        try place.add("b", bytes: 300, days: 0)
        _ = try place.prepare(.make(name: "new", bytes: 5_000, isAsked: true), most: 1_000)
        #expect(place.isWhole("a") && place.isWhole("b") && place.quota == 400)
        let inUse = DataCopyUsers(inUse: [place.copies.path("a", "copy-a")])
        _ = try place.prepare(.make(name: "new", bytes: 600, isAsked: false), inUse, most: 1_000)
        #expect(place.isWhole("a") && place.isWhole("b"))
        _ = try place.prepare(.make(name: "new", bytes: 600, isAsked: true), inUse, most: 1_000)
        #expect(place.isWhole("a") && !place.isWhole("b"))
    }

    @Test("copyings that run at once share the room, and the second of one set changes nothing")
    func atOnce() throws {
        let place = try Place()
        _ = try place.prepare(new, DataCopyUsers(copying: ["other": 700]), most: 1_000)
        #expect(place.quota == 300)
        try place.add("new", bytes: 100)
        let before = place.names("new")
        #expect(try place.prepare(new, DataCopyUsers(copying: ["new": 600]), most: 1_000) == before)
        // A copying that runs finds that no copy is wanted, and leaves none.
        let left = try place.prepare(.remove(name: "new"), DataCopyUsers(copying: ["new": 600]))
        #expect(left == before.filter { $0 != DataCopyPlace.wanted })
    }

    @Test("its own old copy makes room first, withdrawn before or not, and one that work still reads takes its room")
    func ownRoom() throws {
        let place = try Place()
        try place.add("new", bytes: 500)
        try place.add("other", bytes: 300)
        place.copies.withdraw("new")
        _ = try place.prepare(new, most: 1_000)
        #expect(place.isWhole("other") && place.quota == 700)
        try place.add("new", bytes: 500)
        let inUse = DataCopyUsers(inUse: [place.copies.path("new", "copy-new")])
        _ = try place.prepare(new, inUse, most: 1_000)
        // 500 are read, 300 went, and 500 are not enough: so nothing went.
        #expect(place.isWhole("other") && place.quota == 200)
    }

    @Test("all old copies of one set that work still reads take their room, each as long as it is read")
    func oldOnes() throws {
        let place = try Place()
        for tail in ["-1", "-2", "-3"] {
            try place.add("a", bytes: 100, tail: tail)
            place.copies.withdraw("a")
        }
        func path(_ tail: String) -> String { place.copies.path("a", "copy-a" + tail) }
        _ = try place.prepare(new, DataCopyUsers(inUse: [path("-1"), path("-2"), path("-3")]), most: 1_000)
        #expect(place.quota == 700)
        _ = try place.prepare(new, DataCopyUsers(inUse: [path("-1"), path("-3")]), most: 1_000)
        #expect(place.quota == 800)
        _ = try place.prepare(new, most: 1_000)
        #expect(place.quota == 1_000 && place.copies.withdrawn("a").isEmpty)
        #expect(!place.names("a").contains { $0.hasPrefix(DataCopyPlace.withdrawnBefore) })
        // One that is to be removed, too.
        try place.add("a", bytes: 100, tail: "-4")
        let inUse = DataCopyUsers(inUse: [path("-4")])
        _ = try place.prepare(.remove(name: "a"), inUse)
        _ = try place.prepare(new, inUse, most: 1_000)
        #expect(!place.isWhole("a") && place.quota == 900)
    }

    @Test("what was cut off elsewhere, and old copies that nobody uses, are deleted by the next that copies")
    func leftovers() throws {
        let place = try Place()
        try place.add("a", bytes: 100)
        for name in ["copy-1.partial", "copy-2", "gone-x-copy-3"] {
            try FileManager.default.createDirectory(
                atPath: "\(place.path)/copies/a/\(name)", withIntermediateDirectories: true)
        }
        // What some work is shown is unknown: nothing goes.
        #expect(try !place.prepare(new, DataCopyUsers(isUncertain: true)).contains { $0.hasPrefix("gone-") })
        let users = DataCopyUsers(inUse: [place.copies.path("a", "copy-2")])
        let gone = try place.prepare(new, users).filter { $0.hasPrefix("gone-") }
        #expect(gone == ["gone-a-copy-1.partial", "gone-x-copy-3"])
        #expect(place.isWhole("a") && place.names("a").contains("copy-2"))
    }

    @Test("a pipe in the place of the record is not waited for, and a set that is to have no copy has none")
    func hostile() throws {
        let place = try Place()
        try place.add("a", bytes: 100)
        unlink("\(place.path)/copies/a/\(DataCopyPlace.record)")
        mkfifo("\(place.path)/copies/a/\(DataCopyPlace.record)", 0o644)
        #expect(!place.isWhole("a"))
        try place.add("b", bytes: 100)
        unlink("\(place.path)/copies/b/\(DataCopyPlace.wanted)")
        #expect(!place.isWhole("b"))
    }
}
