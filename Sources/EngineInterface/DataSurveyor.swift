package import FleetModel

/// Looks at folders that are to be data sets, with the rights of whoever starts the work.
package protocol DataSurveyor: Sendable {
    func survey(_ folder: String) async throws(EngineError) -> DataSurvey
}

/// What a folder is, as a data set.
package enum DataSurvey: Hashable, Codable, Sendable {
    case folder(DataFolderFacts)
    /// There is no folder at this path.
    case missing
    /// Links resolved, it must not be one.
    case unfit(DataFolderRule.Fault, path: String)
    /// Somebody's folder on the way, which others may not enter.
    case closed(by: String)
    /// Its file system did not answer in time.
    case silent
}

/// A folder that may be a data set.
package struct DataFolderFacts: Hashable, Codable, Sendable {
    /// Without links.
    package let path: String
    /// Whether every user of the machine may read it and all that was seen in it.
    package let isOpen: Bool
    /// Files in it and their bytes; nil: there were too many to count in a few seconds.
    package let files: Int64?
    package let bytes: Int64?

    package init(path: String, isOpen: Bool, files: Int64?, bytes: Int64?) {
        (self.path, self.isOpen, self.files, self.bytes) = (path, isOpen, files, bytes)
    }
}
