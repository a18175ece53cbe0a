import FleetModel

/// What the server asks for: a process that does things to somebody's files.
struct FilesOrder: Codable, Sendable {
    /// Among the server's helpers, each once in its life.
    let number: UInt64
    let user: UserName
    /// The account's Unix user; nil: the one of the same name.
    let uid: UInt32?
    let place: FilePlace
}

/// A process that does things to somebody's files, beneath one folder.
package struct StartedFiles: Sendable {
    /// A stream socket to it; whoever asked closes it, which ends the process.
    package let socket: Int32
    /// The folder, as it is called on this machine.
    package let folder: String
    /// All work here runs as one user, who can read everybody's.
    package let isShared: Bool
}
