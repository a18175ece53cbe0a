import CLinux
import FleetModel
import Foundation
import Glibc

/// What a launch finds of a data set's copy.
enum DataCopyState: Hashable, Codable {
    /// There is none, or it is not to be used.
    case none
    /// The folder of this name is shown.
    case used(String)
    /// The set's folder is another one, or has changed, since it was copied.
    case stale
}

/// The copies of data sets in the data directory: which may be used, and which have to go. What is in them Carrel's own work
/// writes and deletes; here only names change, so that nothing takes long.
struct DataCopies {
    let place: DataDirectory

    private func folder(_ name: String) -> String { "\(place.copiesFolder)/\(name)" }
    func path(_ name: String, _ copy: String) -> String { "\(folder(name))/\(copy)" }
    private func recordPath(_ name: String) -> String { path(name, DataCopyPlace.record) }

    // MARK: Using

    /// The whole copy of a set.
    /// - Parameter source: the set's own folder, open.
    /// - Returns: nil: there is none. `folder`: open, for the caller to close; nil: it is of another state of the source.
    func find(_ name: String, like source: Int32) -> (record: DataCopyRecord, folder: Int32?)? {
        guard let record = record(name) else { return nil }
        var info = stat()
        guard fstat(source, &info) == 0, DataSourceMark(info) == record.source else { return (record, nil) }
        let folder = linux_open_directory(path(name, record.copy))
        return folder < 0 ? nil : (record, folder)
    }

    private func record(_ name: String) -> DataCopyRecord? {
        guard let bytes = try? Files.contents(recordPath(name), limit: 65_536),
            let record = try? JSONDecoder().decode(DataCopyRecord.self, from: Data(bytes)), record.isUsable,
            Files.isFolder(path(name, record.copy))
        else { return nil }
        return record
    }

    /// Whether what a launch found is there still: copying may have begun in between.
    func isThere(_ data: WorkData) -> Bool {
        guard case .used(let copy) = data.copy else { return true }
        guard let now = Files.ownStatus(path(data.name, copy)), let then = Files.status(of: data.folder) else {
            return false
        }
        return now.st_ino == then.st_ino && now.st_dev == then.st_dev
    }

    /// When it was last used decides which copy goes first. Not the record's own time of reading: whoever looks at it changes that.
    func markUsed(_ name: String) {
        utimensat(AT_FDCWD, path(name, DataCopyPlace.wanted), nil, AT_SYMLINK_NOFOLLOW)
    }

    /// Nobody uses it from here on; who does goes on.
    func withdraw(_ name: String) { unlink(recordPath(name)) }

    // MARK: Making room

    /// Makes ready what the work needs that copies a set, or removes its copy: its folder, and in that what is to be deleted.
    /// - Parameters:
    ///   - inUse: paths of copies that work is shown.
    ///   - most: the bytes that all copies may take; nil: what the disk has.
    /// - Returns: the folder that the work may write.
    func prepare(
        _ act: DataCopyAct, for identity: WorkIdentity, readableTo service: ServiceIdentity, inUse: Set<String>, most: Int64?
    ) throws(SystemFailure) -> String {
        let own = folder(act.name), top = place.copiesFolder
        guard DataPlace.isName(act.name) else { throw SystemFailure("use \(act.name)", EINVAL) }
        try Files.makeFolder(top)
        guard Files.isFolder(top), !service.isSeparate || lchown(top, geteuid(), service.gid) == 0, chmod(top, 0o750) == 0
        else { throw SystemFailure("set the rights of \(top)") }
        try Files.makeFolder(own, mode: 0o755)
        guard Files.isFolder(own), lchown(own, identity.uid, identity.gid) == 0 else { throw SystemFailure("use \(own)") }
        withdraw(act.name)
        for name in Files.names(in: top) where DataPlace.isName(name) { setAside(name, in: own, inUse: inUse) }
        switch act {
        case .remove:
            unlink(path(act.name, DataCopyPlace.wanted))
        case .make(_, let bytes):
            _ = try Descriptor.open(path(act.name, DataCopyPlace.wanted), O_WRONLY | O_CREAT | O_NOFOLLOW)
            markUsed(act.name)
            let room = makeRoom(for: bytes ?? 0, in: own, inUse: inUse, most: most)
            let text = "\(room)\n"
            // Belongs to root, so that it is another file each time.
            unlink(path(act.name, DataCopyPlace.room))
            let file = try Descriptor.open(
                path(act.name, DataCopyPlace.room), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
            try file.write(text.utf8, doing: "write \(path(act.name, DataCopyPlace.room))")
        }
        return own
    }

    /// What of a set is no whole copy that may be used, nor in use, goes where the work deletes it.
    private func setAside(_ name: String, in target: String, inUse: Set<String>) {
        let current = record(name)?.copy
        for entry in Files.names(in: folder(name)) where entry.hasPrefix(DataCopyPlace.whole) && entry != current {
            guard !inUse.contains(path(name, entry)), !entry.hasSuffix(DataCopyPlace.unfinished) else { continue }
            rename(path(name, entry), "\(target)/\(DataCopyPlace.gone)\(name)-\(entry)")
        }
    }

    /// Takes copies away that were not used for longest, as long as that leads to enough room.
    /// - Returns: the bytes that the new one may take.
    private func makeRoom(for bytes: Int64, in target: String, inUse: Set<String>, most: Int64?) -> Int64 {
        var free = Files.freeBytes(place.copiesFolder) - Self.reserve(of: Files.sizeOfFileSystem(place.copiesFolder))
        var others = Files.names(in: place.copiesFolder).compactMap { name in
            record(name).map { (name: name, record: $0, usedAt: lastUse(of: name)) }
        }
        var taken = others.reduce(0) { $0 + $1.record.bytes }
        var room: Int64 { max(0, min(free, (most ?? .max) - taken)) }
        others.removeAll { inUse.contains(path($0.name, $0.record.copy)) }
        others.sort { ($0.usedAt, $0.name) < ($1.usedAt, $1.name) }
        var chosen: [(name: String, record: DataCopyRecord, usedAt: Int64)] = []
        for other in others where room < bytes {
            chosen.append(other)
            free += other.record.bytes
            taken -= other.record.bytes
        }
        if room < bytes {
            // All of them together are not enough: none goes for nothing.
            for other in chosen { (free, taken) = (free - other.record.bytes, taken + other.record.bytes) }
            return room
        }
        for other in chosen {
            withdraw(other.name)
            setAside(other.name, in: target, inUse: inUse)
        }
        return room
    }

    /// A tenth of the disk stays free, at most 20 GiB: logs and the ledger lie there too.
    private static func reserve(of size: Int64) -> Int64 { min(size / 10, 20 << 30) }

    private func lastUse(of name: String) -> Int64 {
        Files.ownStatus(path(name, DataCopyPlace.wanted)).map {
            Int64($0.st_mtim.tv_sec) * 1_000_000_000 + Int64($0.st_mtim.tv_nsec)
        }
            ?? 0
    }
}

extension DataSourceMark {
    init(_ info: stat) {
        self.init(
            inode: UInt64(info.st_ino),
            changedAt: Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec))
    }
}
