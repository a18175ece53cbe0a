import DevicePolicy
import HTTPAPI
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
    /// TLS and ways to sign in.
    var access = AccessSettings()
    /// What the server prints goes into the system's journal: read by more people than may be administrators.
    var printsToJournal = false
    /// Whoever ran `up`.
    var owner: UInt32
    /// Whom root's work runs as; nil: as root, or all work runs as the owner.
    var rootWorkUser: UInt32?
    /// The node's name; nil: the machine's.
    var nodeName: String?
    /// How long events are kept; nil: for ever.
    var keepEvents: TimeSpan?
    /// How long what lingers on a device may need before it goes into quarantine; nil: as usual.
    var returnPatience: TimeSpan?
    /// After what time a device in quarantine is looked at again for the first time; nil: as usual.
    var retestPause: TimeSpan?
    /// From one look at the use of a lease to the next; nil: as usual.
    var idleLooks: TimeSpan?
    /// Programs that may be on a device that is free; nil: the usual ones.
    var allowed: AllowedPrograms?
    /// A program that is run with each notice; nil: none.
    var notify: String?
    /// Bytes that the file of telemetry may take; nil: as usual.
    var telemetrySize: Int64?

    var returns: ReturnSettings {
        var settings = ReturnSettings.usual
        if let returnPatience { settings.patience = returnPatience }
        if let allowed { settings.allowed = allowed }
        if let retestPause { settings.retestPause = retestPause }
        return settings
    }
}

extension ServerConfiguration {
    /// What is known of the address before the server listens there.
    func tell(_ address: HTTPAddress) {
        address.announced = access.announced
        address.proxies = access.proxies
        address.isServed = host != nil
    }
}
