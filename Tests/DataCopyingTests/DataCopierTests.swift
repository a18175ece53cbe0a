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
        }

        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
        }

        func make(mustBeOpen: Bool = true) throws {
            try DataCopier(source: source, folder: folder, name: "set", mustBeOpen: mustBeOpen) { self.said.append($0) }
                .make()
        }

        var record: DataCopyRecord? {
            FileManager.default.contents(atPath: "\(folder)/\(DataCopyPlace.record)").flatMap {
                try? JSONDecoder().decode(DataCopyRecord.self, from: $0)
            }
        }

        /// What lies in the set's folder, but for the lock.
        var names: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0 != ".lock" }.sorted()
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
        #expect(throws: DataCopyTrouble.notOpen(path: "\(place.source)/\(name)")) { try place.make() }
        #expect(place.names.isEmpty)
        try place.make(mustBeOpen: false)
        #expect(place.record != nil)
    }

    @Test("what there is no room for is refused with figures, and nothing stays")
    func room() throws {
        let place = try Place()
        try Data("6\n".utf8).write(to: URL(fileURLWithPath: "\(place.folder)/\(DataCopyPlace.room)"))
        #expect(throws: DataCopyTrouble.noRoom(needed: 7, room: 6)) { try place.make() }
        #expect(place.names == [DataCopyPlace.room])
        let words = DataCopyTrouble.noRoom(needed: 7, room: 6).words(for: "set")
        #expect(words.contains("7 B") && words.contains("6 B") && words.contains("Nothing was kept"), "\(words)")
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
        try DataCopier(source: place.source, folder: place.folder, name: "set", mustBeOpen: true) { _ in }.remove()
        // What may be in use is not the work's to delete.
        #expect(place.names.count == 2)
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
        let mark = DataSourceMark(inode: 1, changedAt: 1)
        #expect(!DataCopyRecord(copy: name, source: mark, files: 1, bytes: 1, madeAt: Timestamp(milliseconds: 1)).isUsable)
    }
}
