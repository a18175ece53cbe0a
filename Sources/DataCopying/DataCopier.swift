import CLinux
import FleetModel
import Foundation
import Glibc

/// Copies a data set into its folder on the node's disk. It is whole when everything is synced and a record names a folder that is
/// there; whoever copies next deletes what is not.
package struct DataCopier {
    /// Where the set's files are read.
    let source: String
    /// Where its copy lies, beside the record.
    let folder: String
    let name: String
    /// What it held when it was last counted; nil: nobody knows.
    let bytes: Int64?
    /// Only what everybody may read is copied.
    let mustBeOpen: Bool
    /// Told each step.
    let say: (String) -> Void
    /// See `TreeCopy.pause`.
    var pause = 10

    package init(
        source: String, folder: String, name: String, bytes: Int64?, mustBeOpen: Bool, say: @escaping (String) -> Void
    ) {
        (self.source, self.folder, self.name, self.bytes) = (source, folder, name, bytes)
        (self.mustBeOpen, self.say) = (mustBeOpen, say)
    }

    package func make() throws(DataCopyTrouble) {
        let lock = try lock()
        defer { close(lock) }
        try tidy()
        let room = try room()
        if bytes == nil { try count(room) }
        let before = try mark(), madeAt = Int64(Date().timeIntervalSince1970 * 1_000)
        let copy = "\(DataCopyPlace.whole)\(madeAt)", draft = copy + DataCopyPlace.unfinished
        var isRecorded = false
        var tree = TreeCopy(room: room, mustBeOpen: mustBeOpen, say: say)
        tree.pause = pause
        say("Copying \(name) to this machine's disk.")
        do throws(DataCopyTrouble) {
            try tree.copy(source, to: "\(folder)/\(draft)")
            guard try mark() == before else { throw .changed(path: ".") }
            try settle(draft)
            guard access("\(folder)/\(DataCopyPlace.wanted)", F_OK) == 0 else { throw .unwanted }
            isRecorded = true
            let made = Timestamp(milliseconds: madeAt)
            // The record first: it counts once the folder that it names is there. The other way round somebody could take the
            // folder, before it is recorded, for what nobody needs.
            try write(DataCopyRecord(copy: copy, source: before, files: tree.files, bytes: tree.bytes, madeAt: made))
            guard rename("\(folder)/\(draft)", "\(folder)/\(copy)") == 0 else {
                throw .system(doing: "name the copy", code: errno)
            }
        } catch {
            if isRecorded { unlink("\(folder)/\(DataCopyPlace.record)") }
            try? TreeRemoval.remove("\(folder)/\(draft)")
            throw error
        }
        syncFolder()
        let left = tree.special == 0 ? "" : "; left out \(tree.special) that are neither files, folders nor links"
        say(
            "\(name) is copied: \(tree.files) file\(tree.files == 1 ? "" : "s"), \(MemoryBytes(tree.bytes).text)\(left). "
                + "Work that asks for it reads the copy from now on.")
    }

    /// So that the next copying knows what others have to make room for, and this one ends before hours have passed.
    private func count(_ room: TreeCopy.Room) throws(DataCopyTrouble) {
        say("Counting \(name).")
        let number = open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .notOpen(path: ".") }
        defer { close(number) }
        var files: Int64 = 0, bytes: Int64 = 0, isClosed = false
        guard linux_measure_folder(number, Self.countingTime, &files, &bytes, &isClosed) else { return }
        try? Data("\(bytes)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(DataCopyPlace.size)"))
        let most = room.left(at: folder)
        if bytes > most { throw .noRoom(needed: bytes, room: most, isNew: true) }
    }

    /// In seconds.
    private static let countingTime: Int32 = 6 * 3_600

    package func remove() throws(DataCopyTrouble) {
        let lock: Int32
        do throws(DataCopyTrouble) { lock = try self.lock() } catch {
            guard error == .busy else { throw error }
            return say("\(name) is being copied now; that copying will leave nothing. Work reads the folder itself.")
        }
        defer { close(lock) }
        try tidy()
        for file in [DataCopyPlace.room, DataCopyPlace.size, DataCopyPlace.record] { unlink("\(folder)/\(file)") }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        say(
            names.contains { $0.hasPrefix(DataCopyPlace.whole) }
                ? "Work still reads the copy of \(name): nobody else is shown it, and it is deleted by the next copying, or by this command given again."
                : "The copy of \(name) is deleted; work reads the folder itself.")
    }

    /// Held until the work is over: two at once would delete each other's.
    private func lock() throws(DataCopyTrouble) -> Int32 {
        let number = open("\(folder)/.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw .system(doing: "open \(folder)", code: errno) }
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            close(number)
            throw .busy
        }
        return number
    }

    /// What nobody uses, and what was cut off.
    private func tidy() throws(DataCopyTrouble) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where name.hasPrefix(DataCopyPlace.gone) || name.hasSuffix(DataCopyPlace.unfinished) {
            try TreeRemoval.remove("\(folder)/\(name)")
        }
    }

    private func mark() throws(DataCopyTrouble) -> DataSourceMark {
        var info = stat()
        guard stat(source, &info) == 0 else { throw .system(doing: "look at the set's folder", code: errno) }
        return DataSourceMark(
            inode: UInt64(info.st_ino), changed: (info.st_mtim.tv_sec, info.st_mtim.tv_nsec),
            touched: (info.st_ctim.tv_sec, info.st_ctim.tv_nsec))
    }

    /// Read once: a work for which nothing was made ready, since another copied then, finds none.
    private func room() throws(DataCopyTrouble) -> TreeCopy.Room {
        let text = try? String(contentsOfFile: "\(folder)/\(DataCopyPlace.room)", encoding: .utf8)
        let words = (text ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
        guard words.count == 2 else { throw .busy }
        unlink("\(folder)/\(DataCopyPlace.room)")
        return TreeCopy.Room(quota: words[0], reserve: words[1])
    }

    /// On the disk, all of it, before anything says that it is there.
    private func settle(_ draft: String) throws(DataCopyTrouble) {
        let number = open("\(folder)/\(draft)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .system(doing: "open the copy", code: errno) }
        defer { close(number) }
        let code = linux_sync_all(number)
        guard code == 0 else { throw .system(doing: "write the copy to the disk", code: -code) }
    }

    private func write(_ record: DataCopyRecord) throws(DataCopyTrouble) {
        let path = "\(folder)/\(DataCopyPlace.record)", draft = path + ".new"
        guard let bytes = try? JSONEncoder().encode(record) else { throw .system(doing: "write \(path)", code: EINVAL) }
        let number = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard number >= 0 else { throw .system(doing: "write \(draft)", code: errno) }
        let isWritten =
            bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) } == bytes.count
            && fchmod(number, 0o644) == 0
            && fsync(number) == 0
        let code = errno
        close(number)
        guard isWritten else { throw .system(doing: "write \(draft)", code: code) }
        guard rename(draft, path) == 0 else { throw .system(doing: "write \(path)", code: errno) }
        syncFolder()
    }

    private func syncFolder() {
        let place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard place >= 0 else { return }
        fsync(place)
        close(place)
    }
}
