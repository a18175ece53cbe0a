/// Files that many read and nobody changes, under a name: work that asks for it sees the folder read-only.
package struct DataSet: Hashable, Codable, Sendable {
    /// See `DataPlace.isName`.
    package let name: String
    /// Absolute and without links, on every node.
    package let folder: String
    /// What it holds, in a sentence; may be empty.
    package let about: String
    /// Who may use it, in order; empty: everybody.
    package let teams: [TeamName]
    /// Whether every user of the machine could read the folder and what is in it when it was added.
    package let isOpen: Bool
    package let addedBy: UserName
    package let addedAt: Timestamp
    /// Files in it and their bytes when it was last looked at; nil: not counted.
    package var files: Int64?
    package var bytes: Int64?

    package init(
        name: String, folder: String, about: String = "", teams: [TeamName] = [], isOpen: Bool = true, addedBy: UserName,
        addedAt: Timestamp
    ) {
        (self.name, self.folder, self.about, self.isOpen) = (name, folder, about, isOpen)
        self.teams = Set(teams).sorted()
        (self.addedBy, self.addedAt) = (addedBy, addedAt)
    }

    /// The same set with other words about it, or for others.
    package func with(about: String?, teams: [TeamName]?) -> DataSet {
        var set = DataSet(
            name: name, folder: folder, about: about ?? self.about, teams: teams ?? self.teams, isOpen: isOpen,
            addedBy: addedBy, addedAt: addedAt)
        (set.files, set.bytes) = (files, bytes)
        return set
    }

    /// Whether somebody of a team may use it.
    package func isFor(_ team: TeamName) -> Bool { teams.isEmpty || teams.contains(team) }

    /// In UTF-8 bytes.
    package static let longestAbout = 200
    /// The most that are kept.
    package static let mostSets = 1_000
}

/// Where data sets are shown to work; server, launcher and clients agree on it.
package enum DataPlace {
    /// In a sandbox: each set is a folder of its name in it. `CARREL_DATA` says it too.
    package static let shown = "/dev/data"
    /// The variable that says where.
    package static let variable = "CARREL_DATA"
    /// The most that one request may ask for.
    package static let mostPerRequest = 8

    /// Letters, digits and `. _ -`, of which only the first two may begin it; at most 64 bytes.
    package static func isName(_ text: String) -> Bool { EnvironmentPlace.isName(text) }
}

/// A data set as one launch is given it, as things are when it starts.
package struct DataGrant: Hashable, Codable, Sendable {
    package let name: String
    /// Absolute and without links; nil: it is not given, for the reason beside it.
    package let folder: String?
    package let trouble: DataTrouble?

    package init(name: String, folder: String) { (self.name, self.folder, trouble) = (name, folder, nil) }
    package init(name: String, _ trouble: DataTrouble) { (self.name, folder, self.trouble) = (name, nil, trouble) }
}

/// Why work is not given a data set.
package enum DataTrouble: String, Hashable, Codable, Sendable, CaseIterable {
    /// An administrator has removed it.
    case removed
    /// It is for teams that the work's user is not in.
    case forOthers
    /// Its folder is not there, or a link lies on the way to it now.
    case missing
    /// The work's user may not enter its folder.
    case closed
}
