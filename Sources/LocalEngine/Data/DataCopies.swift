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
    /// The set's folder is another one, or has changed, since it was copied into the folder of this name.
    case stale(String)
}

/// The copies of data sets in the data directory: which may be used, and which have to go. What is in them Carrel's own work
/// writes and deletes; here only names change, so that nothing takes long.
struct DataCopies {
    let place: DataDirectory

    func folder(_ name: String) -> String { "\(place.copiesFolder)/\(name)" }
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

    /// nil: there is none, it is not whole, or the set is to have none any more.
    func record(_ name: String) -> DataCopyRecord? {
        guard Files.exists(path(name, DataCopyPlace.wanted)) else { return nil }
        return written(name)
    }

    /// The record as it lies there, whether or not the set is to have a copy.
    func written(_ name: String) -> DataCopyRecord? { read(name, DataCopyPlace.record) }

    /// Of the copies that were withdrawn, while they lie there: the newest one's first.
    func withdrawn(_ name: String) -> [DataCopyRecord] {
        let older = Files.names(in: folder(name)).filter { $0.hasPrefix(DataCopyPlace.withdrawnBefore) }.sorted()
        return ([DataCopyPlace.withdrawn] + older).compactMap { read(name, $0) }
    }

    /// Where the record of a copy is kept once another one was withdrawn after it.
    func olderRecord(_ name: String, of copy: String) -> String { path(name, DataCopyPlace.withdrawnBefore + copy) }

    private func read(_ name: String, _ file: String) -> DataCopyRecord? {
        guard let bytes = text(name, file),
            let record = try? JSONDecoder().decode(DataCopyRecord.self, from: Data(bytes.utf8)), record.isUsable,
            Files.isFolder(path(name, record.copy))
        else { return nil }
        return record
    }

    /// A small file of the work's; were it a pipe, the launcher would wait for it.
    func text(_ name: String, _ file: String) -> String? {
        guard let open = try? Descriptor.open(path(name, file), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let info = Files.status(of: open), info.st_mode & S_IFMT == S_IFREG, info.st_size <= 65_536,
            let bytes = try? open.readSome(doing: "read \(file)")
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
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
    /// - Parameter copy: only while it is this one.
    func withdraw(_ name: String, only copy: String? = nil) {
        if let copy, record(name)?.copy != copy { return }
        // Work may still read that one, and its room is counted as long.
        if let older = read(name, DataCopyPlace.withdrawn), older.copy != written(name)?.copy {
            rename(path(name, DataCopyPlace.withdrawn), olderRecord(name, of: older.copy))
        }
        rename(recordPath(name), path(name, DataCopyPlace.withdrawn))
    }
}

extension DataSourceMark {
    init(_ info: stat) {
        self.init(
            inode: UInt64(info.st_ino), changed: (info.st_mtim.tv_sec, info.st_mtim.tv_nsec),
            touched: (info.st_ctim.tv_sec, info.st_ctim.tv_nsec))
    }
}
