/// Where the program of a session listens, so that nobody but Carrel can connect to it.
package enum SessionDoor: Hashable, Codable, Sendable {
    /// On a Unix socket whose path `CARREL_SESSION_SOCKET` says, in a folder of its own (`CARREL_SESSION_DIR`).
    case socket
    /// On this TCP port of 127.0.0.1 (`CARREL_SESSION_PORT`), in a network of its own, which reaches nothing outside.
    case port(UInt16)
}
