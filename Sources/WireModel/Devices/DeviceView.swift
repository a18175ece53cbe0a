/// A device, who holds it and until when.
package struct DeviceView: Codable, Equatable, Sendable {
    package var uuid: String
    package var node: String
    package var model: String
    package var memoryBytes: Int64
    package var simulated: Bool
    package var minor: Int?
    package var pciAddress: String?
    /// `free`, `leased`, `outside` (used by processes that no lease accounts for), `cordoned`, `quarantined`, `missing`, `frozen` or `out of contact`.
    package var state: String
    package var lease: Int64?
    package var user: String?
    package var name: String?
    /// When the lease ends.
    package var until: String?
    /// Why it is out of the pool, whoever holds it still; nil: it is not.
    package var quarantine: QuarantineView?
    /// Processes on it that no lease accounts for; nil: none is known.
    package var foreign: ForeignView?
    /// Per cent of the last seconds in which anything ran on it; this and the following: nil where it is not known.
    package var utilization: Int?
    package var memoryUsedBytes: Int64?
    package var powerWatts: Double?
    /// Degrees Celsius.
    package var temperature: Int?
    /// Somebody holds it, and nothing ran on it in the newest minute; nil: nobody does, or it is not known.
    package var unused: Bool?
    /// How far the work of its lease says that it is, in per cent.
    package var progressPercent: Int?
    /// The request that its lease is being taken back for, and when its work is asked to end; nil: it is not.
    package var takenBackFor: Int64?
    package var takenBackAt: String?

    package init(
        uuid: String, node: String, model: String, memoryBytes: Int64, simulated: Bool, minor: Int?, pciAddress: String?,
        state: String, lease: Int64? = nil, user: String? = nil, name: String? = nil, until: String? = nil
    ) {
        self.uuid = uuid
        self.node = node
        self.model = model
        self.memoryBytes = memoryBytes
        self.simulated = simulated
        self.minor = minor
        self.pciAddress = pciAddress
        self.state = state
        self.lease = lease
        self.user = user
        self.name = name
        self.until = until
    }
}

/// Why a device is out of the pool, since when, and what brings it back.
package struct QuarantineView: Codable, Equatable, Sendable {
    package var reason: String
    /// `retest`, `reset`, `reboot`, `hardware` or `hand`.
    package var cure: String
    package var since: String
    package var next: String

    package init(reason: String, cure: String, since: String, next: String) {
        self.reason = reason
        self.cure = cure
        self.since = since
        self.next = next
    }
}

/// Processes on a device that no lease accounts for.
package struct ForeignView: Codable, Equatable, Sendable {
    /// One of them; `user` and `command` are absent where they are not known.
    package struct Process: Codable, Equatable, Sendable {
        package var pid: Int32
        package var user: String?
        package var command: String?

        package init(pid: Int32, user: String?, command: String?) {
            self.pid = pid
            self.user = user
            self.command = command
        }
    }

    package var processes: [Process]
    package var since: String
    /// No lease begins on the device while they are there.
    package var blocked: Bool

    package init(processes: [Process], since: String, blocked: Bool) {
        self.processes = processes
        self.since = since
        self.blocked = blocked
    }
}

/// Takes a device out of the pool; `reason`: what people are told.
package struct QuarantineBody: Codable, Equatable, Sendable {
    package var reason: String?

    package init(reason: String?) { self.reason = reason }
}

/// Has a device in quarantine looked at now; `wasReset`: somebody reset it.
package struct RetestBody: Codable, Equatable, Sendable {
    package var wasReset: Bool?

    package init(wasReset: Bool?) { self.wasReset = wasReset }
}

/// What the look found.
package struct RetestView: Codable, Equatable, Sendable {
    package var cameBack: Bool
    /// A sentence.
    package var words: String

    package init(cameBack: Bool, words: String) {
        self.cameBack = cameBack
        self.words = words
    }
}

/// A node's cores and memory.
package struct NodeView: Codable, Equatable, Sendable {
    package var name: String
    package var cores: Double
    package var coresFree: Double
    package var memoryBytes: Int64
    package var memoryFreeBytes: Int64
    package var contact: String
    /// Why no new lease begins there; nil: one may.
    package var cordon: CordonView?

    package init(
        name: String, cores: Double, coresFree: Double, memoryBytes: Int64, memoryFreeBytes: Int64, contact: String,
        cordon: CordonView? = nil
    ) {
        self.name = name
        self.cores = cores
        self.coresFree = coresFree
        self.memoryBytes = memoryBytes
        self.memoryFreeBytes = memoryFreeBytes
        self.contact = contact
        self.cordon = cordon
    }
}

/// Why no new lease begins on a node, and since when.
package struct CordonView: Codable, Equatable, Sendable {
    package var reason: String
    package var since: String
    /// Nobody ordered it: it goes by itself.
    package var suspected: Bool
    /// The node is drained: it is to be empty by then. Absent: what runs there goes on.
    package var drainBy: String?
    /// It is drained, and nothing runs there any more.
    package var isEmpty: Bool?

    package init(reason: String, since: String, suspected: Bool) {
        self.reason = reason
        self.since = since
        self.suspected = suspected
    }
}

/// Lets no new lease begin on a node; `reason`: what people are told.
package struct CordonBody: Codable, Equatable, Sendable {
    package var reason: String?

    package init(reason: String?) { self.reason = reason }
}

/// The pool: its devices and nodes, and how many requests wait.
package struct DeviceList: Codable, Equatable, Sendable {
    package var devices: [DeviceView]
    package var nodes: [NodeView]
    package var waiting: Int
    /// What is reserved, the first to begin first; absent: nothing.
    package var reservations: [ReservationView]?

    package init(devices: [DeviceView], nodes: [NodeView], waiting: Int) {
        self.devices = devices
        self.nodes = nodes
        self.waiting = waiting
    }
}
