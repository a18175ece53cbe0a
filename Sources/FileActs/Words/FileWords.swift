/// What is asked of the process that does things to files for somebody. One line of JSON each.
package enum FileQuestion: Codable, Sendable {
    /// At most `limit` entries of a folder in the order of their names, those after a name.
    case list(FilePath, after: [UInt8]?, limit: Int)
    case look(FilePath)
    /// Answered by `contents`, and then so many bytes.
    case read(FilePath)
    /// Answered by `ready`; then pieces follow, and after the last one the answer.
    /// - Parameter bytes: how many will come; nil: not known.
    case write(FilePath, replace: Bool, bytes: Int64?)
    case makeFolder(FilePath)
    /// - Parameter recursive: a folder with all that is in it.
    case remove(FilePath, recursive: Bool)
    case use(FilePath)
    case move(FilePath, to: FilePath, replace: Bool)
}

/// What it answers. One line of JSON each.
package enum FileAnswer: Codable, Sendable {
    case list(FileList)
    case entry(FileEntry)
    case contents(FileEntry)
    case ready
    /// A file is there; whether it took the place of another one.
    case written(FileEntry, replaced: Bool)
    /// So many files and folders are gone.
    case removed(Int)
    case use(FileUse)
    case fault(FileFault)
}

package enum FileKind: String, Codable, Sendable {
    case file, folder, link
    /// A pipe, a socket or a device.
    case other
}

package struct FileEntry: Codable, Hashable, Sendable {
    package let name: [UInt8]
    package let kind: FileKind
    package let bytes: Int64
    /// Milliseconds since 1970.
    package let changedAt: Int64

    package init(name: [UInt8], kind: FileKind, bytes: Int64, changedAt: Int64) {
        self.name = name
        self.kind = kind
        self.bytes = bytes
        self.changedAt = changedAt
    }
}

package struct FileList: Codable, Sendable {
    package let entries: [FileEntry]
    /// There are more after this name; nil: that was all.
    package let next: [UInt8]?
    /// The folder holds more than are ever looked at.
    package let isCut: Bool

    package init(entries: [FileEntry], next: [UInt8]?, isCut: Bool) {
        self.entries = entries
        self.next = next
        self.isCut = isCut
    }
}

/// What a folder takes, and what there is room for.
package struct FileUse: Codable, Hashable, Sendable {
    package let bytes: Int64
    package let files: Int
    package let folders: Int
    /// Whether all of it was counted: a large tree is left after some seconds.
    package let isWhole: Bool
    /// What its user may still write on this file system, whatever quota says.
    package let freeBytes: Int64
    package let totalBytes: Int64
    /// The kernel's quota of the place's user or group; nil: there is none.
    package let quota: Quota?

    package struct Quota: Codable, Hashable, Sendable {
        /// All that belongs to them on this file system.
        package let usedBytes: Int64
        package let limitBytes: Int64

        package init(usedBytes: Int64, limitBytes: Int64) {
            self.usedBytes = usedBytes
            self.limitBytes = limitBytes
        }
    }

    package init(
        bytes: Int64, files: Int, folders: Int, isWhole: Bool, freeBytes: Int64, totalBytes: Int64, quota: Quota?
    ) {
        self.bytes = bytes
        self.files = files
        self.folders = folders
        self.isWhole = isWhole
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
        self.quota = quota
    }
}

/// Why something was not done to a file. Nothing is half done but a removal.
package enum FileFault: Error, Codable, Hashable, Sendable {
    case missing
    case exists(FileKind)
    case notAFolder
    /// Only ordinary files are read, written and replaced.
    case notAFile(FileKind)
    case notEmpty
    /// A link leads out of the place.
    case outside
    case forbidden
    case readOnly
    /// The disk is full: so many bytes are left, and so many were to come where that is known.
    case full(free: Int64, wanted: Int64?)
    case overQuota
    case badName
    case nameTooLong(most: Int)
    case tooDeep(most: Int)
    /// The place itself is neither replaced nor removed.
    case isTop
    /// A folder was to go into itself.
    case intoItself
    /// Another file system begins there; its files stay.
    case elsewhere
    case inUse
    /// The bytes ended before all of them were there.
    case cutOff
    /// The folder, or the process that was to look into it, did not answer in time or ended.
    case silent
    /// The kernel can't keep paths within a folder: it is older than 5.6.
    case oldKernel
    case failed(code: Int32)
}
