/// The answer to `GET /v1/files`: where the caller has files.
package struct FilePlaceList: Codable, Equatable, Sendable {
    package var places: [FilePlaceView]
    package init(places: [FilePlaceView]) { self.places = places }
}

/// A folder that is somebody's by who they are.
package struct FilePlaceView: Codable, Equatable, Sendable {
    /// `my`, or `teams/NAME`: what paths begin with.
    package var path: String
    /// The team whose members share it; absent: the caller's own.
    package var team: String?

    package init(path: String, team: String?) {
        self.path = path
        self.team = team
    }
}

/// A file, a folder, a link, or something else that has a name.
package struct FileEntryView: Codable, Equatable, Sendable {
    /// To be shown; bytes that are no text are `�`.
    package var name: String
    /// To be asked for, as it stands in an address: `my/results/run%201.csv`.
    package var path: String
    /// `file`, `folder`, `link` or `other`.
    package var kind: String
    package var sizeBytes: Int64
    package var changedAt: String

    package init(name: String, path: String, kind: String, sizeBytes: Int64, changedAt: String) {
        self.name = name
        self.path = path
        self.kind = kind
        self.sizeBytes = sizeBytes
        self.changedAt = changedAt
    }
}

/// The answer to `GET /v1/files/PATH` of a folder, and with `about=1` of anything.
package struct FileListView: Codable, Equatable, Sendable {
    /// What was asked for itself; links on the way are followed.
    package var entry: FileEntryView
    /// What the place's folder is called on the server's machine, and in work.
    package var folder: String
    /// What is in it, in the order of their names as bytes.
    package var entries: [FileEntryView]
    /// For `?after=`: there are more; absent: that was all.
    package var next: String?
    /// The folder holds more than is ever listed.
    package var cut: Bool
    /// All work here runs as one user, who can read everybody's files.
    package var sharedUser: Bool

    package init(
        entry: FileEntryView, folder: String, entries: [FileEntryView], next: String?, cut: Bool, sharedUser: Bool
    ) {
        self.entry = entry
        self.folder = folder
        self.entries = entries
        self.next = next
        self.cut = cut
        self.sharedUser = sharedUser
    }
}

/// The body of `POST /v1/file-move/PATH`.
package struct FileMove: Codable, Equatable, Sendable {
    /// The new path, as it stands in an address, in the same place: `my/old/run%201.csv`.
    package var to: String
    package init(to: String) { self.to = to }
}

/// The answer to `GET /v1/file-use/PATH`.
package struct FileUseView: Codable, Equatable, Sendable {
    package var path: String
    package var usedBytes: Int64
    package var files: Int
    package var folders: Int
    /// Whether all was counted; a large tree is left after some seconds.
    package var whole: Bool
    /// What can still be written on its file system.
    package var freeBytes: Int64
    package var totalBytes: Int64
    /// What the place's user or group has on that file system, and may have; absent: there is no quota.
    package var quotaUsedBytes: Int64?
    package var quotaBytes: Int64?

    package init(path: String, usedBytes: Int64, files: Int, folders: Int, whole: Bool, freeBytes: Int64, totalBytes: Int64)
    {
        self.path = path
        self.usedBytes = usedBytes
        self.files = files
        self.folders = folders
        self.whole = whole
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
    }
}

/// The answer to `DELETE /v1/files/PATH`: how many files and folders are gone.
package struct FilesRemoved: Codable, Equatable, Sendable {
    package var removed: Int
    package init(removed: Int) { self.removed = removed }
}
