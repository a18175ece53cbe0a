/// The small process that `carrel up` is: it starts the server, starts work in sandboxes and watches both. It has no
/// network and no threads. Killing it leaves the work alone and takes the server with it.
package enum Launcher {
    /// The server's end of the socket to the launcher.
    package static let controlDescriptor: Int32 = 3
    /// The listening socket of clients.
    package static let listenerDescriptor: Int32 = 4

    /// A server or a launcher exits with it when another try may go well: a full disk, a place that does not answer.
    package static let tryAgainStatus: Int32 = 75
    /// A server or a launcher exits with it when a person must act first, after it has said so: its settings are wrong, a
    /// newer version has written the data, they are damaged, or a program is missing.
    package static let configurationErrorStatus: Int32 = 78

    /// Runs until it is told to end or the server ends for good. Returns the exit status.
    package static func run(_ configuration: LauncherConfiguration) throws(LauncherError) -> Int32 {
        try LauncherLoop(configuration).run()
    }
}
