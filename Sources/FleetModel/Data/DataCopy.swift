/// What Carrel's own work does about the copy of a data set on its node's disk.
package enum DataCopyAct: Hashable, Codable, Sendable {
    /// Makes it anew.
    /// - bytes: what the folder held when it was last counted; nil: nobody knows.
    /// - isAsked: by somebody, and not by itself: then others' copies make room that were used today.
    case make(name: String, bytes: Int64?, isAsked: Bool)
    case remove(name: String)

    package var name: String {
        switch self {
        case .make(let name, _, _), .remove(let name): name
        }
    }
}

/// Where copies of data sets lie; server, launcher and the work that makes them agree on it.
package enum DataCopyPlace {
    /// Below the data directory; in it a folder of each set's name.
    package static let folder = "copies"
    /// In a set's folder: written last, so that a copy without it is not whole.
    package static let record = "copy.json"
    /// In a set's folder: the record of the copy that nobody may use any more, which some work may still be shown.
    package static let withdrawn = "withdrawn.json"
    /// In a set's folder: what the names of the records of such copies begin with that were withdrawn before that one; their copy's follows.
    package static let withdrawnBefore = "withdrawn-"
    /// In a set's folder: it is to have a copy, whether or not it has one now. Its time is that of the last use.
    package static let wanted = "wanted"
    /// In a set's folder, made before each copying: how many bytes it may take, and how many have to stay free on the disk.
    package static let room = "room"
    /// In a set's folder: the bytes that were counted, where nobody knew them before.
    package static let size = "size"
    /// What the name of a copy that nobody may use any more begins with; whoever copies next deletes it.
    package static let gone = "gone-"
    /// What the name of an unfinished copy ends with.
    package static let unfinished = ".partial"
    /// What the name of a copy begins with.
    package static let whole = "copy-"
}

/// What tells whether a data set's folder is still what was copied. Changes further down show in the folders there, at which nobody
/// looks when work starts.
package struct DataSourceMark: Hashable, Codable, Sendable {
    package let inode: UInt64
    /// When a name in it was last added or taken away, in nanoseconds since 1970.
    package let changedAt: Int64
    /// When anything about it last changed, its rights too; the file system sets it, and nobody else can.
    package let touchedAt: Int64

    package init(inode: UInt64, changedAt: Int64, touchedAt: Int64) {
        (self.inode, self.changedAt, self.touchedAt) = (inode, changedAt, touchedAt)
    }

    /// As the kernel tells of a folder: whoever copies and whoever launches must make the same of it.
    package init(inode: UInt64, changed: (seconds: Int, nanoseconds: Int), touched: (seconds: Int, nanoseconds: Int)) {
        func time(_ told: (seconds: Int, nanoseconds: Int)) -> Int64 {
            Int64(told.seconds) &* 1_000_000_000 &+ Int64(told.nanoseconds)
        }
        self.init(inode: inode, changedAt: time(changed), touchedAt: time(touched))
    }
}

/// A whole copy of a data set, as `DataCopyPlace.record` says it.
package struct DataCopyRecord: Hashable, Codable, Sendable {
    /// The name of its folder, beside the record.
    package let copy: String
    package let source: DataSourceMark
    package let files: Int64
    package let bytes: Int64
    package let madeAt: Timestamp

    package init(copy: String, source: DataSourceMark, files: Int64, bytes: Int64, madeAt: Timestamp) {
        (self.copy, self.source, self.files, self.bytes, self.madeAt) = (copy, source, files, bytes, madeAt)
    }

    /// More than any disk has; a thousand of them are a number still.
    private static let most: Int64 = 1 << 52

    /// A record names a folder beside itself, and nothing else.
    package var isUsable: Bool {
        (0...Self.most).contains(bytes) && copy.hasPrefix(DataCopyPlace.whole)
            && copy.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 }
            && !copy.hasSuffix(DataCopyPlace.unfinished)
    }
}

/// What the work is told that makes or deletes a copy on its command line.
package struct DataCopyOrder: Hashable, Codable, Sendable {
    /// What is done about the copy.
    package enum Action: String, Codable, Sendable { case make, remove }

    /// The verb of Carrel's own program that does it.
    package static let verb = "__data-copy"

    package let action: Action
    /// The data set's.
    package let name: String
    /// The set's folder in `DataCopyPlace.folder`, which the work may write.
    package let folder: String
    /// See `DataCopyAct.make`.
    package let bytes: Int64?

    package init(action: Action, name: String, folder: String, bytes: Int64? = nil) {
        (self.action, self.name, self.folder, self.bytes) = (action, name, folder, bytes)
    }
}
