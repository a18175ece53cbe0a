/// A data set: files that work may read and not change.
package struct DataSetView: Codable, Equatable, Sendable {
    package var name: String
    /// On the node.
    package var folder: String
    /// Where work sees it that asked for it.
    package var path: String
    package var about: String?
    /// Who may use it; absent: everybody.
    package var teams: [String]?
    /// When it was added; absent: there were too many to count.
    package var files: Int64?
    package var sizeBytes: Int64?
    package var addedBy: String
    package var addedAt: String
    /// Whether every user of the machine could read the folder when it was added; of others' work only the kernel can tell.
    package var readableByAll: Bool
    /// How many leases and requests ask for it now.
    package var usedBy: Int
    /// Its copy on the node's own disk; absent: it is to have none.
    package var copy: DataCopyView?

    package init(
        name: String, folder: String, path: String, about: String?, teams: [String]?, addedBy: String, addedAt: String,
        readableByAll: Bool = true, usedBy: Int
    ) {
        (self.name, self.folder, self.path, self.about, self.teams) = (name, folder, path, about, teams)
        (self.addedBy, self.addedAt, self.readableByAll, self.usedBy) = (addedBy, addedAt, readableByAll, usedBy)
    }
}

/// The copy of a data set on the node's own disk.
package struct DataCopyView: Codable, Equatable, Sendable {
    /// Work that asks for the set reads the copy; false: it is yet to be made, and work reads the folder.
    package var whole: Bool
    package var files: Int64?
    package var sizeBytes: Int64?
    package var madeAt: String?

    package init(whole: Bool, files: Int64? = nil, sizeBytes: Int64? = nil, madeAt: String? = nil) {
        (self.whole, self.files, self.sizeBytes, self.madeAt) = (whole, files, sizeBytes, madeAt)
    }
}

/// The answer to `GET /v1/data`.
package struct DataSetList: Codable, Equatable, Sendable {
    package var data: [DataSetView]
    package init(data: [DataSetView]) { self.data = data }
}

/// The body of `POST /v1/data`.
package struct NewDataSet: Codable, Equatable, Sendable {
    package var name: String
    /// Absolute, on the node.
    package var folder: String
    /// What it holds, in a sentence; absent: nothing is said.
    package var about: String?
    /// Who may use it; absent: everybody.
    package var teams: [String]?

    package init(name: String, folder: String, about: String? = nil, teams: [String]? = nil) {
        (self.name, self.folder, self.about, self.teams) = (name, folder, about, teams)
    }
}

/// The body of `PATCH /v1/data/NAME`: what is absent stays.
package struct DataSetChange: Codable, Equatable, Sendable {
    package var about: String?
    /// Who may use it; empty: everybody.
    package var teams: [String]?

    package init(about: String? = nil, teams: [String]? = nil) { (self.about, self.teams) = (about, teams) }
}
