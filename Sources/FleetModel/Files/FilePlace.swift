/// A folder that is somebody's by who they are: their own, or a team's.
package enum FilePlace: Hashable, Codable, Sendable {
    /// The home of the user of this machine that they are; where they are none, a folder that Carrel keeps for them.
    case own
    /// Every member may read and write everything in it.
    case team(TeamName)
}

/// Why a place can't be opened now. Each says what to do.
package enum PlaceFault: Error, Hashable, Codable, Sendable {
    /// Whose work runs as a user that belongs to nobody, as root's does, has no folder.
    case nobodys
    /// Work is started as each user's own Unix user here, and this account has none.
    case noUnixUser(UserName)
    /// The machine's list of users names a home that is not there, or that its user can't enter.
    case homeMissing(path: String)
    /// The folder that Carrel would use belongs to somebody else, or is none.
    case foreign(path: String, owner: UInt32)
    /// A name that can't be a folder's.
    case unusableName(String)
    /// So many are open at once.
    case crowded(most: Int)
    /// What had to be asked did not answer, or there is no room for another process.
    case away(detail: String)
    /// The disk with Carrel's own folders is full.
    case full(path: String)
}
