import FleetModel
import Foundation
import Glibc
import Testing

@testable import DataCopying

@Suite("A data set is copied whole or not at all")
struct DataCopierTests {
    /// A folder to copy from and one to copy to.
    private final class Place {
        let top = "/var/tmp/carrel-copy-\(UUID().uuidString.prefix(8))"
        var source: String { top + "/source" }
        var folder: String { top + "/set" }
        private(set) var said: [String] = []

        init() throws {
            for path in [source + "/a/b", folder] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try write("a line\n", "a/b/file")
            chmod(source + "/a/b/file", 0o644)
            _ = FileManager.default.createFile(atPath: "\(folder)/\(DataCopyPlace.wanted)", contents: nil)
        }

        /// Bytes that the copy may take, and that have to stay free.
        var words = "1000000000000 0"
        /// Whether the launcher made it ready.
        var isReady = true

        private func room(_ words: String) throws {
            try Data("\(words)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(DataCopyPlace.room)"))
        }

        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
        }

        /// - Parameter meanwhile: done after each file, folder and link.
        func make(mustBeOpen: Bool = true, bytes: Int64? = 7, meanwhile: (() -> Void)? = nil) throws {
            var copier = DataCopier(source: source, folder: folder, name: "set", bytes: bytes, mustBeOpen: mustBeOpen) {
                self.said.append($0)
                if $0.contains("so far") { meanwhile?() }
            }
            if meanwhile != nil { copier.pause = 0 }
            if isReady { try room(words) }
            try copier.make()
        }

        var record: DataCopyRecord? {
            FileManager.default.contents(atPath: "\(folder)/\(DataCopyPlace.record)").flatMap {
                try? JSONDecoder().decode(DataCopyRecord.self, from: $0)
            }
        }

        /// What lies in the set's folder, but for the lock and the word on its room.
        var names: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
                ![".lock", DataCopyPlace.room, DataCopyPlace.wanted].contains($0)
            }.sorted()
        }

        func status(_ name: String) throws -> stat {
            var info = stat()
            try #require(lstat("\(folder)/\(name)", &info) == 0)
            return info
        }

        deinit { try? TreeRemoval.remove(top) }
    }

    @Test("files, folders and links come with their times, closed to writing; pipes are left out and counted")
    func whole() throws {
        let place = try Place()
        var past = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 2_000_000, tv_nsec: 5)]
        utimensat(AT_FDCWD, place.source + "/a/b/file", &past, 0)
        try place.write("#!/bin/sh\n", "run")
        chmod(place.source + "/run", 0o4755)
        symlink("a/b/file", place.source + "/link")
        symlink("/nowhere", place.source + "/dangling")
        mkfifo(place.source + "/pipe", 0o644)
        try place.make()
        let record = try #require(place.record)
        #expect(record.isUsable && record.files == 2 && record.bytes == 17)
        #expect(place.names == [record.copy, DataCopyPlace.record])
        let file = try place.status("\(record.copy)/a/b/file")
        #expect(file.st_mode & 0o7777 == 0o444 && file.st_mtim.tv_sec == 2_000_000 && file.st_mtim.tv_nsec == 5)
        #expect(try place.status("\(record.copy)/run").st_mode & 0o7777 == 0o555)
        #expect(try place.status("\(record.copy)/a").st_mode & 0o7777 == 0o555)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(place.folder)/\(record.copy)/link") == "a/b/file")
        #expect(try String(contentsOfFile: "\(place.folder)/\(record.copy)/link", encoding: .utf8) == "a line\n")
        var info = stat()
        #expect(lstat("\(place.folder)/\(record.copy)/pipe", &info) != 0)
        #expect(place.said.last?.contains("2 files") == true && place.said.last?.contains("left out 1") == true)
    }

    @Test("names of any bytes are copied")
    func anyName() throws {
        let place = try Place(), name: [CChar] = [-1, 10, 34, 32, 0]
        let folder = open(place.source, O_RDONLY | O_DIRECTORY)
        defer { close(folder) }
        let file = openat(folder, name, O_WRONLY | O_CREAT, 0o644)
        #expect(write(file, "x", 1) == 1)
        close(file)
        try place.make()
        let record = try #require(place.record)
        var info = stat()
        let copy = open("\(place.folder)/\(record.copy)", O_RDONLY | O_DIRECTORY)
        defer { close(copy) }
        #expect(fstatat(copy, name, &info, 0) == 0 && info.st_size == 1)
    }

    @Test("what not everybody may read is not copied, and nothing stays", arguments: [("a/b/file", 0o640), ("a/b", 0o750)])
    func closed(_ name: String, _ mode: mode_t) throws {
        let place = try Place()
        chmod("\(place.source)/\(name)", mode)
        #expect(throws: DataCopyTrouble.notOpen(path: name)) { try place.make() }
        #expect(place.names.isEmpty)
        try place.make(mustBeOpen: false)
        #expect(place.record != nil)
    }

    @Test("what has a list of rights beside its mode is not copied")
    func rights() throws {
        let place = try Place(), process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        // The user 61001 may not read it, everybody else may.
        let entries = "(1,6,2**32-1),(2,0,61001),(4,4,2**32-1),(16,4,2**32-1),(32,4,2**32-1)"
        process.arguments = [
            "-c",
            "import os,struct,sys;os.setxattr(sys.argv[1],'system.posix_acl_access',struct.pack('<I',2)+b''.join(struct.pack('<HHI',*e) for e in [\(entries)]))",
            place.source + "/a/b/file",
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        #expect(throws: DataCopyTrouble.hasRights(path: "a/b/file")) { try place.make() }
        #expect(place.names.isEmpty)
    }

    @Test("what there is no room for is refused with figures, and nothing stays")
    func room() throws {
        let place = try Place()
        place.words = "6 0"
        #expect(throws: DataCopyTrouble.noRoom(needed: 7, room: 6, isNew: false)) { try place.make() }
        #expect(place.names.isEmpty)
        let words = DataCopyTrouble.noRoom(needed: 7, room: 6, isNew: false).words(for: "set")
        #expect(words.contains("7 B") && words.contains("6 B") && words.contains("Nothing was kept"), "\(words)")
        // Nobody had counted it: it is counted before anything is copied, and kept for the next time.
        #expect(throws: DataCopyTrouble.noRoom(needed: 7, room: 6, isNew: true)) { try place.make(bytes: nil) }
        #expect(place.names == [DataCopyPlace.size])
        // The disk has less free than has to stay free.
        place.words = "1000000 \(Int64.max)"
        #expect(throws: DataCopyTrouble.noRoom(needed: 7, room: 0, isNew: false)) { try place.make() }
        // Nothing was made ready for it: another copied then.
        (place.words, place.isReady) = ("1000000 0", false)
        #expect(throws: DataCopyTrouble.busy) { try place.make() }
    }

    @Test("a folder in it that changes while it is copied is no copy")
    func changes() throws {
        let place = try Place()
        #expect(throws: DataCopyTrouble.changed(path: "a/b")) {
            try place.make { _ = FileManager.default.createFile(atPath: place.source + "/a/b/late", contents: Data()) }
        }
        #expect(place.names.isEmpty)
        try place.make()
        #expect(place.record?.files == 2)
    }

    @Test("a copy that somebody had deleted meanwhile is not recorded, and a failure leaves the one before")
    func unwanted() throws {
        let place = try Place()
        try place.make()
        let first = try #require(place.record)
        #expect(throws: DataCopyTrouble.changed(path: "a/b")) {
            try place.make { _ = FileManager.default.createFile(atPath: place.source + "/a/b/late", contents: Data()) }
        }
        #expect(place.record == first)
        #expect(throws: DataCopyTrouble.unwanted) {
            try place.make { unlink("\(place.folder)/\(DataCopyPlace.wanted)") }
        }
        #expect(place.record == first && place.names.count == 2)
    }

    @Test("names that would write on a terminal are shown without that")
    func words() {
        let words = DataCopyTrouble.changed(path: "a\u{1b}]0;x\u{7}").words(for: "set")
        #expect(!words.unicodeScalars.contains { $0.value < 0x20 } && words.contains("a?]0;x?"), "\(words)")
    }

    @Test("what was cut off, and what nobody uses any more, is deleted by whoever copies next, closed folders too")
    func tidies() throws {
        let place = try Place()
        for name in ["copy-1.partial/a/b", "gone-other-copy-2/c"] {
            try FileManager.default.createDirectory(atPath: "\(place.folder)/\(name)", withIntermediateDirectories: true)
            chmod("\(place.folder)/\(name)", 0o555)
        }
        try place.make()
        #expect(place.names == [try #require(place.record).copy, DataCopyPlace.record])
        var said: [String] = []
        let copier = DataCopier(source: place.source, folder: place.folder, name: "set", bytes: 7, mustBeOpen: true) {
            said.append($0)
        }
        try copier.remove()
        // What may be in use is not the work's to delete.
        #expect(place.names.count == 1 && said.last?.contains("still reads the copy") == true, "\(said)")
    }

    @Test("two at once: the second is told so")
    func twice() throws {
        let place = try Place(), lock = open("\(place.folder)/.lock", O_RDWR | O_CREAT, 0o600)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        #expect(throws: DataCopyTrouble.busy) { try place.make() }
    }

    @Test(
        "a record names nothing but a whole copy beside it",
        arguments: ["../x", "copy-1/../../x", "copy-1.partial", "", "gone-1"])
    func records(_ name: String) {
        let mark = DataSourceMark(inode: 1, changedAt: 1, touchedAt: 1)
        #expect(!DataCopyRecord(copy: name, source: mark, files: 1, bytes: 1, madeAt: Timestamp(milliseconds: 1)).isUsable)
    }
}
