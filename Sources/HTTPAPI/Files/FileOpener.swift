package import FileActs
package import FleetModel

/// Opens people's and teams' folders.
package protocol FileOpener: Sendable {
    /// Starts a process that does things to files there, as their user.
    /// - Parameter uid: the account's Unix user; nil: the one of the same name.
    func open(_ place: FilePlace, of user: UserName, uid: UInt32?) async throws(PlaceFault) -> OpenedFiles
    /// The folder of a team of this name, be it one that was removed; nil: there is none.
    func teamFolder(_ team: TeamName) async throws(PlaceFault) -> String?
}

/// A place that is open; it is closed with the conversation.
package struct OpenedFiles: Sendable {
    package let talk: FileTalk
    /// The place's folder, as it is called on the server's machine.
    package let folder: String
    /// All work here runs as one user, who can read everybody's files.
    package let isShared: Bool

    package init(talk: FileTalk, folder: String, isShared: Bool) {
        self.talk = talk
        self.folder = folder
        self.isShared = isShared
    }
}
