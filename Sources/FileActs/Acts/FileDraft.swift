import CLinux
import Glibc

/// A file that is being written. It gets its name when it is whole and on the disk; until then, and when that never comes
/// about, there is nothing of that name.
package final class FileDraft {
    private let folder: OpenFile
    private let file: OpenFile
    private let name: [UInt8]
    private let replace: Bool
    /// Its name until then, where the file system can't do without one.
    private var temporary: [UInt8]?

    fileprivate init(_ folder: OpenFile, _ file: OpenFile, _ name: [UInt8], replace: Bool, temporary: [UInt8]?) {
        self.folder = folder
        self.file = file
        self.name = name
        self.replace = replace
        self.temporary = temporary
    }

    deinit { discard() }

    private func discard() {
        guard let temporary else { return }
        _ = withName(temporary) { unlinkat(folder.number, $0, 0) }
        self.temporary = nil
    }

    package func write(_ bytes: [UInt8]) throws(FileFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileActs.full(folder, FileFault(errno: errno), wanted: nil) }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes it durable and gives it its name.
    package func finish() throws(FileFault) -> (entry: FileEntry, replaced: Bool) {
        guard fsync(file.number) == 0 else { throw FileActs.full(folder, FileFault(errno: errno), wanted: nil) }
        var replaced = false
        if replace, let old = try? folder.status(of: name) {
            let kind = FileKind(old.st_mode)
            guard kind == .file else { throw .notAFile(kind) }
            // Who could run or read the old one can run or read the new one.
            _ = fchmod(file.number, old.st_mode & 0o777)
            replaced = true
        }
        try place(over: replaced)
        sync(folder)
        return (FileEntry(try file.status(), name), replaced)
    }

    private func place(over old: Bool) throws(FileFault) {
        if temporary == nil {
            // Nothing is ever replaced by a link.
            let code = withName(name) { linux_name_file(file.number, folder.number, $0) }
            if code == 0 { return }
            guard code == -EEXIST else { throw FileFault(errno: -code) }
            guard old else { throw .exists(FileActs.kind(name, folder)) }
            let draft = FileActs.draftName()
            let again = withName(draft) { linux_name_file(file.number, folder.number, $0) }
            guard again == 0 else { throw FileFault(errno: -again) }
            temporary = draft
        }
        guard let draft = temporary else { return }
        let code = withName(draft) { from in withName(name) { linux_rename_in(folder.number, from, $0, old) } }
        guard code == 0 else { throw code == -EEXIST ? .exists(FileActs.kind(name, folder)) : FileFault(errno: -code) }
        temporary = nil
    }

    /// Some file systems have nothing to sync there, and some folders can't be read: then the name comes to the disk later.
    private func sync(_ folder: OpenFile) {
        let file = linux_reopen(folder.number, O_RDONLY | O_DIRECTORY)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }
}

extension FileActs {
    /// Begins a file.
    /// - Parameter bytes: how many will come; nil: not known.
    package func write(_ path: FilePath, replace: Bool, bytes: Int64?) throws(FileFault) -> FileDraft {
        let (folder, name) = try folder(of: path)
        if let there = try? folder.status(of: name) {
            let kind = FileKind(there.st_mode)
            guard replace else { throw .exists(kind) }
            guard kind == .file else { throw .notAFile(kind) }
        }
        var room = statvfs()
        if let bytes, fstatvfs(folder.number, &room) == 0 {
            let free = room.bytes(room.f_bavail)
            guard bytes <= free else { throw .full(free: free, wanted: bytes) }
        }
        let unnamed = linux_open_unnamed(folder.number, sharing.fileMode)
        if unnamed >= 0 { return FileDraft(folder, OpenFile(unnamed), name, replace: replace, temporary: nil) }
        guard [EOPNOTSUPP, EISDIR, EINVAL, ENOENT].contains(-unnamed) else {
            throw Self.full(folder, FileFault(errno: -unnamed), wanted: bytes)
        }
        // Such as NFS.
        let draft = Self.draftName()
        let named = withName(draft) { linux_open_draft(folder.number, $0, sharing.fileMode) }
        guard named >= 0 else { throw Self.full(folder, FileFault(errno: -named), wanted: bytes) }
        return FileDraft(folder, OpenFile(named), name, replace: replace, temporary: draft)
    }

    static func draftName() -> [UInt8] { Array(".carrel-\(String(UInt64.random(in: 0 ... .max), radix: 36)).part".utf8) }

    static func kind(_ name: [UInt8], _ folder: OpenFile) -> FileKind {
        (try? folder.status(of: name)).map { FileKind($0.st_mode) } ?? .other
    }

    /// The same, with how much is left where the disk is full.
    static func full(_ folder: OpenFile, _ fault: FileFault, wanted: Int64?) -> FileFault {
        guard case .full = fault else { return fault }
        var room = statvfs()
        guard fstatvfs(folder.number, &room) == 0 else { return fault }
        return .full(free: room.bytes(room.f_bavail), wanted: wanted)
    }
}
