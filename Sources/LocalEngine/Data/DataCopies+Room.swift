import FleetModel
import Glibc

/// What the launcher knows of attempts, where copies are to go.
struct DataCopyUsers {
    /// Paths of copies that work is shown.
    var inUse: Set<String> = []
    /// What other work copies now: names, and the bytes that it will take.
    var copying: [String: Int64] = [:]
    /// What some work is shown can't be read: nothing may go.
    var isUncertain = false
}

extension DataCopies {
    /// Makes ready what the work needs that copies a set, or removes its copy: its folder, and in that what is to be deleted.
    /// - Parameter most: the bytes that all copies may take; nil: what the disk has.
    /// - Returns: the folder that the work may write.
    func prepare(
        _ act: DataCopyAct, for identity: WorkIdentity, readableTo service: ServiceIdentity, _ users: DataCopyUsers,
        most: Int64?
    ) throws(SystemFailure) -> String {
        let own = folder(act.name), top = place.copiesFolder
        guard DataPlace.isName(act.name) else { throw SystemFailure("use \(act.name)", EINVAL) }
        try Files.makeFolder(top)
        guard Files.isFolder(top), !service.isSeparate || lchown(top, geteuid(), service.gid) == 0, chmod(top, 0o750) == 0
        else { throw SystemFailure("set the rights of \(top)") }
        try Files.makeFolder(own, mode: 0o755)
        // Whatever this process's mask says: the server reads here, and the work writes.
        guard Files.isFolder(own), lchown(own, identity.uid, identity.gid) == 0, chmod(own, 0o755) == 0 else {
            throw SystemFailure("use \(own)")
        }
        // A copying that runs leaves nothing then.
        if case .remove = act { unlink(path(act.name, DataCopyPlace.wanted)) }
        // Two copyings of one set: the second finds the first one's lock, or no word on its room, and says so.
        guard users.copying[act.name] == nil else { return own }
        // Also where none is wanted any more: work may still read it.
        if written(act.name) != nil { withdraw(act.name) } else { unlink(path(act.name, DataCopyPlace.record)) }
        let old = withdrawn(act.name)
        for name in Files.names(in: top) where DataPlace.isName(name) { setAside(name, in: own, users) }
        guard case .make(_, let bytes, let isAsked) = act else { return own }
        _ = try Descriptor.open(path(act.name, DataCopyPlace.wanted), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
        markUsed(act.name)
        var room = Room(at: top, most: most, promised: users.copying.values.reduce(0, +))
        // They lie there still, and are deleted before anything is copied.
        for copy in old where !users.inUse.contains(path(act.name, copy.copy)) { room.free += copy.bytes }
        let wanted = bytes ?? old.first?.bytes ?? text(act.name, DataCopyPlace.size).flatMap { Int64($0.filter(\.isNumber)) }
        makeRoom(&room, for: wanted ?? 0, in: own, users, spares: isAsked ? 0 : Self.spared)
        try write(room, act.name)
        return own
    }

    /// A new file each time: the work could have put a link there.
    private func write(_ room: Room, _ name: String) throws(SystemFailure) {
        let path = path(name, DataCopyPlace.room)
        unlink(path)
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.write("\(room.quota) \(room.reserve + room.promised)\n".utf8, doing: "write \(path)")
        guard fchmod(file.number, 0o644) == 0 else { throw SystemFailure("set the rights of \(path)") }
    }

    /// What of a set is no whole copy that may be used, nor in use, goes where the work deletes it.
    private func setAside(_ name: String, in target: String, _ users: DataCopyUsers) {
        guard !users.isUncertain, users.copying[name] == nil else { return }
        let current = record(name)?.copy
        for entry in Files.names(in: folder(name)) where entry != current && !users.inUse.contains(path(name, entry)) {
            if entry.hasPrefix(DataCopyPlace.gone) {
                if folder(name) != target { rename(path(name, entry), "\(target)/\(entry)") }
            } else if entry.hasPrefix(DataCopyPlace.whole) {
                rename(path(name, entry), "\(target)/\(DataCopyPlace.gone)\(name)-\(entry)")
                unlink(olderRecord(name, of: entry))
            }
        }
    }

    /// Bytes, as they are shared.
    private struct Room {
        /// What the disk has, less the reserve.
        var free: Int64
        /// What copies may take that are not there yet.
        var quota: Int64
        let reserve: Int64
        /// What other copyings will still take.
        let promised: Int64

        init(at folder: String, most: Int64?, promised: Int64) {
            self.promised = promised
            // A tenth of the disk stays free, at most 20 GiB: logs and the ledger lie there too.
            reserve = min(Files.sizeOfFileSystem(folder) / 10, 20 << 30)
            free = Files.freeBytes(folder) - reserve - promised
            quota = (most ?? .max / 2) - promised
        }

        var bytes: Int64 { max(0, min(free, quota)) }
    }

    /// A copy that was used in this time makes room only for what somebody asked for, in nanoseconds: else two sets that do not fit
    /// together would drive each other out with every request.
    private static let spared: Int64 = 24 * 3_600 * 1_000_000_000

    /// Takes copies away that were not used for longest, as long as that leads to enough room.
    private func makeRoom(
        _ room: inout Room, for bytes: Int64, in target: String, _ users: DataCopyUsers, spares: Int64
    ) {
        let sets = Files.names(in: place.copiesFolder)
        var others = sets.compactMap { name in
            record(name).map { (name: name, record: $0, usedAt: lastUse(of: name)) }
        }
        room.quota -= others.reduce(0) { $0 + $1.record.bytes }
        // What work still reads is no copy any more, and takes its room all the same.
        for name in sets {
            for old in withdrawn(name) where users.inUse.contains(path(name, old.copy)) { room.quota -= old.bytes }
        }
        let before = room, now = Int64(time(nil)) * 1_000_000_000
        others.removeAll { other in
            // The time is in whole seconds: what was used in this one is not spared for that.
            users.isUncertain || users.copying[other.name] != nil || spares > 0 && other.usedAt > now - spares
                || users.inUse.contains(path(other.name, other.record.copy))
        }
        others.sort { ($0.usedAt, $0.name) < ($1.usedAt, $1.name) }
        var chosen: [String] = []
        for other in others where room.bytes < bytes {
            chosen.append(other.name)
            room.free += other.record.bytes
            room.quota += other.record.bytes
        }
        guard room.bytes >= bytes else {
            // All of them together are not enough: none goes for nothing.
            room = before
            return
        }
        for name in chosen {
            withdraw(name)
            setAside(name, in: target, users)
        }
    }

    private func lastUse(of name: String) -> Int64 {
        Files.ownStatus(path(name, DataCopyPlace.wanted)).map {
            Int64($0.st_mtim.tv_sec) * 1_000_000_000 + Int64($0.st_mtim.tv_nsec)
        } ?? 0
    }
}
