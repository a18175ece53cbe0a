import FleetModel

/// What `up` tells the server process; on its command line, as JSON. Nothing secret.
struct ServerConfiguration: Codable, Sendable {
    var dataDirectory: String
    /// Where the database lies: a folder that the server may write.
    var serverFolder: String
    /// `a100:4`; nil: the machine's own devices.
    var simulate: String?
    /// The HTTP address; nil: none.
    var host: String?
    var port: Int
    /// The port was named by the user: another one will not do.
    var portIsFixed: Bool
    /// Whoever ran `up`.
    var owner: UInt32
    /// The node's name; nil: the machine's.
    var nodeName: String?
    /// How long events are kept; nil: for ever.
    var keepEvents: TimeSpan?
}
