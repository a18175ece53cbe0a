package import FleetModel

/// A node as the ledger knows it, with who holds what.
package struct NodeRecord: Hashable, Codable, Sendable {
    package let name: NodeName
    package internal(set) var bootID: String
    package internal(set) var cores: MilliCores
    package internal(set) var memory: MemoryBytes
    package internal(set) var contact: Contact
    /// In order of the devices' keys.
    package internal(set) var slots: [DeviceSlot]
    /// `links[i][j]` for slots i and j; empty when unknown.
    package internal(set) var links: [[Int]]
    package internal(set) var coresHeld: MilliCores
    package internal(set) var memoryHeld: MemoryBytes
    /// Why no new lease begins there; nil: one may.
    package internal(set) var cordon: Cordon?

    /// New leases may begin there.
    package var takesLeases: Bool { contact == .known && cordon == nil }

    package var coresFree: MilliCores { cores - coresHeld }
    package var memoryFree: MemoryBytes { memory - memoryHeld }

    /// The devices that the node has now, missing ones left out.
    package var deviceCount: Int { slots.count { $0.condition != .missing } }
}

/// A device and its holder.
package struct DeviceSlot: Hashable, Codable, Sendable {
    package let device: Device
    package internal(set) var holder: LeaseID?
    package internal(set) var condition: DeviceCondition
    /// The node's newest report leaves the device out while a claim freezes it: once the claim is gone it is missing.
    /// nil: it is listed, or its condition says that it is not.
    var isLeftOut: Bool?
    /// Beside the condition: a device stays in quarantine while it is missing or frozen. nil: it is in none.
    package internal(set) var quarantine: Quarantine?
    /// Earlier ones that are over, for those that come too often; the oldest first, the newest ten. nil: there were none.
    var pastQuarantines: [Quarantine]?

    /// Processes on it that no lease accounts for; nil: none is known.
    package internal(set) var foreign: ForeignUse?

    package var past: [Quarantine] { pastQuarantines ?? [] }

    /// It may be leased once nobody holds it.
    package var isSound: Bool { condition == .offered && quarantine == nil && !isUsedOutside }
    /// No lease begins on it, since somebody else uses it.
    package var isUsedOutside: Bool { foreign?.isWithheld ?? false }
    /// It is to be reset, and nothing holds it: nobody looks at it meanwhile, since it can't be reset while it is open.
    package var waitsForReset: Bool { quarantine?.cure == .reset && holder == nil }
    package var isFree: Bool { holder == nil && isSound }
}
