/// The small process that `carrel up` is: it starts the server, starts work in sandboxes and watches both. It has no
/// network and no threads. Killing it leaves the work alone and takes the server with it.
package enum Launcher {
    /// The server's end of the socket to the launcher.
    package static let controlDescriptor: Int32 = 3
    /// The listening socket of clients.
    package static let listenerDescriptor: Int32 = 4

    /// A server exits with it when it has lost its launcher.
    package static let launcherLostStatus: Int32 = 75
    /// A server exits with it when its settings are wrong, after it has said so: starting it again would not help.
    package static let configurationErrorStatus: Int32 = 78

    /// Runs until it is told to end or the server ends for good. Returns the exit status.
    package static func run(_ configuration: LauncherConfiguration) throws(LauncherError) -> Int32 {
        try LauncherLoop(configuration).run()
    }
}
