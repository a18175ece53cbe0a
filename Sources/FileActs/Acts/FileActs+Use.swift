import CLinux
import Glibc

extension statvfs {
    /// A file system of somebody's own says what it likes.
    func bytes(_ blocks: fsblkcnt_t) -> Int64 {
        let (bytes, isTooMuch) = UInt64(blocks).multipliedReportingOverflow(by: UInt64(f_frsize))
        return isTooMuch ? .max : Int64(clamping: bytes)
    }
}

extension FileActs {
    /// What is counted at most, and for how long: somebody waits for it.
    private static let mostCounted = 1_000_000
    private static let longestCount = Duration.seconds(4)

    /// What a folder takes on the disk, what is free there, and the kernel's quota where it has one.
    package func use(of path: FilePath) throws(FileFault) -> FileUse {
        let folder = try open(path, O_RDONLY | O_DIRECTORY)
        var room = statvfs()
        guard fstatvfs(folder.number, &room) == 0 else { throw FileFault(errno: errno) }
        var count = Count(until: .now + Self.longestCount)
        try add(folder, level: 1, on: try folder.status().st_dev, to: &count)
        return FileUse(
            bytes: count.bytes, files: count.files, folders: count.folders, isWhole: count.isWhole,
            freeBytes: room.bytes(room.f_bavail), totalBytes: room.bytes(room.f_blocks), quota: try quota(of: folder))
    }

    private struct Count {
        let until: ContinuousClock.Instant
        var bytes: Int64 = 0
        var files = 0, folders = 0
        var isWhole = true
        /// Files with several names, which take their room once.
        var seen: Set<UInt64> = []

        init(until: ContinuousClock.Instant) { self.until = until }
    }

    private func add(_ folder: OpenFile, level: Int, on device: dev_t, to count: inout Count) throws(FileFault) {
        let (names, isCut) = try names(in: folder)
        if isCut { count.isWhole = false }
        for name in names {
            guard count.files + count.folders < Self.mostCounted, .now < count.until else {
                count.isWhole = false
                return
            }
            guard let found = try? folder.status(of: name), found.st_dev == device else { continue }
            let isFolder = FileKind(found.st_mode) == .folder
            if found.st_nlink == 1 || isFolder || count.seen.insert(UInt64(found.st_ino)).inserted {
                count.bytes = min(count.bytes + max(0, Int64(clamping: found.st_blocks)) % (1 << 51) * 512, 1 << 61)
            }
            guard isFolder else {
                count.files += 1
                continue
            }
            count.folders += 1
            let opened = withName(name) { openat(folder.number, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            guard level < Self.mostLevels, opened >= 0 else {
                if opened >= 0 { close(opened) }
                count.isWhole = false
                continue
            }
            do throws(FileFault) { try add(OpenFile(opened), level: level + 1, on: device, to: &count) } catch {
                count.isWhole = false
            }
        }
    }

    /// Of the user whose folder it is, or of the team's group; nil: the file system has no quota for them.
    private func quota(of folder: OpenFile) throws(FileFault) -> FileUse.Quota? {
        let status = try root.status()
        let isTeam = sharing == .team
        var found = linux_quota()
        guard linux_quota(folder.number, isTeam, isTeam ? status.st_gid : geteuid(), &found) == 0, found.limit > 0 else {
            return nil
        }
        return FileUse.Quota(usedBytes: found.used, limitBytes: found.limit)
    }
}
