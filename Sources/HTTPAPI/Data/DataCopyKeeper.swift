package import FleetModel

/// What is known of data sets' copies on the server's machine.
package protocol DataCopyKeeper: Sendable {
    func copies(of names: [String]) async -> [String: DataCopyStanding]
    /// Whether anything lies there that takes room, or is to: whole, unfinished, or in use by work that began before.
    func hasFiles(_ name: String) async -> Bool
    /// Where the copy of this set lies, or will.
    func folder(_ name: String) -> String
}

/// How it stands with the copy of a data set that is to have one.
package enum DataCopyStanding: Hashable, Sendable {
    case whole(DataCopyRecord)
    /// Not copied yet, or its folder has changed since, or others needed the room.
    case missing
}
