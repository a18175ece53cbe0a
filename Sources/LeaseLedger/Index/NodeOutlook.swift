package import FleetModel

/// A node in short: what is free there, and when more of it comes free.
package struct NodeOutlook: Hashable, Sendable {
    /// The live leases on the node, in order.
    package internal(set) var leases: [LeaseID] = []
    /// What they hold, in the same order.
    package internal(set) var occupancies: [Occupancy] = []
    /// For each slot the number of its device's kind.
    package internal(set) var kindOfSlot: [Int] = []
    package internal(set) var digest = NodeDigest()

    package init() {}
}

/// A lease on a node, as far as the future needs it.
package struct Occupancy: Hashable, Sendable {
    package let id: LeaseID
    package let slots: [Int]
    package let cores: MilliCores
    package let memory: MemoryBytes
    /// When it gives everything back; the past where it is ending already; nil: nothing says when.
    package let backAt: Timestamp?
    /// Since when it has its devices, where they could be asked back; nil: it has none, is ending, or is being taken back.
    package let since: Timestamp?

    package init(
        id: LeaseID, slots: [Int], cores: MilliCores, memory: MemoryBytes, backAt: Timestamp?, since: Timestamp? = nil
    ) {
        self.id = id
        self.slots = slots
        self.cores = cores
        self.memory = memory
        self.backAt = backAt
        self.since = since
    }
}

/// A device's kind, as far as a selector can tell it.
struct DeviceKind: Hashable, Sendable {
    let model: String
    let memory: MemoryBytes

    init(of device: Device) {
        model = device.model
        memory = device.memory
    }

    func matches(_ selector: DeviceSelector) -> Bool {
        selector.matches(Device(key: DeviceKey(""), model: model, memory: memory))
    }
}

/// Kinds of devices as bits. Those from the 64th on share the last one, so that it says "maybe".
package struct KindSet: Hashable, Sendable {
    package var bits: UInt64 = 0

    package init() {}

    /// The last kind with a bit of its own.
    package static let lastSure = 62

    mutating func insert(_ kind: Int) { bits |= 1 << UInt64(min(kind, Self.lastSure + 1)) }
    /// Sure of kinds up to `lastSure`.
    package func mayContain(_ kind: Int) -> Bool { bits & (1 << UInt64(min(kind, Self.lastSure + 1))) != 0 }
    /// Whether surely no kind is in both.
    package func isDisjoint(with other: KindSet) -> Bool { bits & other.bits == 0 }
}

/// What is true of some node of several: bounds, so that a search leaves out those where nothing can fit.
package struct NodeDigest: Hashable, Sendable {
    /// When one device, two, … sixteen of a node are free at the earliest, in milliseconds; now: `.min`, never: `.max`.
    package var freeAt = SIMD16<Int64>(repeating: .max)
    /// The earliest moment at which a lease gives anything back; as above.
    package var nextBack = Int64.max
    /// Since when the oldest lease has its devices whose devices could be asked back.
    package var oldestSince = Int64.max
    /// Free devices of nodes that take leases: their kinds, the most of them on one node, and, as bits, all their counts below 63.
    package var freeKinds = KindSet()
    package var mostFree = 0
    package var freeCounts: UInt64 = 0
    package var mostCoresFree = MilliCores(.min)
    package var leastCoresFree = MilliCores(.max)
    package var mostMemoryFree = MemoryBytes(.min)
    /// A node that takes leases and has no devices.
    package var hasBareNode = false
    /// A node with devices of several kinds: only some of its free ones may match.
    package var hasMixedNode = false
    package var takesLeases = false
    /// All nodes, whether they take leases or not.
    package var kinds = KindSet()
    package var mostSlots = 0
    package var mostCores = MilliCores(.min)
    package var mostMemory = MemoryBytes(.min)

    package init() {}

    /// When so many devices are free at the earliest.
    package func freeAt(_ count: Int) -> Int64 { count == 0 ? .min : freeAt[min(count, 16) - 1] }

    /// The fewest free devices of a node that has at least so many.
    package func fewestFree(from count: Int) -> Int {
        guard count < 63 else { return count }
        let places = (freeCounts >> UInt64(count)).trailingZeroBitCount
        return places == 64 ? count : count + places
    }

    mutating func join(_ other: NodeDigest) {
        freeAt = pointwiseMin(freeAt, other.freeAt)
        nextBack = min(nextBack, other.nextBack)
        oldestSince = min(oldestSince, other.oldestSince)
        freeKinds.bits |= other.freeKinds.bits
        mostFree = max(mostFree, other.mostFree)
        freeCounts |= other.freeCounts
        mostCoresFree = max(mostCoresFree, other.mostCoresFree)
        leastCoresFree = min(leastCoresFree, other.leastCoresFree)
        mostMemoryFree = max(mostMemoryFree, other.mostMemoryFree)
        hasBareNode = hasBareNode || other.hasBareNode
        hasMixedNode = hasMixedNode || other.hasMixedNode
        takesLeases = takesLeases || other.takesLeases
        kinds.bits |= other.kinds.bits
        mostSlots = max(mostSlots, other.mostSlots)
        mostCores = max(mostCores, other.mostCores)
        mostMemory = max(mostMemory, other.mostMemory)
    }
}

extension NodeDigest: ChunkDigest {
    package init(of elements: [NodeOutlook]) {
        for element in elements { join(element.digest) }
    }

    package init(joining parts: [NodeDigest]) {
        for part in parts { join(part) }
    }
}

extension NodeDigest {
    init(_ node: NodeRecord, kindOfSlot: [Int], _ occupancies: [Occupancy]) {
        mostSlots = node.slots.count
        mostCores = node.cores
        mostMemory = node.memory
        for kind in kindOfSlot { kinds.insert(kind) }
        guard node.takesLeases else { return }
        takesLeases = true
        hasBareNode = node.slots.isEmpty
        hasMixedNode = kindOfSlot.contains { $0 != kindOfSlot[0] }
        mostCoresFree = node.coresFree
        leastCoresFree = node.coresFree
        mostMemoryFree = node.memoryFree
        var times: [Int64] = []
        for (place, slot) in node.slots.enumerated() where slot.isFree {
            mostFree += 1
            freeKinds.insert(kindOfSlot[place])
            times.append(.min)
        }
        for occupancy in occupancies {
            if let since = occupancy.since { oldestSince = min(oldestSince, since.milliseconds) }
            guard let back = occupancy.backAt else { continue }
            let time = min(back.milliseconds, .max - 1)
            nextBack = min(nextBack, time)
            for slot in occupancy.slots where node.slots[slot].isSound { times.append(time) }
        }
        times.sort()
        for (place, time) in times.prefix(16).enumerated() { freeAt[place] = time }
        freeCounts = mostFree < 63 ? 1 << UInt64(mostFree) : 1 << 63
    }
}
